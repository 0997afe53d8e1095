import { expect } from 'chai'
import { bookAppointment } from '../../src/appointments/book-appointment.js'
import { offerSlots } from '../../src/appointments/offer-slots.js'
import { tasksAt } from '../../src/caseload/task-store.js'
import { saveCenters } from '../../src/centers/center-store.js'
import { openCase } from '../../src/caseload/case-store.js'
import { consentsOf } from '../../src/learners/consent-store.js'
import { recordsNeeded } from '../../src/learners/consent.js'
import { withdrawConsent } from '../../src/learners/withdraw-consent.js'
import { mailSettled } from '../../src/messages/deliver-mail.js'
import type { RuleProof } from '../../src/readiness/proof.js'
import { prepareReferral } from '../../src/referrals/prepare-referral.js'
import { findReferral, referralsOf } from '../../src/referrals/referral-store.js'
import { keepResume } from '../../src/resumes/keep-resume.js'
import { testApp, type TestApp } from '../support/app.js'
import { community, credentials, password } from '../support/build-access.js'
import {
  aCenter,
  actorOf,
  aReferral,
  keepConsent,
  keepPeople,
  keepReferrals,
} from '../support/build-handoff.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, type Person } from '../support/person.js'

const ada = 'learner-ada'
const now = new Date('2015-03-09T19:00:00Z')

const provenRule: RuleProof = {
  id: 'track',
  kind: 'track-finished',
  params: {},
  met: true,
  evidence: [{ title: 'Marked evidence', on: '2015-02-01', level: 'provider-confirmed' }],
}

interface Click {
  readonly what: string
  readonly click: (sam: Person) => Promise<{ readonly status: number; readonly text: string }>
  readonly before: number
  readonly after: number
}

const page = (path: string, before: number, after: number): Click => ({
  what: `get ${path}`,
  click: (sam) => sam.get(path),
  before,
  after,
})
const call = (path: string, before: number, after: number): Click => ({
  what: `call ${path}`,
  click: (sam) => sam.api('get', path),
  before,
  after,
})

/** What staff may click on a page that was loaded while the consent was live, and what is answered before and after. */
const clicks: readonly Click[] = [
  page('/referrals/asked', 200, 200),
  page('/referrals/asked/packet', 200, 403),
  page('/referrals/asked/packet.pdf', 200, 403),
  page('/referrals/asked/packet.json', 200, 403),
  page(`/staff/learners/${ada}`, 200, 200),
  page(`/staff/learners/${ada}/gains`, 200, 403),
  page(`/staff/learners/${ada}/case`, 200, 200),
  call('/referrals/asked/packet', 200, 403),
  call('/referrals/asked/packet/resume', 200, 403),
  call('/referrals/asked/co-enrollments', 200, 200),
  call(`/learners/${ada}/record`, 200, 403),
  page('/referrals/asked/packet/resume', 200, 403),
  page(`/learners/${ada}/resume`, 200, 403),
  page(`/readiness/learners/${ada}/portfolio`, 200, 403),
  page(`/staff/learners/${ada}/card`, 200, 403),
  page('/referrals/asked/hand-on', 200, 200),
  page('/staff/cases', 200, 200),
  {
    what: 'a link to the packet',
    click: (sam) => sam.submit('/settings', { days: '3' }, '/referrals/asked/packet/links'),
    before: 200,
    after: 403,
  },
]

