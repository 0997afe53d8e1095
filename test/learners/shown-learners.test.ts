import { expect } from 'chai'
import supertest from 'supertest'
import type { Role } from '../../src/access/actor.js'
import { saveOrganization } from '../../src/access/organization-store.js'
import { policy, type Action } from '../../src/access/policy.js'
import { openCase } from '../../src/caseload/case-store.js'
import { insertShare } from '../../src/sharing/share-store.js'
import { saveCourse } from '../../src/agreements/course-store.js'
import { fileClaim } from '../../src/claims/file-claim.js'
import { insertApplication, insertPathway } from '../../src/pathways/pathway-store.js'
import { declaredRoutes } from '../../src/http/route.js'
import { chainOf } from '../../src/learners/disclosure-store.js'
import { verifyChain } from '../../src/learners/disclosure.js'
import { recordsNeeded } from '../../src/learners/consent.js'
import { insertPairing } from '../../src/mentoring/pairing-store.js'
import { usualAllowances } from '../../src/mentoring/pairing.js'
import { keepResume } from '../../src/resumes/keep-resume.js'
import { testApp, type TestApp } from '../support/app.js'
import { anAccount, anOrganization, community, credentials, keep } from '../support/build-access.js'
import { actorOf, aReferral, keepConsent, keepReferrals } from '../support/build-handoff.js'
import {
  adaFinished,
  adaId,
  courses,
  keepConsent as keepCreditConsent,
  keepWorld,
  now,
  people,
} from '../support/build-record.js'
import { aPairing, aPathway, aShare } from '../support/build-ties.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, visitor, type Person } from '../support/person.js'

/** Everybody but learners: those around Ada, and colleagues with no part in her. */
const others = {
  cora: people.cora,
  paul: people.paul,
  sam: people.sam,
  mia: people.mia,
  max: people.max,
  sue: anAccount('Sue Staff', 'staff', 'other-center'),
  emil: anAccount('Emil Employer', 'employer', 'employer'),
  pat: anAccount('Pat Provider', 'provider', 'treehouse'),
}
type Name = keyof typeof others

/** Every address at which somebody else sees Ada, and who does. Each such look must be in her chain. */
const showsAda: Readonly<Record<string, readonly Name[]>> = {
  '/api/v1/learners': ['sam', 'sue'],
  '/api/v1/learners/:id/record': ['cora', 'sam', 'mia', 'emil'],
  '/employer/learners': ['emil'],
  '/employer/learners.csv': ['emil'],
  '/employer/learners/:id': ['emil'],
  '/api/v1/referrals': ['sam'],
  '/api/v1/referrals/:id': ['sam'],
  '/api/v1/claims': ['cora'],
  '/api/v1/claims/:id': ['cora'],
  '/api/v1/claims/changes': ['cora'],
  '/api/v1/referrals/:id/co-enrollments': ['sam'],
  '/api/v1/referrals/:id/packet': ['sam'],
  '/readiness/learners/:id/portfolio': ['sam', 'mia'],
  '/readiness/learners/:id/practice': ['sam', 'mia'],
  '/readiness/learners/:id/sign-off': ['mia'],
  '/referrals/:id/packet': ['sam'],
  '/referrals/:id/packet.pdf': ['sam'],
  '/referrals/:id/packet.json': ['sam'],
  '/referrals/:id/packet/resume': ['sam'],
  '/api/v1/referrals/:id/packet/resume': ['sam'],
  '/api/v1/pathways/:id/applications': ['cora'],
  '/edit/badges/:slug/awards': ['max'],
  '/edit/awards/:id/withdraw': ['max'],
  '/edit/credentials': ['max'],
  '/edit/credentials.csv': ['max'],
  '/college': ['cora'],
  '/college/claims.csv': ['cora'],
  '/college/claims/:id': ['cora'],
  '/college/pathways/:id': ['cora'],
  '/college/pathways/:id/learners.csv': ['cora'],
  '/proposals/:id/learners': ['cora'],
  '/referrals/:id': ['sam'],
  '/staff': ['sam', 'sue'],
  '/staff/ready': ['sam', 'sue'],
  '/staff/ready.csv': ['sam', 'sue'],
  '/staff/referrals': ['sam'],
  '/staff/referrals.csv': ['sam'],
  '/staff/learners': ['sam', 'sue'],
  '/staff/learners/:id': ['sam', 'sue'],
  '/staff/cases': ['sam'],
  '/staff/cases.csv': ['sam'],
  '/staff/learners/:id/case': ['sam'],
  '/staff/learners/:id/case/assign': ['sam'],
  '/staff/learners/:id/case/close': ['sam'],
  '/staff/learners/:id/case/notes': ['sam'],
  '/staff/learners/:id/case/plan': ['sam'],
  '/staff/learners/:id/case/plan/steps': ['sam'],
  '/staff/learners/:id/case/tasks': ['sam'],
  '/staff/learners/:id/gains': ['sam'],
  '/mentor': ['mia'],
  '/mentor.csv': ['mia'],
  '/mentor/learners/:id': ['mia'],
  '/learners/:id/resume': ['sam', 'mia'],
  '/api/v1/learners/:id/resume': ['sam', 'mia'],
}

