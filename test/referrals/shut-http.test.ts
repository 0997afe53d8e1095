import { expect } from 'chai'
import mongoose from 'mongoose'
import { openCase } from '../../src/caseload/case-store.js'
import { chainOf } from '../../src/learners/disclosure-store.js'
import type { Consent } from '../../src/learners/consent.js'
import { withdrawConsent } from '../../src/learners/withdraw-consent.js'
import { mailSettled } from '../../src/messages/deliver-mail.js'
import type { Proof } from '../../src/readiness/proof.js'
import { insertCoEnrollment } from '../../src/referrals/co-enrollment-store.js'
import type { Referral } from '../../src/referrals/referral.js'
import { testApp, type TestApp } from '../support/app.js'
import { anAccount, community, credentials, keep } from '../support/build-access.js'
import {
  aCenter,
  actorOf,
  aReferral,
  keepCenters,
  keepConsent,
  keepPeople,
  keepReferrals,
} from '../support/build-handoff.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, type Person } from '../support/person.js'

const ada = 'learner-ada'

/** What a referral holds beyond name and steps, each told by words of its own. */
const marks = {
  evidence: /Marked evidence/,
  progress: /Marked track/,
  message: /Marked message/,
  before: /Marked reason|"referral":"old"/,
  stay: /vocational-rehab|Vocational Rehabilitation|Rehabilitación vocacional/,
} as const
type Mark = keyof typeof marks

const notReady: Proof = {
  ready: false,
  rulesVersion: 1,
  rules: [
    {
      id: 'badges',
      kind: 'course-badges',
      params: { count: 1, level: 'provider-confirmed' },
      met: true,
      evidence: [{ title: 'Marked evidence', on: '2015-02-01', level: 'provider-confirmed' }],
    },
    {
      id: 'track',
      kind: 'track-finished',
      params: {},
      met: false,
      evidence: [],
      missing: {
        key: 'readiness:missing.finishTrack',
        params: { done: 3, total: 10, track: 'Marked track', step: 'CSS' },
      },
    },
  ],
}
const ready: Proof = {
  ready: true,
  since: '2015-02-01',
  rulesVersion: 1,
  rules: notReady.rules.slice(0, 1),
}

/** What stands open to each while the consent to the center is live; every address a reader may reach it by. */
const whileOpen: Readonly<Record<string, { readonly sam?: readonly Mark[] }>> = {
  '/referrals/r': { sam: ['evidence', 'progress', 'message', 'before', 'stay'] },
  '/es/referrals/r': { sam: ['evidence', 'progress', 'message', 'before', 'stay'] },
  '/referrals/r/packet': { sam: ['evidence', 'progress', 'message'] },
  '/referrals/r/co-enrollments': { sam: ['stay'] },
  '/referrals/r/answer': {},
  '/referrals/r/hand-on': {},
  '/referrals/r/details': {},
  '/api/v1/referrals/r': { sam: ['before'] },
  '/api/v1/referrals/r/co-enrollments': { sam: ['stay'] },
  '/api/v1/referrals': { sam: ['before'] },
  '/api/v1/referrals?since=2015-01-01T00:00:00Z': { sam: ['before'] },
  '/staff': {},
  '/staff/ready': {},
  '/staff/ready.csv': {},
  '/staff/referrals': {},
  '/staff/referrals.csv': {},
  '/staff/cases': {},
  '/staff/cases.csv': {},
  [`/staff/learners/${ada}`]: {},
  [`/staff/learners/${ada}/case`]: {},
  [`/staff/learners/${ada}/gains`]: {},
  [`/api/v1/learners/${ada}/record`]: {},
}

interface Standing {
  /** To the center of the referral; none when it was never given. */
  readonly consent?: Partial<Consent>
  readonly stopped?: true
  /** One that names only the center of whoever asked. */
  readonly toAsker?: true
  readonly referral?: Partial<Referral>
  readonly isOpen: boolean
}

const standings: Readonly<Record<string, Standing>> = {
  'the consent is live': { consent: {}, isOpen: true },
  'it is live and the referral is completed': {
    consent: {},
    referral: { state: 'completed' },
    isOpen: true,
  },
  'the consent was stopped': { consent: {}, stopped: true, isOpen: false },
  'it was stopped after the referral was completed': {
    consent: {},
    stopped: true,
    referral: { state: 'completed' },
    isOpen: false,
  },
  'its last day is over': { consent: { expiresOn: '2015-03-08' }, isOpen: false },
  'it covers less than a center needs': { consent: { records: ['progress'] }, isOpen: false },
  'it is for another purpose': { consent: { purpose: 'employment' }, isOpen: false },
  'it was never given': { isOpen: false },
  'only the center of who asked has one': { toAsker: true, isOpen: false },
  'it is live and the referral was never taken up': {
    consent: {},
    referral: { state: 'rejected' },
    isOpen: false,
  },
}

type Persons = Readonly<Record<'ada' | 'sam' | 'olga', Person>>

async function keepEverybody(world: TestApp) {
  await emptyDatabase()
  const people = await keepPeople()
  await keepCenters(aCenter('east'))
  const [olga] = await keep(anAccount('Olga', 'staff', 'east'))
  const there = { communityId: community, centerId: 'north', learnerId: ada }
  await openCase(there, world.ports.now())
  await insertCoEnrollment({
    ...there,
    id: 'stay',
    program: 'vocational-rehab',
    startOn: '2015-03-02',
    reportedBy: { accountId: people.sam.id, name: 'Sam' },
    reportedAt: world.ports.now(),
  })
  const persons: Persons = {
    ada: await signIn(world.app, credentials(people.ada)),
    sam: await signIn(world.app, credentials(people.sam)),
    olga: await signIn(world.app, credentials(olga)),
  }
  return { people: { ...people, olga }, persons }
}

