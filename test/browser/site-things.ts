import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { load } from 'cheerio'
import { saveOrganization } from '../../src/access/organization-store.js'
import { viewsOf } from '../../src/caseload/desk-memory-store.js'
import { openCase } from '../../src/caseload/case-store.js'
import { tasksAt } from '../../src/caseload/task-store.js'
import { everyAwardOfMany } from '../../src/badges/award-store.js'
import { issueCredential } from '../../src/credentials/issue-credential.js'
import { addDays, dayOf } from '../../src/calendar.js'
import { paths, to } from '../../src/http/paths.js'
import { keepDuplicates } from '../../src/duplicates/duplicate-store.js'
import { seedId } from '../../src/ids.js'
import { findLearnersByEmails } from '../../src/learners/learner-store.js'
import { pairingsOf } from '../../src/mentoring/pairing-store.js'
import { insertMessages } from '../../src/messages/message-store.js'
import { marksOf } from '../../src/readiness/mark-store.js'
import { demoPassword } from '../../src/seeding/demo-people.js'
import { insertCoEnrollment } from '../../src/referrals/co-enrollment-store.js'
import { insertGain } from '../../src/reports/gain-store.js'
import { readReference } from '../../src/seeding/reference.js'
import { organizationIdOf } from '../../src/seeding/reference-records.js'
import { aJwks } from '../support/build-issuers.js'
import { anOrganization } from '../support/build-access.js'
import { aGain, aStay } from '../support/build-handoff.js'
import { linkTo } from '../support/mail.js'
import { signIn, visitor, type Person } from '../support/person.js'
import type { Site } from '../support/site.js'

const profile = new URL('../providers/fixtures/real-5.json', import.meta.url)

/** The ids and links that pages about one thing need: what people of the demonstration did before anybody looks. */
export type Things = Awaited<ReturnType<typeof makeThings>>

interface Made {
  readonly id: string
}

async function made(answer: Promise<{ status: number; body: unknown }>): Promise<string> {
  const { status, body } = await answer
  expect([200, 201, 202], JSON.stringify(body)).to.include(status)
  return (body as Made).id
}

type Fields = Record<string, string[]>

/** What the last form of a page sends as it stands. */
async function fieldsOf(person: Person, path: string): Promise<Fields> {
  const fields: Fields = {}
  for (const { name, value } of (await person.read(path))('main form').last().serializeArray())
    if (name !== '_csrf') (fields[name] ??= []).push(value)
  return fields
}

/** The address to which a form that changes nothing leads. */
async function leadsTo(person: Person, path: string, target = path): Promise<string> {
  const pairs = Object.entries(await fieldsOf(person, path)).flatMap(([name, values]) =>
    values.map((value): [string, string] => [name, value]),
  )
  return `${target}?${new URLSearchParams(pairs).toString()}`
}

/** A proposal of the college's own that many people of the demonstration would gain by. */
const terms = {
  course: 'CIS 122',
  credits: 2,
  unit: 'quarter',
  badges: ['first-badge'],
  lowestLevel: 'self-reported',
  fills: 'elective',
  force: 'advisory',
  from: '2031-01-01',
}