/** Forms that repeat the name by which their opener reached them from a page that was disclosed, and nothing else. */
const repeatsName: Readonly<Record<string, readonly Name[]>> = {
  '/readiness/learners/:id/portfolio': ['sam', 'sue'],
  '/readiness/learners/:id/practice': ['sue'],
  '/staff/learners/:id/card': ['sam'],
  '/staff/learners/:id/take-on': ['sam', 'sue'],
  '/staff/learners/:id/referral': ['sam', 'sue'],
  '/staff/learners/:id/pairings/new': ['sam', 'sue'],
  '/staff/pairings/:id/end': ['sam', 'sue'],
  '/mentor/learners/:id/meetings/new': ['mia'],
  '/mentor/learners/:id/nudges/new': ['mia'],
}

/** What Ada made public by a link of her own; how often it was opened is told to her with the link. */
const madePublic: readonly string[] = [
  '/credentials/:id',
  '/api/v1/credentials/:id',
  '/shares/:id',
  '/api/v1/shares/:id',
]

/** Where the program sees the accounts and mails of its own people: no other organization, so no disclosure. */
const ownProgram: Readonly<Record<string, readonly Name[]>> = {
  '/people': ['max'],
  '/people.csv': ['max'],
  '/people/:id': ['max'],
  '/people/:id/roles': ['max'],
  '/people/:id/deactivate': ['max'],
  '/people/:id/reactivate': ['max'],
}

