import { expect } from 'chai'
import mongoose from 'mongoose'
import { withdrawConsent } from '../../src/learners/withdraw-consent.js'
import { answerReferral } from '../../src/referrals/answer-referral.js'
import { askForReferral } from '../../src/referrals/ask-for-referral.js'
import { completeReferral } from '../../src/referrals/complete-referral.js'
import { forwardReferral } from '../../src/referrals/forward-referral.js'
import { listReferrals } from '../../src/referrals/list-referrals.js'
import { matchPackets } from '../../src/referrals/match-packets.js'
import { prepareReferral } from '../../src/referrals/prepare-referral.js'
import { remindReferrals } from '../../src/referrals/remind-referrals.js'
import { readReferral } from '../../src/referrals/read-referral.js'
import { unfinishedForwards } from '../../src/referrals/referral-clock-store.js'
import { referralOutbox } from '../../src/referrals/referral-row-store.js'
import {
  changeReferral,
  findReferral,
  referralsOf,
  sendReferral,
} from '../../src/referrals/referral-store.js'
import type { Referral } from '../../src/referrals/referral.js'
import { testWorld } from '../support/app.js'
import { password } from '../support/build-access.js'
import {
  aCenter,
  actorOf,
  aReferral,
  keepConsent,
  keepPeople,
  keepReferrals,
} from '../support/build-handoff.js'
import { emptyDatabase } from '../support/database.js'
import { kindOf } from '../support/told.js'

const run = { signal: new AbortController().signal, touch: async () => undefined }
const signing = { text: 'words', language: 'en', address: '127.0.0.1', secret: 's' } as const

