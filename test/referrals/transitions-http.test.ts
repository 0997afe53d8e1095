import { expect } from 'chai'
import { mailSettled } from '../../src/messages/deliver-mail.js'
import {
  isOpen,
  referralStates,
  verdictOn,
  type ReferralState,
  type Side,
} from '../../src/referrals/referral.js'
import { findReferral } from '../../src/referrals/referral-store.js'
import { mayReportIn } from '../../src/referrals/co-enrollment.js'
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
import { signIn, visitor, type Person } from '../support/person.js'

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
    persons.set('nobody', visitor(world.app))
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

  type Step = (person: Person, from: string) => Promise<{ readonly status: number }>
  /** The other steps that somebody may try on a referral; none of these tries may leave a trace. */
  const steps = {
    'hand it on': (person, from) =>
      person.api('post', `/referrals/${from}/forwards`, { center: 'north', reason: 'because' }),
    'tell the center more': (person, from) =>
      person.submit('/settings', { message: 'More.' }, `/referrals/${from}/details`),
    'open the packet': (person, from) => person.api('get', `/referrals/${from}/packet`),
    'open the résumé': (person, from) => person.api('get', `/referrals/${from}/packet/resume`),
    'make a link': (person, from) =>
      person.submit('/settings', { days: '3' }, `/referrals/${from}/packet/links`),
    'report a program': (person, from) =>
      person.api('post', `/referrals/${from}/co-enrollments`, {
        program: 'wioa-adult',
        startOn: '2015-03-01',
      }),
  } satisfies Record<string, Step>
  type StepName = keyof typeof steps

  const hasPacket = (from: ReferralState) =>
    from === 'completed' || (isOpen(from) && from !== 'draft')
  const settledOr = (allowed: boolean) => (from: ReferralState) =>
    !isOpen(from) ? 409 : allowed ? undefined : 403
  const packetOr = (from: ReferralState) => (hasPacket(from) ? undefined : 403)
  /** What each side is answered; undefined where the step is theirs. Staff who only asked see no packet. */
  const answers: Readonly<
    Record<StepName, Readonly<Record<string, (from: ReferralState) => number | undefined>>>
  > = {
    'hand it on': {
      ada: (from) => (from === 'draft' ? 409 : settledOr(true)(from)),
      olga: (from) => (from === 'draft' ? 409 : settledOr(true)(from)),
      cora: settledOr(true),
    },
    'tell the center more': { ada: settledOr(true), olga: () => 403, cora: () => 403 },
    'open the packet': { ada: packetOr, olga: () => 403, cora: packetOr },
    'open the résumé': {
      ada: () => 403,
      olga: () => 403,
      cora: () => 403,
    },
    'make a link': { ada: packetOr, olga: () => 403, cora: packetOr },
    'report a program': {
      ada: () => 403,
      olga: () => 403,
      cora: (from) => (mayReportIn(from) ? undefined : 409),
    },
  }
  for (const [name, step] of Object.entries(steps) as [StepName, Step][])
    for (const who of ['ada', 'olga', 'cora'])
      it(`${who} may not ${name} but where it is theirs`, async () => {
        const person = persons.get(who)
        for (const from of referralStates) {
          const hidden = who === 'cora' && from === 'draft'
          const expected = hidden ? 404 : answers[name][who]?.(from)
          if (person === undefined || expected === undefined) continue
          expect((await step(person, from)).status, from).to.equal(expected)
          const kept = await findReferral(from)
          expect([kept?.state, kept?.timeline.length], from).to.deep.equal([from, 1])
        }
      })

  it('is not found by a third party, whatever else they try', async () => {
    for (const who of ['tom', 'ben', 'mentor', 'college', 'employer', 'provider', 'manager'])
      for (const [name, step] of Object.entries(steps)) {
        const person = persons.get(who)
        if (!person) throw new Error(who)
        for (const from of ['draft', 'requested', 'completed']) {
          const { status } = await step(person, from)
          // Reporting programs is for staff at all.
          const isStaffs = name === 'report a program' && who !== 'tom'
          expect(status, `${who}: ${name} from ${from}`).to.equal(isStaffs ? 403 : 404)
        }
      }
  })

  it('is nobody’s who is not signed in', async () => {
    const nobody = persons.get('nobody')
    for (const [method, path, body] of [
      ['post', '/referrals/requested/answers', { state: 'accepted' }],
      ['post', '/referrals/requested/forwards', { center: 'north', reason: 'because' }],
      ['get', '/referrals/requested/packet', undefined],
      ['get', '/referrals/requested/packet/resume', undefined],
      ['post', '/referrals/requested/co-enrollments', {}],
    ] as const)
      expect((await nobody?.api(method, path, body))?.status, path).to.equal(401)
    for (const path of ['answer', 'details', 'hand-on', 'packet', 'packet/resume'])
      expect((await nobody?.get(`/referrals/requested/${path}`))?.status, path).to.equal(303)
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