/** Addresses about one thing, filled in. */
const about: Readonly<Record<string, string>> = {
  '/api/v1/referrals/:id/packet': '/api/v1/referrals/referral/packet',
  '/api/v1/referrals/:id/co-enrollments': '/api/v1/referrals/referral/co-enrollments',
  '/api/v1/claims/:id': '/api/v1/claims/CLAIM',
  '/readiness/learners/:id/sign-off': `/readiness/learners/${adaId}/sign-off`,
  '/readiness/learners/:id/practice': `/readiness/learners/${adaId}/practice`,
  '/readiness/learners/:id/portfolio': `/readiness/learners/${adaId}/portfolio`,
  '/referrals/:id/details': '/referrals/referral/details',
  '/referrals/:id/hand-on': '/referrals/referral/hand-on',
  '/referrals/:id/co-enrollments': '/referrals/referral/co-enrollments',
  '/referrals/:id/packet': '/referrals/referral/packet',
  '/referrals/:id/packet.pdf': '/referrals/referral/packet.pdf',
  '/referrals/:id/packet.json': '/referrals/referral/packet.json',
  '/referrals/:id/packet/resume': '/referrals/referral/packet/resume',
  '/api/v1/referrals/:id/packet/resume': '/api/v1/referrals/referral/packet/resume',
  '/api/v1/referrals/:id': '/api/v1/referrals/referral',
  '/employer/learners/:id': `/employer/learners/${adaId}`,
  '/api/v1/learners/:id/record': `/api/v1/learners/${adaId}/record`,
  '/api/v1/credentials/:id': '/api/v1/credentials/award-html',
  '/api/v1/pathways/:id/applications': '/api/v1/pathways/pathway/applications',
  '/api/v1/shares/:id': '/api/v1/shares/share',
  '/people/:id': '/people/ada-lovelace',
  '/people/:id/roles': '/people/ada-lovelace/roles',
  '/people/:id/deactivate': '/people/ada-lovelace/deactivate',
  '/people/:id/reactivate': '/people/ada-lovelace/reactivate',
  '/edit/badges/:slug/awards': '/edit/badges/html/awards',
  '/edit/awards/:id/withdraw': '/edit/awards/award-html/withdraw',
  '/credentials/:id': '/credentials/award-html',
  '/shares/:id': '/shares/share',
  '/college/claims/:id': '/college/claims/CLAIM',
  '/college/pathways/:id': '/college/pathways/pathway',
  '/college/pathways/:id/learners.csv': '/college/pathways/pathway/learners.csv?state=applied',
  '/pathways/:id': '/pathways/pathway',
  '/referrals/:id': '/referrals/referral',
  '/referrals/:id/answer': '/referrals/referral/answer',
  '/staff/learners/:id': `/staff/learners/${adaId}`,
  '/staff/learners/:id/take-on': `/staff/learners/${adaId}/take-on`,
  '/staff/learners/:id/case': `/staff/learners/${adaId}/case`,
  '/staff/learners/:id/case/close': `/staff/learners/${adaId}/case/close`,
  '/staff/learners/:id/case/notes': `/staff/learners/${adaId}/case/notes`,
  '/staff/learners/:id/case/assign': `/staff/learners/${adaId}/case/assign`,
  '/staff/learners/:id/case/tasks': `/staff/learners/${adaId}/case/tasks`,
  '/staff/learners/:id/case/plan': `/staff/learners/${adaId}/case/plan`,
  '/staff/learners/:id/case/plan/steps': `/staff/learners/${adaId}/case/plan/steps`,
  '/learners/:id/resume': `/learners/${adaId}/resume`,
  '/api/v1/learners/:id/resume': `/api/v1/learners/${adaId}/resume`,
  '/staff/learners/:id/card': `/staff/learners/${adaId}/card`,
  '/staff/learners/:id/gains': `/staff/learners/${adaId}/gains`,
  '/staff/learners/:id/referral': `/staff/learners/${adaId}/referral`,
  '/staff/learners/:id/pairings/new': `/staff/learners/${adaId}/pairings/new`,
  '/staff/pairings/:id/end': '/staff/pairings/pairing/end',
  '/mentor/learners/:id': `/mentor/learners/${adaId}`,
  '/mentor/learners/:id/meetings/new': `/mentor/learners/${adaId}/meetings/new`,
  '/mentor/learners/:id/nudges/new': `/mentor/learners/${adaId}/nudges/new`,
  '/proposals/:id/learners': '/proposals/PROPOSAL/learners',
  '/staff/learners': '/staff/learners?q=Ada',
}