async function handOff(ready: Person, college: Person) {
  const center = organizationIdOf('wspm-southeast')
  const consent = (parties: string[], purpose: string, records: string[]) =>
    made(ready.api('post', '/consents', { parties, purpose, records, password: demoPassword }))
  const consentId = await consent([organizationIdOf('pcc')], 'credit', ['badges', 'credential'])
  const record = await ready.api('get', '/me/record')
  const { learner, credits } = record.body as {
    learner: Made
    credits: { agreement: string; college: { name: string }; status: string }[]
  }
  const match = credits.find(
    ({ college: { name }, status }) => status === 'match' && name.startsWith('Portland'),
  )
  const claimId = await made(ready.api('post', '/claims', { agreement: match?.agreement }))
  const asked = { decision: 'more', reason: 'Please say which projects you built.' }
  await made(college.api('post', `/claims/${claimId}/decisions`, asked))
  await consent([center], 'referral', ['progress', 'badges', 'credential', 'contact', 'resume'])
  await consent([organizationIdOf('metal-toad')], 'employment', ['progress', 'badges', 'contact'])
  const referralId = await made(ready.api('post', '/referrals', { center }))
  const stayId = 'stay'
  await insertCoEnrollment(
    aStay(stayId, learner.id, center, { communityId: readReference().program.community }),
  )
  const madeLink = await ready.submit(
    to(paths.packet, { id: referralId }),
    { days: '3' },
    to(paths.packetLinks, { id: referralId }),
  )
  const packetLink = new URL(load(madeLink.text)('main code').text()).pathname
  const another = credits.find(
    ({ status, agreement, college: { name } }) =>
      status === 'match' && agreement !== match?.agreement && name.startsWith('Portland Comm'),
  )
  const refusedId = await made(ready.api('post', '/claims', { agreement: another?.agreement }))
  const refusal = { decision: 'refuse', reason: 'We need to see more of your own work.' }
  await made(college.api('post', `/claims/${refusedId}/decisions`, refusal))
  const content = 'course,credits,unit,badges,from\nCIS 999,40,,nothing,2031-02-30\n'
  const sent = await college.upload(paths.importCrosswalk, { name: 'crosswalk.csv', content })
  const crosswalkImportId = sent.headers['location']?.split('/').at(-1) ?? ''
  const opened = await college.submit(paths.newPathway, {
    name: 'Spring group',
    about: 'Earn the credit of a plan of courses together.',
    places: '60',
    plan: [match?.agreement ?? ''],
    opensOn: '2000-01-01',
    closesOn: '2100-01-01',
    startsOn: '2100-01-01',
    endsOn: '2100-12-31',
  })
  const pathwayId = /[\w-]{36}/.exec(opened.headers['location'] ?? '')?.[0] ?? ''
  await made(ready.api('post', `/pathways/${pathwayId}/applications`, { why: 'To start soon.' }))
  const proposed = { ...terms, college: organizationIdOf('pcc') }
  const proposalId = await made(college.api('post', '/proposals', proposed))
  const agreementId = match?.agreement ?? ''
  return {
    center,
    referredId: learner.id,
    consentId,
    claimId,
    refusedId,
    pathwayId,
    crosswalkImportId,
    referralId,
    stayId,
    packetLink,
    proposalId,
    agreementId,
  }
}

/** A claim that the college said yes to. */
async function granted(learner: Person, college: Person): Promise<string> {
  const parties = [organizationIdOf('pcc')]
  const records = ['badges', 'credential']
  const consent = { parties, purpose: 'credit', records, password: demoPassword }
  await made(learner.api('post', '/consents', consent))
  const record = await learner.api('get', '/me/record')
  const { credits } = record.body as {
    credits: { agreement: string; college: Made; status: string }[]
  }
  const match = credits.find((one) => one.status === 'match' && one.college.id === parties[0])
  const claimId = await made(learner.api('post', '/claims', { agreement: match?.agreement }))
  await made(college.api('post', `/claims/${claimId}/decisions`, { decision: 'grant' }))
  return claimId
}

/** Two records of the demonstration that share marks, as the job finds them. */
async function alikeRecords(communityId: string, site: Site) {
  const emails = ['learner@example.org', 'ready@example.org']
  const found = await findLearnersByEmails(communityId, emails)
  const [one = '', other = ''] = emails.map((email) => found.get(email)?.id ?? '')
  const duplicateId = 'pair'
  const pair = { id: duplicateId, communityId, learnerIds: [one, other] as const }
  const marks = { score: 75, reasons: ['name', 'phone'] as const, state: 'open' as const }
  await keepDuplicates([{ ...pair, ...marks, foundAt: site.clock.at }])
  return { duplicateId }
}

async function broughtIn(learner: Person, provider: Person) {
  const document = JSON.parse(readFileSync(profile, 'utf8')) as object
  const importId = await made(learner.api('post', '/imports?source=treehouse-profile', document))
  const content = 'email,course,completed_on\nnobody@example.org,no-such-course,2015-13-40\n'
  const sent = await provider.upload(paths.newRoster, { name: 'roster.csv', content })
  const rosterId = sent.headers['location']?.split('/').at(-1) ?? ''
  expect(rosterId, 'the roster was taken').to.match(/^[\w-]{36}$/)
  return { importId, rosterId }
}

async function mailedLinks(site: Site, manager: Person) {
  const somebody = visitor(site.app)
  await manager.submit(paths.invite, {
    email: 'invited@example.org',
    role: 'staff',
    organizationId: organizationIdOf('wspm-southeast'),
    language: 'en',
  })
  await somebody.submit(paths.register, {
    name: 'Nora New',
    email: 'new@example.org',
    password: 'four words in a row',
    city: 'Portland',
    agreement: 'accepted',
  })
  const confirmation = await linkTo(site, 'new@example.org')
  await somebody.submit(paths.forgotPassword, { email: 'employer@example.org' })
  const $ = load((await manager.get(paths.invitations)).text)
  const withdraw = $('main tbody a').first().attr('href') ?? ''
  return {
    confirmation,
    withdraw,
    invitation: await linkTo(site, 'invited@example.org'),
    reset: await linkTo(site, 'employer@example.org'),
  }
}