describe('a consent that is stopped between the list and the click', () => {
  let world: TestApp
  let sam: Person
  let people: Awaited<ReturnType<typeof keepPeople>>

  before(async () => {
    await emptyDatabase()
    world = testApp()
    people = await keepPeople()
    await keepConsent(ada, 'north', { records: [...recordsNeeded.referral, 'resume'] })
    await keepResume(await actorOf(people.ada), Buffer.from('Ada, Portland'), world.ports)
    await keepReferrals(
      aReferral('asked', ada, 'north', {
        consentId: `consent-${ada}-north`,
        message: 'Marked message',
        proof: { ready: true, since: '2015-02-01', rulesVersion: 1, rules: [provenRule] },
      }),
    )
    await openCase({ communityId: community, centerId: 'north', learnerId: ada }, now)
    sam = await signIn(world.app, credentials(people.sam))
  })

  after(() => mailSettled())

  for (const { what, click, before: status } of clicks)
    it(`${what} answers ${String(status)} while it is live`, async () => {
      expect((await click(sam)).status).to.equal(status)
    })

  it('is stopped', async () => {
    await withdrawConsent(`consent-${ada}-north`, await actorOf(people.ada), world.ports)
  })

  for (const { what, click, after: status } of clicks)
    it(`${what} answers ${String(status)} from then on, without contact or evidence`, async () => {
      const { status: answered, text } = await click(sam)
      expect(answered).to.equal(status)
      expect(text)
        .not.to.contain('ada@example.org')
        .and.not.to.match(/Marked (message|evidence)/)
    })

  it('lets the center answer what it was asked: the referral stays', async () => {
    const answer = await sam.api('post', '/referrals/asked/answers', { state: 'accepted' })
    expect(answer.status).to.equal(200)
    expect(await findReferral('asked')).to.include({ state: 'accepted', packet: 'closed' })
  })

  it('leaves a bulk referral as a draft for the learner, and refuses a single one', async () => {
    const one = await sam.submit(`/staff/learners/${ada}/referral`, { center: 'south' })
    const many = await sam.submit('/staff/referrals/new', { center: 'south', learners: [ada] })

    expect([one.status, many.status]).to.deep.equal([403, 200])
    const states = (await referralsOf(ada)).map(({ centerId, state }) => `${centerId} ${state}`)
    expect(states.sort()).to.deep.equal(['north accepted', 'south draft'])
  })
})

describe('a consent that is signed on the way', () => {
  let world: TestApp
  let learner: Person
  let people: Awaited<ReturnType<typeof keepPeople>>
  const signed = { expiresOn: '2015-09-01', password }
  const closed = aCenter('south', { acceptingReferrals: false })
  const states = async () => (await referralsOf(ada)).map((one) => `${one.centerId} ${one.state}`)

  beforeEach(async () => {
    await emptyDatabase()
    world = testApp()
    people = await keepPeople()
    learner = await signIn(world.app, credentials(people.ada))
  })

  afterEach(() => mailSettled())

  /** Loads the form, lets something happen, then sends it. */
  const late = async (
    path: string,
    fields: Record<string, string>,
    meanwhile: Promise<unknown>,
  ) => {
    expect((await learner.get(path)).status).to.equal(200)
    await meanwhile
    return learner.submit('/settings', { ...signed, ...fields }, path)
  }

  it('is not, when the center stopped taking referrals since the page was loaded', async () => {
    const sent = await late(
      '/referrals/new?center=south',
      { center: 'south' },
      saveCenters([closed]),
    )

    expect(sent.status).to.equal(409)
    expect(sent.text).to.include('does not take referrals now')
    expect([await consentsOf(ada), await states()]).to.deep.equal([[], []])
  })

  it('is not, when the same was asked in another window', async () => {
    await keepConsent(ada, 'south', { records: ['progress'] })
    const asked = keepReferrals(aReferral('other', ada, 'south'))
    const sent = await late('/referrals/new?center=south', { center: 'south' }, asked)

    expect(sent.status).to.equal(409)
    expect([(await consentsOf(ada)).length, await states()]).to.deep.equal([1, ['south requested']])
  })

  it('is not for a draft whose center takes none by now, which stays to be sent or given up', async () => {
    const sam = await actorOf(people.sam)
    const center = aCenter('south')
    const { id } = await prepareReferral(sam, { learnerId: ada, center }, world.ports)
    const sent = await late(`/referrals/${id}/details`, {}, saveCenters([closed]))
    await keepConsent(ada, 'south')
    const called = await learner.api('post', `/referrals/${id}/answers`, { state: 'requested' })

    expect([sent.status, called.status]).to.deep.equal([409, 409])
    expect([(await consentsOf(ada)).length, await states()]).to.deep.equal([1, ['south draft']])
  })

  it('is not for handing on to where a referral is open already', async () => {
    await keepReferrals(aReferral('asked', ada, 'north'))
    const open = keepReferrals(aReferral('other', ada, 'south'))
    const fields = { center: 'south', reason: 'It is nearer.' }
    const sent = await late('/referrals/asked/hand-on', fields, open)

    expect(sent.status).to.equal(409)
    expect(await consentsOf(ada)).to.deep.equal([])
    expect((await findReferral('asked'))?.state).to.equal('requested')
  })
})