/** Addresses about one thing that are not opened here, because the thing is no learner. */
const aboutNobody: readonly string[] = [
  '/api/v1/centers/:id/slots',
  '/api/v1/crosswalk-imports/:id',
  '/centers/:id/appointments',
  '/api/v1/trusted-issuers/:id',
  '/api/v1/claims/:id/credential',
  '/api/v1/endpoints/:id/deliveries',
  '/centers/:id/edit',
  '/edit/centers/imports/:id',
  '/readiness/rules/trials/:id',
  '/readiness/rules/trials/:id/publish',
  '/readiness/learners/:id/marks/:mark/take-back',
  '/staff/learners/:id/gains/:gain/take-back',
  '/referrals/:id/co-enrollments/:stay/take-back',
  '/credit/claims/:id/credential.json',
  '/college/claims/:id/take-back',
  '/packets/:token',
  '/endpoints/:id/edit',
  '/endpoints/:id',
  '/endpoints/:id/deliveries/:delivery',
  '/staff/cases/views/:id/drop',
  '/legal-holds/:id/lift',
  '/api/v1/proposals/:id',
  '/confirm-email/:account/:token',
  '/reset-password/:account/:token',
  '/people/invitations/:id/withdraw',
  '/invitations/:id/:token',
  '/organizations/:id',
  '/organizations/:id/edit',
  '/organizations/:id/decision',
  '/messages/:id/retry',
  '/centers/:id',
  '/api/v1/imports/:id',
  '/imports/:id',
  '/imports/:id/refusals.csv',
  '/tracks/:slug',
  '/communities/:slug',
  '/edit/tracks/:slug',
  '/edit/tracks/:slug/preview',
  '/edit/tracks/:slug/discard',
  '/badges/:slug',
  '/api/v1/badges/:slug/endorsements',
  '/edit/badges/:slug',
  '/edit/badges/:slug/preview',
  '/badges/:slug/picture.svg',
  '/badges/:slug/picture.png',
  '/endorsements/:id',
  '/endorsements/:id/withdraw',
  '/issuers/:id/did.json',
  '/keys/:id',
  '/status/:id',
  '/achievements/:slug',
  '/trusted-issuers/:id',
  '/trusted-issuers/:id/end',
  '/crosswalk/agreements/:id',
  '/college/agreements/imports/:id',
  '/proposals/:id',
  '/proposals/:id/amend',
]

/** About a learner, but there is no appointment, duplicate or task in this world to open. */
const notOpenedHere: readonly string[] = [
  '/appointments/:id',
  '/appointments/:id/calendar.ics',
  '/appointments/:id/cancel',
  '/appointments/:id/mark',
  '/staff/slots/:id',
  '/staff/slots/:id/change',
  '/staff/slots/:id/cancel',
  '/staff/slots/:id/line',
  '/duplicates/:id',
  '/staff/learners/:id/case/tasks/:task/done',
]

const skipped = new Set([...aboutNobody, ...notOpenedHere])

const isOthers = ({ action }: { action: Action }) =>
  !Array.isArray(policy[action]) || policy[action].some((role: Role) => role !== 'learner')

const readRoutes = () => declaredRoutes.filter((route) => route.method === 'get' && isOthers(route))