/** A badge of ready@ shared alone and within a collection, which somebody has opened. */
async function shown(site: Site, ready: Person) {
  const { badges } = (await ready.api('get', '/me/record')).body as {
    badges: { credentialUrl: string }[]
  }
  const ids = badges.slice(0, 3).map(({ credentialUrl }) => credentialUrl.split('/').at(-1) ?? '')
  const [sharedId = ''] = ids
  await made(ready.api('post', '/shares', { credentials: [sharedId] }))
  const title = 'What I can build'
  const shareId = await made(ready.api('post', '/shares', { credentials: ids, title }))
  await visitor(site.app).read(to(paths.share, { id: shareId }))
  return { sharedId, shareId }
}

/** A system of the college's own with a test event in line for it. */
async function connectedSystem(college: Person) {
  const terms = { url: 'https://sis.example.edu/waymark', kinds: ['claim.filed'] }
  const endpointId = await made(college.api('post', '/endpoints', terms))
  await college.api('post', `/endpoints/${endpointId}/steps`, { step: 'test' })
  const listed = await college.api('get', `/endpoints/${endpointId}/deliveries`)
  const [sent] = (listed.body as { items: Made[] }).items
  return { endpointId, deliveryId: sent?.id ?? '' }
}

/** Rules on trial: those in force, as they stand in the form. */
async function tried(manager: Person): Promise<string> {
  const sent = await manager.submit(
    paths.readinessRules,
    await fieldsOf(manager, paths.readinessRules),
  )
  const trialId = sent.headers['location']?.split('/').at(-1) ?? ''
  expect(trialId, 'rules are tried').to.match(/^[\w-]{36}$/)
  return trialId
}

/** mentor@ signs off learner@, whose link to their work the mentor may see. */
async function signedOff(site: Site, learnerId: string): Promise<string> {
  const mentor = await signIn(site.app, { email: 'mentor@example.org', password: demoPassword })
  const path = to(paths.signOff, { id: learnerId })
  expect((await mentor.submit(path, { sure: 'yes', note: '' })).status, 'a sign-off').to.equal(303)
  return (await marksOf(learnerId))[0]?.id ?? ''
}

/** Times a center offers, one of them booked by ready@, who has consented by then. */
async function appointed(site: Site, staff: Person, ready: Person) {
  const slotOn = addDays(dayOf(site.clock.at), 30)
  const offer = {
    startsOn: slotOn,
    time: '10:00',
    minutes: 30,
    mode: 'video',
    capacity: 2,
    weeks: 2,
  }
  const offered = await staff.api('post', '/slots', offer)
  const { slots } = offered.body as { slots: Made[] }
  const slotId = slots[0]?.id ?? ''
  return {
    slotOn,
    slotId,
    appointmentId: await made(ready.api('post', '/appointments', { slot: slotId })),
  }
}

/** staff@ works the case of ready@: a note, a task, a plan, and a view of the caseload that is kept. */
async function worked(site: Site, community: string) {
  const staff = await signIn(site.app, { email: 'staff@example.org', password: demoPassword })
  const found = await findLearnersByEmails(community, ['ready@example.org'])
  const caseId = found.get('ready@example.org')?.id ?? ''
  await staff.read(paths.cases)
  const path = to(paths.staffCase, { id: caseId })
  const sent = async (at: string, fields: Record<string, string>) => {
    const answer = await staff.submit(path, fields, to(at, { id: caseId }))
    expect(answer.status, at).to.equal(303)
  }
  const me = seedId('account', 'staff@example.org')
  await sent(paths.caseNotes, { text: 'Called.', kind: 'contact', readers: 'learner' })
  await sent(paths.caseTasks, { task: 'Call back', dueOn: '2100-01-01', doer: me })
  await sent(paths.casePlan, { goal: 'A first job', steps: '2100-01-01 Write', version: '0' })
  const kept = { name: 'Mine', query: 'assigned=me' }
  expect((await staff.submit(paths.caseViews, kept)).status, 'a kept view').to.equal(303)
  const [view] = await viewsOf(me)
  const centerId = organizationIdOf('wspm-southeast')
  const [task] = await tasksAt(caseId, centerId)
  const [takenId = ''] = [
    ...(await findLearnersByEmails(community, ['learner@example.org'])).values(),
  ].map(({ id }) => id)
  await openCase({ communityId: community, centerId, learnerId: takenId }, new Date())
  const gainId = 'gain'
  await insertGain({ ...aGain(caseId, gainId, centerId), communityId: community })
  return { caseId, takenId, gainId, viewId: view?.id ?? '', taskId: task?.id ?? '' }
}

