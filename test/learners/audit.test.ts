import { expect } from 'chai'
import mongoose from 'mongoose'
import { auditChains } from '../../src/learners/audit-chains.js'
import type { Audit } from '../../src/learners/audit-store.js'
import { appendDisclosures, chainEndOf, chainOf } from '../../src/learners/disclosure-store.js'
import { chained } from '../../src/learners/disclosure.js'
import { emptyDatabase } from '../support/database.js'

const read = (learnerId: string, number: number) => ({
  id: `${learnerId}-${number}`,
  learnerId,
  readId: `read-${number}`,
  at: new Date('2015-03-09T10:00:00Z'),
  actorId: 'sam',
  actorName: 'Sam Staff',
  organizationId: 'center',
  organizationName: 'WorkSource',
  basis: 'consent' as const,
  consentIds: ['c1'],
  records: ['progress' as const],
  purpose: 'referral',
  channel: 'view' as const,
})

const learners = Array.from({ length: 12 }, (_, at) => `learner-${String(at + 10)}`)
const rowsOf = () => mongoose.connection.collection<{ _id: string }>('disclosures')
const headsOf = () =>
  mongoose.connection.collection<{ _id: string; sequence: number }>('disclosure-ends')

async function audit(change: Partial<Parameters<typeof auditChains>[0]> = {}): Promise<Audit> {
  return auditChains({
    ports: { now: () => new Date('2015-03-10T10:00:00Z') },
    signal: new AbortController().signal,
    tell: () => undefined,
    batch: 5,
    ...change,
  })
}

describe('the audit of all chains', () => {
  beforeEach(async () => {
    await emptyDatabase()
    for (let number = 1; number <= 4; number += 1)
      await appendDisclosures(learners.map((learnerId) => read(learnerId, number)))
  })

  it('finds whole chains whole, and counts them', async () => {
    expect(await audit()).to.deep.include({
      learners: 12,
      rows: 48,
      loose: 0,
      broken: 0,
      after: 'learner-21',
    })
  })

  const row = (number: number) => ({ _id: `learner-15-${String(number)}` })
  const tampered: [string, () => Promise<unknown>, number, string][] = [
    ['a changed row', () => rowsOf().updateOne(row(2), { $set: { actorName: 'X' } }), 2, 'content'],
    ['a deleted row', () => rowsOf().deleteOne(row(2)), 2, 'gap'],
    ['the first row deleted', () => rowsOf().deleteOne(row(1)), 1, 'gap'],
    ['the last row deleted', () => rowsOf().deleteOne(row(4)), 4, 'tail'],
    ['every row deleted', () => rowsOf().deleteMany({ learnerId: 'learner-15' }), 1, 'tail'],
    [
      'two numbers exchanged',
      async () => {
        await rowsOf().updateOne(row(2), { $set: { sequence: 9 } })
        await rowsOf().updateOne(row(3), { $set: { sequence: 2 } })
        await rowsOf().updateOne(row(2), { $set: { sequence: 3 } })
      },
      2,
      'link',
    ],
    [
      'a number past the end',
      () => rowsOf().updateOne(row(3), { $set: { sequence: 9 } }),
      3,
      'gap',
    ],
    [
      'two rows added behind the head',
      async () => {
        const last = (await chainOf('learner-15')).at(-1)
        const fifth = chained(read('learner-15', 5), last ?? { sequence: 0, hash: '' })
        const sixth = chained(read('learner-15', 6), fifth)
        await rowsOf().insertMany([fifth, sixth].map(({ id, ...rest }) => ({ _id: id, ...rest })))
      },
      5,
      'beyond',
    ],
    ['the head deleted', () => headsOf().deleteOne({ _id: 'learner-15' }), 1, 'beyond'],
  ]
  for (const [title, tamper, sequence, why] of tampered)
    it(`names learner and row for ${title}`, async () => {
      await tamper()

      const found = await audit()

      expect(found.breaks).to.deep.equal([{ learnerId: 'learner-15', sequence, why }])
      expect(found).to.deep.include({ learners: 12, broken: 1 })
    })

  it('finds rows whose head is gone also behind the last head', async () => {
    await headsOf().deleteOne({ _id: 'learner-21' })

    expect((await audit()).breaks).to.deep.equal([
      { learnerId: 'learner-21', sequence: 1, why: 'beyond' },
    ])
  })

  it('counts a row that a crash left without its head, and the next read mends it', async () => {
    const before = await chainEndOf('learner-15')
    await appendDisclosures([read('learner-15', 5)])
    await headsOf().replaceOne({ _id: 'learner-15' }, { ...before, sequence: 4 })
    const loose = await audit()
    await appendDisclosures([read('learner-15', 6)])

    expect(loose).to.deep.include({ loose: 1, broken: 0 })
    expect(await audit()).to.deep.include({ loose: 0, broken: 0, rows: 50 })
  })

  it('goes on where it was stopped, and begins anew when told to', async () => {
    const stopper = new AbortController()
    const stopped = await audit({
      signal: stopper.signal,
      tell: () => {
        stopper.abort()
      },
    })
    const rest = await audit()
    const fresh = await audit({ fresh: true })

    expect(stopped).to.deep.include({ learners: 5, after: 'learner-14' })
    expect(stopped.endedAt).to.equal(undefined)
    expect(rest).to.deep.include({ id: stopped.id, learners: 12, rows: 48 })
    expect(fresh.id).not.to.equal(stopped.id)
  })

  it('takes in as many reads at once as there are, of one learner and of lists that overlap', async () => {
    const at = (number: number) => 5 + number
    const lists = Array.from({ length: 60 }, (_, number) =>
      appendDisclosures(learners.slice(number % 6, 8).map((id) => read(id, at(number)))),
    )
    await Promise.all(lists)

    expect((await chainEndOf('learner-17'))?.sequence).to.equal(64)
    expect((await chainEndOf('learner-10'))?.sequence).to.equal(14)
    expect(await audit()).to.deep.include({ broken: 0, loose: 0 })
  })

  it('does not stop behind a read that failed', async () => {
    const same = [read('learner-15', 5), read('learner-15', 5)]
    const done = await Promise.allSettled([
      appendDisclosures([{ ...read('learner-15', 5), at: new Date(Number.NaN) }]),
      ...same.map((one, number) => appendDisclosures([{ ...one, id: `after-${String(number)}` }])),
    ])

    expect(done.map(({ status }) => status)).to.deep.equal(['rejected', 'fulfilled', 'fulfilled'])
    expect((await chainEndOf('learner-15'))?.sequence).to.equal(6)
  })

  it('moves a head forward only, whoever writes last', async () => {
    const writers = Array.from({ length: 8 }, (_, at) =>
      appendDisclosures([{ ...read('learner-15', 5), id: `parallel-${String(at)}` }]),
    )
    await Promise.all(writers)

    expect((await chainEndOf('learner-15'))?.sequence).to.equal(12)
    expect(await audit()).to.deep.include({ broken: 0, loose: 0 })
  })
})