describe('two staff at once', () => {
  let world: TestApp
  let both: Person[]
  let people: Awaited<ReturnType<typeof keepPeople>>

  before(async () => {
    await emptyDatabase()
    world = testApp()
    people = await keepPeople()
    await keepConsent(ada, 'north')
    await keepReferrals(aReferral('asked', ada, 'north', { consentId: `consent-${ada}-north` }))
    await openCase({ communityId: community, centerId: 'north', learnerId: ada }, now)
    both = await Promise.all(
      [people.sam, people.sue].map((one) => signIn(world.app, credentials(one))),
    )
  })

  after(() => mailSettled())

  const statuses = async (act: (person: Person) => Promise<{ readonly status: number }>) =>
    (await Promise.all(both.map(act))).map(({ status }) => status).sort()
  const theCase = `/staff/learners/${ada}/case`

  it('end a task once', async () => {
    const task = { task: 'Call', dueOn: '2015-03-20', doer: people.sam.id }
    await both[0]?.submit(theCase, task, `${theCase}/tasks`)
    const [set] = await tasksAt(ada, 'north')
    const done = `${theCase}/tasks/${set?.id ?? ''}/done`

    expect(await statuses((person) => person.submit(theCase, {}, done))).to.deep.equal([303, 409])
  })

  it('write one plan: the second is shown the other’s', async () => {
    const plan = { goal: 'A first job', steps: '2015-04-01 Write', version: '0' }
    const answered = await statuses((person) => person.submit(theCase, plan, `${theCase}/plan`))
    expect(answered).to.deep.equal([303, 409])
  })

  it('say once whether somebody came', async () => {
    const offer = {
      startsOn: '2015-03-16',
      time: '10:00',
      minutes: 30,
      mode: 'phone',
      capacity: 1,
      weeks: 1,
    } as const
    const { slots } = await offerSlots(await actorOf(people.sam), offer, world.ports)
    const learner = await actorOf(people.ada)
    const { booking } = await bookAppointment(learner, slots[0]?.id ?? '', world.ports)
    world.clock.at = new Date('2015-03-16T18:00:00Z')
    const change = (person: Person) =>
      person.api('post', `/appointments/${booking.id}/changes`, {
        change: person === both[0] ? 'attended' : 'no_show',
      })

    expect(await statuses(change)).to.deep.equal([201, 409])
    world.clock.at = now
  })

  it('answer a referral once, whatever the two say', async () => {
    const answer = (person: Person) =>
      person.api('post', '/referrals/asked/answers', {
        state: person === both[0] ? 'accepted' : 'rejected',
        reason: 'We are full.',
      })

    expect(await statuses(answer)).to.deep.equal([200, 409])
  })

  it('are told on the page who is too late, and what stands', async () => {
    await keepReferrals(aReferral('next', 'learner-ben', 'north'))
    const said = await Promise.all(
      both.map((person, nth) =>
        person.submit('/referrals/next/answer', {
          state: nth === 0 ? 'accepted' : 'rejected',
          reason: 'We are full.',
        }),
      ),
    )

    expect(said.map(({ status }) => status).sort()).to.deep.equal([303, 409])
    const late = said.find(({ status }) => status === 409)
    expect(late?.text).to.match(/a moment before you|is settled|does not follow from where/)
    const kept = await findReferral('next')
    expect(kept?.timeline.filter(({ kind }) => kind === 'state')).to.have.length(2)
  })

  it('let a learner who takes it back and a center that accepts both know who was first', async () => {
    await keepReferrals(aReferral('crossed', ada, 'south'))
    const [learner, tom] = await Promise.all(
      [people.ada, people.tom].map((one) => signIn(world.app, credentials(one))),
    )
    const said = await Promise.all([
      learner?.api('post', '/referrals/crossed/answers', { state: 'cancelled', reason: 'A job.' }),
      tom?.api('post', '/referrals/crossed/answers', { state: 'accepted' }),
    ])

    // The learner may take back what was accepted a moment before; nobody accepts what was taken back.
    const [taken, accepted] = said.map((one) => one?.status)
    const kept = await findReferral('crossed')
    expect([
      [200, 409, 'cancelled', 2],
      [200, 200, 'cancelled', 3],
      [409, 200, 'accepted', 2],
    ]).to.deep.include([taken, accepted, kept?.state, kept?.timeline.length])
  })
})