/** Lets the demonstration's people use the product, so that there is one of everything to look at. */
export async function makeThings(site: Site) {
  const enter = (who: string) =>
    signIn(site.app, { email: `${who}@example.org`, password: demoPassword })
  const [learner, ready, provider, manager, college, staff] = await Promise.all(
    ['learner', 'ready', 'provider', 'manager', 'college', 'staff'].map(enter),
  )
  if (!learner || !ready || !provider || !manager || !college || !staff)
    throw new Error('nobody came')
  const { community } = readReference().program
  const mentee = (await findLearnersByEmails(community, ['learner@example.org'])).get(
    'learner@example.org',
  )
  expect(mentee, 'the demonstration has its learner').not.to.equal(undefined)
  const learnerId = mentee?.id ?? ''
  const [pairing] = await pairingsOf(learnerId)
  const badge = 'first-badge'
  const preview = to(paths.previewBadge, { slug: badge })
  const things = {
    learnerId,
    badge,
    track: 'php-development',
    listless: 'ios-development-with-swift',
    college: organizationIdOf('pcc'),
    pending: 'pending',
    mail: 'mail',
    pairingId: pairing?.id ?? '',
    accountId: seedId('account', 'mentor@example.org'),
    ...(await handOff(ready, college)),
    grantedId: await granted(learner, college),
    ...(await shown(site, ready)),
    ...(await appointed(site, staff, ready)),
    ...(await broughtIn(learner, provider)),
    ...(await mailedLinks(site, manager)),
    ...(await alikeRecords(community, site)),
    badgePreview: await leadsTo(manager, to(paths.editBadge, { slug: badge }), preview),
    trialId: await tried(manager),
    markId: await signedOff(site, learnerId),
    ...(await worked(site, community)),
  }
  await saveOrganization(
    anOrganization('pending', { communityId: community, kind: 'employer', state: 'pending' }),
  )
  await insertMessages(
    [
      {
        id: 'mail',
        template: 'alreadyRegistered',
        to: { email: 'somebody@example.org', name: 'Somebody', language: 'en' },
        params: { path: paths.signIn },
        communityId: community,
      },
    ],
    site.clock.at,
  )
  expect((await manager.submit(paths.participants, {})).status, 'a check').to.equal(303)
  const pinned = await manager.submit(paths.newTrustedIssuer, {
    issuerId: 'did:web:badges.example.org',
    name: 'A college elsewhere',
    document: JSON.stringify(aJwks('k1')),
  })
  const trustedIssuer = pinned.headers['location']?.split(/[/?]/)[2] ?? ''
  expect(trustedIssuer, 'an issuer is trusted').to.match(/^[\w-]{36}$/)
  const centers = { name: 'centers.csv', content: 'id,email\nnobody,no-address\n' }
  const brought = await manager.upload(paths.importCenters, centers)
  const centerImportId = brought.headers['location']?.split('/').at(-1) ?? ''
  const edited = to(paths.editTrack, { slug: things.track })
  const draft = { ...(await fieldsOf(manager, edited)), version: '2030' }
  expect((await manager.submit(edited, draft)).status, 'a draft').to.equal(303)
  expect((await ready.submit(paths.myData, {})).status, 'a file of own data').to.equal(303)
  const held = { email: 'learner@example.org', reason: 'A complaint is being looked at.' }
  expect((await manager.submit(paths.legalHolds, held)).status, 'a hold').to.equal(303)
  const [award] = (await everyAwardOfMany([learnerId])).get(learnerId) ?? []
  const comment = 'We take this badge as proof of the first term of our course.'
  const endorsementId = await made(college.api('post', '/endorsements', { badge, comment }))
  if (award) await issueCredential(award.id, site)
  const connected = await connectedSystem(college)
  return {
    ...things,
    ...connected,
    heldId: learnerId,
    centerImportId,
    trustedIssuer,
    endorsementId,
    awardId: award?.id ?? '',
  }
}