/** Ada's only referral: to North, handed on by South and asked for by Olga of East. */
async function keepStanding(
  world: TestApp,
  people: Awaited<ReturnType<typeof keepEverybody>>['people'],
  { consent, stopped, toAsker, referral = {} }: Standing,
) {
  for (const name of ['referrals', 'consents'])
    await mongoose.connection.collection(name).deleteMany({})
  const askedBy = { accountId: people.olga.id, name: 'Olga', byStaff: true }
  const south = { referralId: 'old', center: { id: 'south', name: 'Center south' } }
  const line = { at: new Date('2015-02-20T19:00:00Z'), side: 'center', by: 'Tom' } as const
  await keepReferrals(
    aReferral('old', ada, 'south', {
      askedBy,
      state: 'cancelled',
      timeline: [
        { ...line, id: 'gone', kind: 'state', state: 'cancelled', reason: 'Marked reason' },
      ],
    }),
    aReferral('r', ada, 'north', {
      askedBy,
      proof: notReady,
      message: 'Marked message',
      cameFrom: south,
      ...referral,
    }),
  )
  if (consent) await keepConsent(ada, 'north', consent)
  if (toAsker) await keepConsent(ada, 'east')
  if (stopped) await withdrawConsent(`consent-${ada}-north`, await actorOf(people.ada), world.ports)
}

async function marksAt(person: Person, at: string): Promise<Mark[]> {
  const isCall = at.startsWith('/api/v1')
  const { text } = await (isCall ? person.api('get', at.slice(7)) : person.get(at))
  return (Object.keys(marks) as Mark[]).filter((mark) => marks[mark].test(text))
}

async function seenBy(person: Person): Promise<Record<string, Mark[]>> {
  const seen: Record<string, Mark[]> = {}
  for (const at of Object.keys(whileOpen)) seen[at] = await marksAt(person, at)
  return seen
}

const nothing = Object.fromEntries(Object.keys(whileOpen).map((at) => [at, []]))

describe('what a referral shows beyond its steps', () => {
  let world: TestApp
  let people: Awaited<ReturnType<typeof keepEverybody>>['people']
  let persons: Persons
  before(async () => {
    world = testApp()
    ;({ people, persons } = await keepEverybody(world))
  })
  afterEach(() => mailSettled())

  for (const [when, standing] of Object.entries(standings))
    describe(`when ${when}`, () => {
      before(() => keepStanding(world, people, standing))

      const isShown = (mark: Mark) => standing.isOpen || mark === 'stay'
      it(`shows its center ${standing.isOpen ? 'all of it' : 'what it reported itself'}`, async () => {
        const due = Object.entries(whileOpen).map(([at, { sam = [] }]) => [at, sam.filter(isShown)])

        expect(await seenBy(persons.sam)).to.deep.equal(Object.fromEntries(due))
      })

      it('shows whoever only asked nothing of it, at another center', async () => {
        expect(await seenBy(persons.olga)).to.deep.equal(nothing)
        const stays = await persons.olga.api('get', '/referrals/r/co-enrollments')
        expect(stays.status).to.equal(403)
      })

      it('says why, and what to do next', async () => {
        const said = async (person: Person) =>
          (await person.read('/referrals/r'))('#proof-heading').parent().find('.note').text()

        expect(await said(persons.olga)).to.contain('your own center consent')
        const toCenter = await said(persons.sam)
        if (standing.isOpen) expect(toCenter).to.equal('')
        else expect(toCenter).to.match(/give your center consent again|a new referral/)
      })

      it('shows the learner all of it', async () => {
        expect(await marksAt(persons.ada, '/referrals/r')).to.have.members(Object.keys(marks))
        expect(await marksAt(persons.ada, '/api/v1/referrals/r')).to.deep.equal(['before'])
      })

      it('is disclosed as what it was', async () => {
        const told = async (person: Person, at: string) => {
          const before = (await chainOf(ada)).length
          await marksAt(person, at)
          const rows = (await chainOf(ada)).slice(before)
          return rows.map(({ basis, records, consentIds }) => ({ basis, records, consentIds }))
        }
        const closed = [{ basis: 'request', records: ['referral'], consentIds: [] }]
        const open = (...records: string[]) => [
          { basis: 'consent', records, consentIds: [`consent-${ada}-north`] },
        ]

        for (const at of ['/referrals/r', '/api/v1/referrals/r'])
          expect(await told(persons.olga, at)).to.deep.equal(closed)
        expect(await told(persons.sam, '/referrals/r')).to.deep.equal(
          standing.isOpen ? open('progress', 'credential', 'referral') : closed,
        )
        expect(await told(persons.sam, '/api/v1/referrals/r')).to.deep.equal(
          standing.isOpen ? open('progress', 'referral') : closed,
        )
      })
    })

  it('tells who has it shut which rules somebody met who was job-ready, and of nobody else', async () => {
    const rulesFor = async (proof: Proof) => {
      await keepStanding(world, people, { referral: { proof }, isOpen: false })
      const { sam } = persons
      const got = await sam.api('get', '/referrals/r')
      const { readiness } = got.body as { readiness: { rules: unknown[] } }
      const $ = await sam.read('/referrals/r')
      return [readiness.rules.length, $('.proof__rule').length, $('.proof__evidence').length]
    }

    expect(await rulesFor(ready)).to.deep.equal([1, 1, 0])
    expect(await rulesFor(notReady)).to.deep.equal([0, 0, 0])
  })
})