describe('handing a referral on', () => {
  let people: Awaited<ReturnType<typeof keepPeople>>
  let world: ReturnType<typeof testWorld>
  let asked: Referral

  const mailed = async () =>
    (await referralOutbox.waiting(100))
      .flatMap(({ entries }) => entries)
      .map(({ template, to }) => `${template} ${to.email.split('@')[0] ?? ''}`)

  beforeEach(async () => {
    await emptyDatabase()
    people = await keepPeople()
    world = testWorld()
    await keepConsent('learner-ada', 'north')
    asked = await askForReferral(await actorOf(people.ada), { center: 'north' }, world.ports)
  })

  const turnClockOn = async (day: string) => {
    world.clock.at = new Date(`${day}T19:00:00Z`)
    await remindReferrals({ world, ...run })
  }

  it('is offered after ten business days, and the center reminded once after three', async () => {
    for (const day of ['2015-03-11', '2015-03-12', '2015-03-13', '2015-03-20'])
      await turnClockOn(day)
    const kinds = async () => (await findReferral(asked.id))?.timeline.map(({ kind }) => kind)
    expect(await kinds()).to.deep.equal(['state', 'reminded'])
    expect(await mailed()).to.include.members(['referralReminder sam', 'referralReminder sue'])

    for (const day of ['2015-03-23', '2015-03-24', '2015-05-01']) await turnClockOn(day)

    expect(await kinds()).to.deep.equal(['state', 'reminded', 'offered'])
    expect((await mailed()).filter((one) => one === 'referralOffered ada')).to.have.length(1)
  })

  it('is neither reminded nor offered once the center has answered', async () => {
    await answerReferral(await actorOf(people.sam), asked.id, { state: 'accepted' }, world.ports)

    await turnClockOn('2015-04-20')

    expect((await findReferral(asked.id))?.timeline.map(({ kind }) => kind)).to.deep.equal([
      'state',
      'state',
    ])
  })

  it('closes the old one with the reason and keeps what it held', async () => {
    await keepConsent('learner-ada', 'south')
    const actor = await actorOf(people.ada)

    const next = await forwardReferral(
      actor,
      asked.id,
      { center: 'south', reason: 'No answer.' },
      world.ports,
    )

    const old = await findReferral(asked.id)
    expect(old).to.deep.include({ state: 'cancelled' })
    expect(old?.timeline.at(-1)).to.deep.include({ kind: 'forwarded', reason: 'No answer.' })
    expect(old?.wentTo?.referralId).to.equal(next.id)
    expect(next).to.deep.include({ state: 'requested', centerId: 'south', packet: 'open' })
    expect(next.cameFrom).to.deep.equal({
      referralId: asked.id,
      center: { id: 'north', name: 'Center north' },
    })
    expect(await mailed()).to.include.members(['referralWentOn sam', 'referralAsked tom'])
    expect(await unfinishedForwards(10)).to.deep.equal([])
  })

  it('is the learner’s to agree to: without consent nothing moves', async () => {
    const actor = await actorOf(people.ada)
    const forward = { center: 'south', reason: 'No answer.' }

    expect(await kindOf(forwardReferral(actor, asked.id, forward, world.ports))).to.equal(
      'not-allowed',
    )
    expect((await findReferral(asked.id))?.state).to.equal('requested')
  })

  it('by a center without consent leaves a draft, which closes the old one when it is sent', async () => {
    const sam = await actorOf(people.sam)
    const forward = { center: 'south', reason: 'Lives in the south.' }

    const draft = await forwardReferral(sam, asked.id, forward, world.ports)
    const again = await forwardReferral(sam, asked.id, forward, world.ports)

    expect(again.id).to.equal(draft.id)
    expect(draft).to.deep.include({ state: 'draft', packet: 'closed' })
    expect((await findReferral(asked.id))?.state).to.equal('requested')
    expect((await mailed()).filter((one) => one === 'referralPrepared ada')).to.have.length(1)
    const tom = await actorOf(people.tom)
    expect(await kindOf(readReferral(tom, draft.id, world.ports.now()))).to.equal('not-found')
    const queue = await listReferrals(tom, { limit: 20, state: 'all' }, world.ports)
    expect(queue.items).to.deep.equal([])

    const ada = await actorOf(people.ada)
    const given = { password, expiresOn: undefined, message: 'Mornings.', stated: undefined }
    await completeReferral(ada, draft.id, given, signing, world.ports)

    const sent = await findReferral(draft.id)
    expect(sent).to.deep.include({ state: 'requested', packet: 'open', message: 'Mornings.' })
    const old = await findReferral(asked.id)
    expect(old?.state).to.equal('cancelled')
    expect(old?.timeline.at(-1)?.reason).to.equal('Lives in the south.')
    expect(await unfinishedForwards(10)).to.deep.equal([])
  })

  it('sends of a draft what the learner left in it, and nothing they took out', async () => {
    const { learnerId = '' } = people.ada
    const center = aCenter('south')
    const stated = { accommodation: 'A quiet room', wants: [] }
    const from = { ...asked, message: 'Ask her about March.', stated }
    const draft = await prepareReferral(
      await actorOf(people.sam),
      { learnerId, center, from },
      world.ports,
    )
    expect(draft).to.deep.include({ message: 'Ask her about March.', stated })

    const given = { password, expiresOn: undefined, message: undefined, stated: undefined }
    await completeReferral(await actorOf(people.ada), draft.id, given, signing, world.ports)

    const sent = await findReferral(draft.id)
    expect(sent?.state).to.equal('requested')
    expect([sent?.message, sent?.stated]).to.deep.equal([undefined, undefined])
  })

  it('into a draft that was there before closes the old one too when that is sent', async () => {
    const { learnerId = '' } = people.ada
    const waiting = await prepareReferral(
      await actorOf(people.tom),
      { learnerId, center: aCenter('south') },
      world.ports,
    )
    const forward = { center: 'south', reason: 'Lives in the south.' }
    const draft = await forwardReferral(await actorOf(people.sam), asked.id, forward, world.ports)
    expect(draft.id).to.equal(waiting.id)

    const given = { password, expiresOn: undefined, message: undefined, stated: undefined }
    await completeReferral(await actorOf(people.ada), draft.id, given, signing, world.ports)

    const old = await findReferral(asked.id)
    expect(old).to.deep.include({ state: 'cancelled' })
    expect(old?.wentTo?.referralId).to.equal(draft.id)
    expect(await unfinishedForwards(10)).to.deep.equal([])
    expect(await mailed()).to.include('referralWentOn sam')
  })

  it('of two at once moves once; an answer and a forward at once never both win', async () => {
    await keepConsent('learner-ada', 'south')
    const [ada, sam] = await Promise.all([actorOf(people.ada), actorOf(people.sam)])
    const forward = { center: 'south', reason: 'No answer.' }

    const kinds = await Promise.all([
      kindOf(forwardReferral(ada, asked.id, forward, world.ports)),
      kindOf(forwardReferral(sam, asked.id, forward, world.ports)),
      kindOf(answerReferral(sam, asked.id, { state: 'accepted' }, world.ports)),
    ])

    expect(kinds.filter((kind) => kind === 'done')).to.have.length(1)
    const all = await referralsOf('learner-ada')
    const old = all.find(({ id }) => id === asked.id)
    expect(all).to.have.length(old?.state === 'cancelled' ? 2 : 1)
  })

  it('closes the old one by the job when a process died after sending the draft', async () => {
    const forward = { center: 'south', reason: 'Lives in the south.' }
    const draft = await forwardReferral(await actorOf(people.sam), asked.id, forward, world.ports)
    const at = world.ports.now()
    const by = { by: 'Ada', byAccountId: people.ada.id }
    const event = {
      id: 'sent',
      at,
      side: 'sender',
      kind: 'state',
      state: 'requested',
      ...by,
    } as const
    await sendReferral(draft, { since: at, askedAt: at, proof: draft.proof }, event, [])
    expect((await findReferral(asked.id))?.state).to.equal('requested')

    for (let run = 0; run < 2; run += 1) await turnClockOn('2015-03-09')

    const old = await findReferral(asked.id)
    expect(old).to.deep.include({ state: 'cancelled' })
    expect(old?.timeline.at(-1)).to.deep.include({
      kind: 'forwarded',
      reason: forward.reason,
      ...by,
    })
    expect(old?.wentTo?.referralId).to.equal(draft.id)
    expect((await findReferral(draft.id))?.state).to.equal('requested')
    expect(await unfinishedForwards(10)).to.deep.equal([])
  })

  const keepHalf = (of: Referral) =>
    changeReferral(of, 'requested', {
      state: 'cancelled',
      event: {
        id: 'half',
        at: world.ports.now(),
        side: 'sender',
        by: 'Ada',
        kind: 'forwarded',
        state: 'cancelled',
        reason: 'No answer.',
      },
      outbox: [],
      wentTo: { referralId: 'second-half', center: { id: 'south', name: 'Center south' } },
    })

  it('is made good by the job when a process died between its two halves', async () => {
    await keepConsent('learner-ada', 'south')
    await keepHalf(asked)

    await remindReferrals({ world, ...run })
    await remindReferrals({ world, ...run })

    expect(await findReferral('second-half')).to.deep.include({
      state: 'requested',
      centerId: 'south',
    })
    expect(await referralsOf('learner-ada')).to.have.length(2)
  })

  it('is given up by the job when its learner is gone, and holds up nobody else', async () => {
    await keepReferrals(aReferral('gone', 'learner-gone', 'north'))
    await keepHalf(aReferral('gone', 'learner-gone', 'north'))

    await turnClockOn('2015-03-12')

    expect((await findReferral(asked.id))?.timeline.map(({ kind }) => kind)).to.include('reminded')
    expect(await unfinishedForwards(10)).to.deep.equal([])
    const gone = await findReferral('gone')
    expect(gone).to.include({ state: 'cancelled' }).and.not.to.have.property('wentTo')
    expect(await findReferral('second-half')).to.equal(undefined)
  })

  it('reminds before it makes good what was cut short, so that no failure there stops a clock', async () => {
    await keepHalf(asked)
    await keepReferrals(aReferral('late', 'learner-ben', 'north'))
    await mongoose.connection
      .collection<{ _id: string }>('referrals')
      .updateOne({ _id: asked.id }, { $set: { timeline: null } })

    let failed: unknown
    await turnClockOn('2015-03-12').catch((thrown: unknown) => {
      failed = thrown
    })

    expect(failed).to.be.instanceOf(AggregateError)
    const late = await findReferral('late')
    expect(late?.timeline.map(({ kind }) => kind)).to.include('reminded')
  })

  it('is refused to the same center, to a stranger, and once it is settled', async () => {
    const [ada, tom, sam] = await Promise.all(
      [people.ada, people.tom, people.sam].map((one) => actorOf(one)),
    )
    const forward = (actor: typeof ada, center: string) =>
      kindOf(forwardReferral(actor as never, asked.id, { center, reason: 'Because.' }, world.ports))

    expect(await forward(ada, 'north')).to.equal('invalid')
    expect(await forward(tom, 'south')).to.equal('not-found')
    await answerReferral(
      sam as never,
      asked.id,
      { state: 'rejected', reason: 'Full.' },
      world.ports,
    )
    expect(await forward(sam, 'south')).to.equal('refused')
  })
})

describe('a draft', () => {
  it('tells its center nothing, not even when a consent ends, and can be given up', async () => {
    await emptyDatabase()
    const people = await keepPeople()
    const { ports } = testWorld()
    const [ada, sam, tom] = await Promise.all(
      [people.ada, people.sam, people.tom].map((one) => actorOf(one)),
    )
    if (!ada || !sam || !tom) throw new Error('nobody there')
    const draft = await prepareReferral(
      sam,
      { learnerId: 'learner-ada', center: aCenter('south') },
      ports,
    )
    await keepConsent('learner-ada', 'south')
    await matchPackets('learner-ada', { by: 'Ada', isByDate: false }, ports)
    await withdrawConsent('consent-learner-ada-south', ada, ports)

    await answerReferral(ada, draft.id, { state: 'cancelled', reason: 'Not now.' }, ports)

    const mails = (await referralOutbox.waiting(10)).flatMap(({ entries }) => entries)
    expect(mails.map(({ template }) => template)).to.deep.equal(['referralPrepared'])
    expect(await kindOf(readReferral(tom, draft.id, ports.now()))).to.equal('not-found')
    const queue = await listReferrals(tom, { limit: 20, state: 'cancelled' }, ports)
    expect(queue.items).to.deep.equal([])
  })
})
