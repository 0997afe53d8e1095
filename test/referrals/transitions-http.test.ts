import { expect } from 'chai'
import { mailSettled } from '../../src/messages/deliver-mail.js'
import { referralStates, verdictOn, type Side } from '../../src/referrals/referral.js'
import { findReferral } from '../../src/referrals/referral-store.js'
import { testApp, type TestApp } from '../support/app.js'
import { anAccount, community, credentials, keep } from '../support/build-access.js'
import {
  aCenter,
  aReferral,
  keepCenters,
  keepConsent,
  keepPeople,
  keepReferrals,
} from '../support/build-handoff.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, type Person } from '../support/person.js'

/** A center of its own for each state, so that a learner can hold one open referral in each. */
const centerIn = (state: string) => `at-${state}`

describe('every forbidden step over HTTP', () => {
  let world: TestApp
  const persons = new Map<string, Person>()

  before(async () => {
    await emptyDatabase()
    const people = await keepPeople()
    world = testApp()
    await keepCenters(...referralStates.map((state) => aCenter(centerIn(state))))
    const [cora, olga] = await keep(
      anAccount('Cora', 'staff', 'everywhere', {
        roles: referralStates.map((state) => ({
          role: 'staff' as const,
          organizationId: centerIn(state),
          communityId: community,
        })),
      }),
      anAccount('Olga', 'staff', 'north'),
    )
    for (const state of referralStates) await keepConsent('learner-ada', centerIn(state))
    await keepReferrals(
      ...referralStates.map((state) =>
        aReferral(state, 'learner-ada', centerIn(state), {
          state,
          askedBy: { accountId: olga.id, name: 'Olga', byStaff: true },
        }),
      ),
    )
    const [emil, pat, mona] = await keep(
      anAccount('Emil', 'employer', 'acme'),
      anAccount('Pat', 'provider', 'treehouse'),
      anAccount('Mona', 'manager', 'board'),
    )
    const { ada, ben, tom, max: mentor, eve: college } = people
    const others = { ben, mentor, college, employer: emil, provider: pat, manager: mona }
    for (const [name, account] of Object.entries({ ada, olga, cora, tom, ...others }))
      persons.set(name, await signIn(world.app, credentials(account)))
  })

  after(() => mailSettled())

  const statusOf = {
    'not-yours': 403,
    settled: 409,
    'wrong-state': 409,
    'wrong-substate': 422,
    'reason-missing': 422,
  } as const

  const roles: readonly [string, Side][] = [
    ['ada', 'sender'],
    ['olga', 'sender'],
    ['cora', 'center'],
  ]
  for (const [who, side] of roles)
    for (const from of referralStates)
      it(`${who} (${side}) from ${from}`, async () => {
        const person = persons.get(who)
        for (const state of referralStates) {
          const verdict = verdictOn(from, { state }, [side])
          if (verdict === 'move' || verdict === 'note') continue
          const answer = await person?.api('post', `/referrals/${from}/answers`, { state })
          const unknown = side === 'center' && from === 'draft'
          expect(answer?.status, `${from} to ${state}`).to.equal(unknown ? 404 : statusOf[verdict])
        }
        expect((await findReferral(from))?.state).to.equal(from)
      })

  it('is not found by a third party, whatever the step', async () => {
    for (const from of referralStates)
      for (const state of referralStates) {
        const body = { state, reason: 'because' }
        const answer = await persons.get('tom')?.api('post', `/referrals/${from}/answers`, body)
        expect(answer?.status, `${from} to ${state}`).to.equal(404)
      }
  })

  for (const who of ['ben', 'mentor', 'college', 'employer', 'provider', 'manager'])
    it(`is not found by a ${who === 'ben' ? 'learner' : who} who has no part in it, by page or call`, async () => {
      const person = persons.get(who)
      for (const state of referralStates) {
        const body = { state: 'cancelled', reason: 'because' }
        const called = await person?.api('post', `/referrals/${state}/answers`, body)
        expect(called?.status, `a call from ${state}`).to.equal(404)
      }
      const sent = await person?.submit(
        '/settings',
        { state: 'accepted' },
        '/referrals/requested/answer',
      )
      expect(sent?.status).to.equal(404)
      expect((await findReferral('requested'))?.state).to.equal('requested')
    })

  it('keeps a substate of the center from the sender, and one that does not fit from both', async () => {
    const setBy = async (who: string, body: object) =>
      (await persons.get(who)?.api('post', '/referrals/accepted/answers', body))?.status
    const stopped = { state: 'cancelled', reason: 'because' }

    expect(await setBy('ada', { ...stopped, substate: 'unreachable' })).to.equal(403)
    expect(await setBy('cora', { ...stopped, substate: 'placed' })).to.equal(422)
    expect(await setBy('cora', { state: 'in-progress', substate: 'not_eligible' })).to.equal(422)
  })
})