describe('Every look at a learner by somebody else', () => {
  let world: TestApp
  let claimId = ''
  let proposalId = ''
  const signedIn = new Map<Name, Person>()

  before(async function () {
    this.timeout(60_000)
    await emptyDatabase()
    world = testApp()
    await keepWorld()
    await saveOrganization(anOrganization('treehouse', { kind: 'provider' }))
    const { cora, paul, sam, mia, max, ...strangers } = others
    await keep(...Object.values(strangers))
    expect([cora, paul, sam, mia, max]).to.have.length(5)
    await adaFinished(courses)
    await keepCreditConsent()
    await keepConsent(adaId, 'center', {
      communityId: community,
      records: [...recordsNeeded.referral, 'resume'],
    })
    await saveOrganization(anOrganization('employer', { kind: 'employer' }))
    await keepCreditConsent({
      id: 'to-employer',
      parties: ['employer'],
      purpose: 'employment',
      records: ['progress'],
    })
    await keepReferrals(
      aReferral('referral', adaId, 'center', { consentId: `consent-${adaId}-center` }),
    )
    await openCase({ communityId: community, centerId: 'center', learnerId: adaId }, now)
    claimId = (await fileClaim('cis-122-v1', await actorOf(people.ada), world.ports)).id
    await insertPathway(aPathway())
    await insertApplication(
      {
        id: 'application',
        pathwayId: 'pathway',
        communityId: community,
        collegeId: 'pcc',
        learnerId: adaId,
        learnerName: people.ada.name,
        state: 'applied',
        appliedAt: now,
        events: [],
        demonstration: false,
      },
      [],
    )
    await insertShare(aShare())
    await insertPairing(aPairing({ allows: [...usualAllowances, 'resume'] }))
    await keepResume(await actorOf(people.ada), Buffer.from(people.ada.name), world.ports)
    for (const name of Object.keys(others) as Name[])
      signedIn.set(name, await signIn(world.app, credentials(others[name])))
    await saveCourse({ collegeId: 'pcc', code: 'CIS 122', topics: [], status: 'offered' })
    const proposal = await signedIn.get('cora')?.api('post', '/proposals', {
      college: 'pcc',
      course: 'CIS 122',
      credits: '3',
      unit: 'quarter',
      badges: 'html',
      lowestLevel: 'provider-confirmed',
      fills: 'elective',
      force: 'binding',
      from: '2015-04-01',
    })
    proposalId = (proposal?.body as { id: string }).id
  })

  const isAda = (text: string) =>
    [people.ada.name, adaId, people.ada.email, people.ada.id].some((mark) => text.includes(mark))

  interface Seen {
    readonly path: string
    readonly name: Name
    readonly shown: boolean
    readonly rows: number
  }
  const seen: Seen[] = []

  /** Those whose role the action names; for pages open to all, one of each kind. */
  const openersOf = (action: Action): Name[] => {
    const rule: unknown = policy[action]
    const names = Object.keys(others) as Name[]
    return Array.isArray(rule)
      ? names.filter((name) => others[name].roles.some(({ role }) => rule.includes(role)))
      : ['cora', 'sam', 'mia', 'emil']
  }

  async function look(name: Name, path: string) {
    const at = (about[path] ?? path).replace('CLAIM', claimId).replace('PROPOSAL', proposalId)
    const person = signedIn.get(name)
    if (!person) throw new Error(`${name} is not signed in`)
    const before = (await chainOf(adaId)).length
    const isCall = at.startsWith('/api/v1')
    const answer = await (isCall ? person.api('get', at.slice(7)) : person.get(at))
    // A PDF has no text; the links to another language or theme repeat the page's own address.
    const own = at.replace(/\?.*/, '')
    const text = ((answer.text as string | undefined) ?? '')
      .replaceAll(own, '')
      .replaceAll(encodeURIComponent(own), '')
    const after = await chainOf(adaId)
    seen.push({ path, name, shown: isAda(text), rows: after.length - before })
    for (const row of after.slice(before)) expect(row.actorId).to.equal(others[name].id)
  }

  it('has a decision for every address about one thing', () => {
    const undecided = readRoutes()
      .map(({ path }) => path)
      .filter((path) => path.includes(':') && !(path in about) && !skipped.has(path))

    expect(undecided, 'fill it in under `about`, or say that it is about nobody').to.deep.equal([])
  })

  it('is opened by everybody who may', async function () {
    this.timeout(60_000)
    for (const { path, action } of readRoutes())
      if (!skipped.has(path)) for (const name of openersOf(action)) await look(name, path)

    expect(seen.length).to.be.greaterThan(100)
  })

  const namesAt = (fits: (one: Seen) => boolean) => {
    const found: Record<string, Name[]> = {}
    for (const one of seen) if (fits(one)) (found[one.path] ??= []).push(one.name)
    return found
  }

  it('left a row in her chain, which is whole', async () => {
    const isDecided = ({ path, name }: Seen) =>
      madePublic.includes(path) ||
      ownProgram[path]?.includes(name) === true ||
      repeatsName[path]?.includes(name) === true

    expect(
      namesAt((one) => one.shown && one.rows === 0 && !isDecided(one)),
      'shown without a disclosure',
    ).to.deep.equal({})
    const chain = await chainOf(adaId)
    expect(verifyChain(chain, chain.at(-1)).intact).to.equal(true)
  })

  it('is one this table knows of', () => {
    const disclosed = namesAt(({ path, rows }) => rows > 0 && !madePublic.includes(path))

    expect(disclosed).to.deep.equal(showsAda)
  })

  it('is needed by no page of the public', async () => {
    const stranger = visitor(world.app)
    const open = readRoutes().filter(
      ({ path, action }) =>
        policy[action] === 'anyone' &&
        !skipped.has(path) &&
        !madePublic.includes(path) &&
        !path.includes(':'),
    )
    const shown = []
    for (const { path } of open) {
      const { text } = await (path.startsWith('/api/v1')
        ? supertest(world.app).get(path)
        : stranger.get(path))
      if (isAda(text)) shown.push(path)
    }

    expect(open.length).to.be.greaterThan(20)
    expect(shown).to.deep.equal([])
  })
})
