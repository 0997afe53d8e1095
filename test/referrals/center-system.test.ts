import { expect } from 'chai'
import supertest from 'supertest'
import { mailSettled } from '../../src/messages/deliver-mail.js'
import { referralAnnouncements } from '../../src/referrals/referral-row-store.js'
import { findReferral } from '../../src/referrals/referral-store.js'
import { testApp, type TestApp } from '../support/app.js'
import { credentials } from '../support/build-access.js'
import { aReferral, keepConsent, keepPeople, keepReferrals } from '../support/build-handoff.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, type Person } from '../support/person.js'

interface Body {
  readonly id: string
  readonly state: string
  readonly changedAt: string
}

describe('a center’s own system', () => {
  let world: TestApp
  let ada: Person
  let sam: Person
  let token: string

  beforeEach(async () => {
    await emptyDatabase()
    const people = await keepPeople()
    world = testApp()
    ;[ada, sam] = await Promise.all([
      signIn(world.app, credentials(people.ada)),
      signIn(world.app, credentials(people.sam)),
    ])
    const given = await supertest(world.app).post('/api/v1/tokens').send(credentials(people.sam))
    token = (given.body as { accessToken: string }).accessToken
  })

  afterEach(() => mailSettled())

  const answerWith = (id: string, key: string, body: object) =>
    supertest(world.app)
      .post(`/api/v1/referrals/${id}/answers`)
      .set('Authorization', `Bearer ${token}`)
      .set('Idempotency-Key', key)
      .send(body)

  const told = async () =>
    (await referralAnnouncements.waiting(50))
      .flatMap(({ entries }) => entries)
      .map(({ kind, organizationId, about }) => [kind, organizationId, about['referral']])

  it('is told of what is asked, changed and called off, by ids alone', async () => {
    await keepConsent('learner-ada', 'north')
    const { id } = (await ada.api('post', '/referrals', { center: 'north' })).body as Body
    await sam.read(`/referrals/${id}`)
    await sam.read(`/referrals/${id}/packet`)
    await sam.api('post', `/referrals/${id}/answers`, { state: 'accepted' })
    await ada.submit(`/referrals/${id}/details`, { message: 'Mornings.' })
    await ada.api('post', `/referrals/${id}/answers`, { state: 'cancelled', reason: 'A job!' })

    expect(await told()).to.deep.equal([
      ['referral.requested', 'north', id],
      ['referral.changed', 'north', id],
      ['referral.changed', 'north', id],
      ['referral.cancelled', 'north', id],
    ])
    const [waiting] = await referralAnnouncements.waiting(50)
    expect(JSON.stringify(waiting)).to.not.match(/Ada|Mornings|A job/)
  })

  it('hears nothing of a draft', async () => {
    await sam.api('post', '/referrals/bulk', { center: 'south', learners: ['learner-ben'] })

    expect(await told()).to.deep.equal([])
  })

  /** Referrals to North that last changed at these moments, by the second. */
  const keepChanged = (changes: Readonly<Record<string, Date>>) =>
    keepReferrals(
      ...Object.entries(changes).map(([id, at]) =>
        aReferral(id, `learner-${id}`, 'north', {
          since: at,
          timeline: [
            { id: `${id}-asked`, at, side: 'sender', by: 'X', kind: 'state', state: 'requested' },
          ],
        }),
      ),
    )
  const pull = async (query: string) =>
    (await sam.api('get', `/referrals?${query}`)).body as { items: Body[]; next?: string }
  const idsOf = ({ items }: { readonly items: readonly Body[] }) => items.map(({ id }) => id)

  it('pulls what changed since, page by page, and misses nothing', async () => {
    const at = (hour: number) => new Date(`2015-03-02T${String(10 + hour)}:00:00Z`)
    await keepChanged({ r3: at(3), r1: at(1), r2: at(2), r5: at(5), r4: at(4) })
    await keepReferrals(aReferral('elsewhere', 'learner-9', 'south', { since: at(9) }))

    const since = `since=${encodeURIComponent(at(2).toISOString())}`
    const first = await pull(`${since}&limit=2`)
    const second = await pull(`${since}&limit=2&cursor=${first.next ?? ''}`)
    expect([...first.items, ...second.items].map(({ id }) => id)).to.deep.equal([
      'r2',
      'r3',
      'r4',
      'r5',
    ])
    expect(second.next).to.equal(undefined)

    await sam.api('post', '/referrals/r1/answers', { state: 'accepted' })
    const last = second.items.at(-1)?.changedAt ?? ''
    const after = await pull(`since=${encodeURIComponent(last)}`)
    expect(after.items.map(({ id, state }) => [id, state])).to.deep.equal([
      ['r5', 'requested'],
      ['r1', 'accepted'],
    ])
    expect((await sam.api('get', '/referrals?since=yesterday')).status).to.equal(422)
  })

  it('is given what was stamped before the last change it saw and kept after it', async () => {
    const at = (second: number) => new Date(Date.UTC(2015, 2, 2, 19, 0, second))
    await keepChanged({ seen: at(0), old: at(-121) })
    expect(idsOf(await pull(`since=${at(0).toISOString()}`))).to.deep.equal(['seen'])

    await keepChanged({ slow: at(-120) })

    expect(idsOf(await pull(`since=${at(0).toISOString()}`))).to.deep.equal(['slow', 'seen'])
  })

  it('is given in one walk what changed until it began, and the rest in the next', async () => {
    const began = world.ports.now()
    const before = (seconds: number) => new Date(began.getTime() - seconds * 1000)
    await keepChanged({ first: before(50), second: before(40) })
    const since = `since=${before(3600).toISOString()}`
    const one = await pull(`${since}&limit=1`)

    world.clock.at = new Date(began.getTime() + 300_000)
    await keepChanged({ slow: before(60), later: new Date(began.getTime() + 240_000) })
    const two = await pull(`${since}&limit=2&cursor=${one.next ?? ''}`)
    const last = two.items.at(-1)?.changedAt ?? ''

    expect([...idsOf(one), ...idsOf(two)]).to.deep.equal(['first', 'second'])
    expect(two.next).to.equal(undefined)
    expect(idsOf(await pull(`since=${last}`))).to.deep.equal(['slow', 'first', 'second', 'later'])
    const cursor = Buffer.from('["x","y","z"]').toString('base64url')
    expect((await sam.api('get', `/referrals?${since}&cursor=${cursor}`)).status).to.equal(422)
  })

  it('answers once under one key, however often it sends, and not with another body', async () => {
    await keepReferrals(aReferral('one', 'learner-ada', 'north'))
    const body = { state: 'accepted' }

    const together = await Promise.all([1, 2, 3].map(() => answerWith('one', 'k-1', body)))
    const later = await answerWith('one', 'k-1', body)

    for (const { status, body: got } of [...together, later]) {
      expect(status).to.equal(200)
      expect(got).to.deep.equal(later.body)
    }
    expect((await findReferral('one'))?.timeline).to.have.length(2)
    expect((await answerWith('one', 'k-1', { state: 'in-progress' })).status).to.equal(409)
    expect((await answerWith('one', 'k-2', body)).status).to.equal(409)
    expect((await answerWith('one', 'k-3', { state: 'in-progress' })).status).to.equal(200)
    expect(((await answerWith('one', 'k-1', body)).body as Body).state).to.equal('accepted')
    expect((await answerWith('one', 'x'.repeat(201), body)).status).to.equal(422)
  })

  it('notes a detail once under one key, however often it comes at the same time', async () => {
    await keepReferrals(aReferral('one', 'learner-ada', 'north', { state: 'in-progress' }))
    const body = { state: 'in-progress', substate: 'contacted' }

    const together = await Promise.all([1, 2, 3].map(() => answerWith('one', 'k-1', body)))
    const later = await answerWith('one', 'k-1', body)

    expect(together.map(({ status }) => status)).to.deep.equal([200, 200, 200])
    for (const one of together) expect(one.body).to.deep.equal(later.body)
    expect((await findReferral('one'))?.timeline).to.have.length(2)
    expect(await told()).to.deep.equal([['referral.changed', 'north', 'one']])
    await mailSettled()
    expect(world.mails).to.have.length(1)
  })

  it('may mend a refused call under the same key', async () => {
    await keepReferrals(aReferral('one', 'learner-ada', 'north'))

    expect((await answerWith('one', 'k', { state: 'rejected' })).status).to.equal(422)

    expect((await answerWith('one', 'k', { state: 'rejected', reason: 'Full.' })).status).to.equal(
      200,
    )
  })
})
