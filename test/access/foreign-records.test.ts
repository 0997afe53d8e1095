import { createHash } from 'node:crypto'
import { expect } from 'chai'
import mongoose from 'mongoose'
import supertest from 'supertest'
import { insertInvitation } from '../../src/access/invitation-store.js'
import { saveOrganization } from '../../src/access/organization-store.js'
import { insertSlot } from '../../src/appointments/slot-store.js'
import type { Slot } from '../../src/appointments/slot.js'
import { insertCenterImport } from '../../src/centers/center-import-store.js'
import { saveCenters } from '../../src/centers/center-store.js'
import { policy } from '../../src/access/policy.js'
import { saveProgram } from '../../src/communities/program-store.js'
import { insertShare } from '../../src/sharing/share-store.js'
import { saveCourse } from '../../src/agreements/course-store.js'
import { insertCrosswalkImport } from '../../src/agreements/crosswalk-import-store.js'
import { insertApplication, insertPathway } from '../../src/pathways/pathway-store.js'
import { findDeliveries, insertDeliveries } from '../../src/deliveries/delivery-store.js'
import { insertEndpoint } from '../../src/deliveries/endpoint-store.js'
import { insertClaims } from '../../src/claims/claim-store.js'
import { saveCaseStates } from '../../src/caseload/case-store.js'
import { saveView } from '../../src/caseload/desk-memory-store.js'
import { insertTask } from '../../src/caseload/task-store.js'
import { fileClaim } from '../../src/claims/file-claim.js'
import { say } from '../../src/http/language.js'
import { setHold } from '../../src/holdings/hold-store.js'
import { declaredRoutes } from '../../src/http/route.js'
import { recordsNeeded } from '../../src/learners/consent.js'
import { insertPairing } from '../../src/mentoring/pairing-store.js'
import { insertMessages } from '../../src/messages/message-store.js'
import { keepDuplicates } from '../../src/duplicates/duplicate-store.js'
import { usualAllowances } from '../../src/mentoring/pairing.js'
import { insertMark } from '../../src/readiness/mark-store.js'
import { beginTrial } from '../../src/readiness/rule-trial-store.js'
import { noFindings } from '../../src/readiness/rule-trial.js'
import { insertGain } from '../../src/reports/gain-store.js'
import { insertCoEnrollment } from '../../src/referrals/co-enrollment-store.js'
import { keepResume } from '../../src/resumes/keep-resume.js'
import { testApp, type TestApp } from '../support/app.js'
import { anEndpoint, anEvent } from '../support/build-deliveries.js'
import {
  aProgram,
  anAccount,
  anOrganization,
  community,
  credentials,
  keep,
  password,
} from '../support/build-access.js'
import { realProfile } from '../support/build-evidence.js'
import {
  aCenter,
  actorOf,
  aReferral,
  aStay,
  keepConsent,
  aGain,
  keepReferrals,
} from '../support/build-handoff.js'
import {
  adaFinished,
  adaId,
  firstRules,
  keepConsent as keepCreditConsent,
  keepWorld,
  now,
  people,
} from '../support/build-record.js'
import { aPairing, aPathway, aShare } from '../support/build-ties.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, visitor, type Person } from '../support/person.js'

const elsewhere = 'elsewhere'
const far = (name: string, role: 'manager' | 'learner' | 'mentor', organizationId = 'far-board') =>
  anAccount(name, role, organizationId, {
    roles: [{ role, organizationId, communityId: elsewhere }],
  })

/** Ada's own people, then colleagues who have no part in her, then strangers of another program. */
const everybody = {
  ...people,
  sue: anAccount('Sue Staff', 'staff', 'other-center'),
  moe: anAccount('Moe Mentor', 'mentor'),
  emil: anAccount('Emil Employer', 'employer', 'employer'),
  pat: anAccount('Pat Provider', 'provider', 'treehouse'),
  pia: anAccount('Pia Provider', 'provider', 'other-school'),
  fred: far('Fred Faraway', 'learner'),
  mel: far('Mel Faraway', 'manager'),
  noa: far('Noa Faraway', 'mentor'),
}
type Name = keyof typeof everybody

interface RecordRoute {
  /** The address of the record, filled in. */
  readonly at: string
  /** A body the route would take, so that a refusal is about the person and not about the form. */
  readonly body?: object
  /** Who may open or change it. Everybody else is told 403 or 404. */
  readonly open: readonly Name[]
}

const learner = `/staff/learners/${adaId}`
const mentee = `/mentor/learners/${adaId}`
const marks = `/readiness/learners/${adaId}`
const reason = { reason: 'A reason that says enough.' }
const meeting = { on: '2015-03-08', minutes: '30', topic: 'progress' }
const terms = {
  course: 'CIS 122',
  credits: '3',
  unit: 'quarter',
  badges: 'html',
  lowestLevel: 'provider-confirmed',
  fills: 'elective',
  force: 'binding',
  from: '2015-04-01',
}
const endpointTerms = { url: 'https://sis.example.edu/waymark', kinds: ['claim.filed'] }
const delivery = '/endpoints/endpoint/deliveries/:delivery'
const roles = { roles: 'college@pcc', rolesVersion: '0' }
const facts = { name: 'A new name', url: '', city: '' }
const staffAlsoPair: readonly Name[] = ['sam', 'sue']

const centerImport = {
  id: 'centers',
  communityId: community,
  by: 'Max Manager',
  accountId: 'max',
  at: now,
  touchedAt: now,
  fileName: 'centers.csv',
  format: 'csv',
  dryRun: true,
  state: 'done',
  read: 0,
  total: 0,
  done: 0,
  added: 0,
  changed: 0,
  unchanged: 0,
  refused: [],
} as const

const slotChange = {
  startsOn: '2015-03-20',
  time: '10:00',
  minutes: '30',
  mode: 'phone',
  capacity: '2',
  version: '1',
}

const slot: Slot = {
  id: 'slot',
  communityId: community,
  centerId: 'center',
  hostId: people.sam.id,
  hostName: people.sam.name,
  startsAt: new Date('2015-03-20T17:00:00Z'),
  endsAt: new Date('2015-03-20T17:30:00Z'),
  zone: 'America/Los_Angeles',
  mode: 'phone',
  capacity: 2,
  free: 1,
  state: 'open',
  version: 1,
  bookings: [{ id: 'booked', learnerId: adaId, state: 'booked', bookedAt: now }],
  demonstration: false,
}

/** Every address with a record in it that is not for everyone: whose it is. */
const records: Readonly<Record<string, RecordRoute>> = {
  'post /api/v1/claims/:id/decisions': { at: '', body: { decision: 'grant' }, open: ['cora'] },
  'get /api/v1/claims/:id': { at: '', open: ['cora'] },
  'get /api/v1/claims/:id/credential': {
    at: '/api/v1/claims/granted/credential',
    open: ['ada', 'cora'],
  },
  'get /credit/claims/:id/credential.json': {
    at: '/credit/claims/granted/credential.json',
    open: ['ada', 'cora'],
  },
  'get /endpoints/:id': { at: '/endpoints/endpoint', open: ['cora'] },
  'post /endpoints/:id': { at: '/endpoints/endpoint', body: { step: 'pause' }, open: ['cora'] },
  'get /endpoints/:id/edit': { at: '/endpoints/endpoint/edit', open: ['cora'] },
  'post /endpoints/:id/edit': {
    at: '/endpoints/endpoint/edit',
    body: endpointTerms,
    open: ['cora'],
  },
  'get /endpoints/:id/deliveries/:delivery': { at: delivery, open: ['cora'] },
  'post /endpoints/:id/deliveries/:delivery': { at: delivery, body: {}, open: ['cora'] },
  'put /api/v1/endpoints/:id': {
    at: '/api/v1/endpoints/endpoint',
    body: endpointTerms,
    open: ['cora'],
  },
  'post /api/v1/endpoints/:id/secrets': {
    at: '/api/v1/endpoints/endpoint/secrets',
    open: ['cora'],
  },
  'post /api/v1/endpoints/:id/steps': {
    at: '/api/v1/endpoints/endpoint/steps',
    body: { step: 'pause' },
    open: ['cora'],
  },
  'get /api/v1/endpoints/:id/deliveries': {
    at: '/api/v1/endpoints/endpoint/deliveries',
    open: ['cora'],
  },
  'post /api/v1/endpoints/:id/deliveries/:delivery/replays': {
    at: `/api/v1${delivery}/replays`,
    open: ['cora'],
  },
  'get /college/claims/:id': { at: '', open: ['cora'] },
  'post /college/claims/:id': { at: '', body: { decision: 'grant' }, open: ['cora'] },
  'get /api/v1/proposals/:id': { at: '', open: ['cora'] },
  'post /api/v1/proposals/:id/steps': { at: '', body: { step: 'withdraw' }, open: ['cora'] },
  'get /proposals/:id': { at: '', open: ['cora'] },
  'post /proposals/:id': { at: '', body: { step: 'withdraw' }, open: ['cora'] },
  'get /proposals/:id/amend': { at: '', open: ['cora'] },
  'post /proposals/:id/amend': { at: '', body: terms, open: ['cora'] },
  'get /proposals/:id/learners': { at: '', open: ['cora'] },
  'post /api/v1/claims/:id/appeals': { at: '', body: reason, open: ['ada'] },
  'get /credit/claims/:id/appeal': { at: '', open: [] },
  'post /credit/claims/:id/appeal': { at: '', body: reason, open: ['ada'] },
  'post /api/v1/claims/:id/withdrawals': { at: '', body: {}, open: ['ada'] },
  'get /credit/claims/:id/withdraw': { at: '', open: ['ada'] },
  'post /credit/claims/:id/withdraw': { at: '', body: {}, open: ['ada'] },
  'post /api/v1/claims/:id/revocations': {
    at: '/api/v1/claims/granted/revocations',
    body: reason,
    open: ['cora'],
  },
  'get /college/claims/:id/take-back': { at: '/college/claims/granted/take-back', open: ['cora'] },
  'post /college/claims/:id/take-back': {
    at: '/college/claims/granted/take-back',
    body: reason,
    open: ['cora'],
  },
  'get /api/v1/crosswalk-imports/:id': {
    at: '/api/v1/crosswalk-imports/import',
    open: ['cora'],
  },
  'get /college/agreements/imports/:id': {
    at: '/college/agreements/imports/import',
    open: ['cora'],
  },
  'get /college/pathways/:id': { at: '/college/pathways/pathway', open: ['cora'] },
  'post /college/pathways/:id': {
    at: '/college/pathways/pathway',
    body: { decision: 'accept', applications: 'application' },
    open: ['cora'],
  },
  'get /college/pathways/:id/learners.csv': {
    at: '/college/pathways/pathway/learners.csv',
    open: ['cora'],
  },
  'get /api/v1/pathways/:id/applications': {
    at: '/api/v1/pathways/pathway/applications',
    open: ['cora'],
  },
  'post /api/v1/pathways/:id/applications': {
    at: '/api/v1/pathways/pathway/applications',
    body: {},
    open: ['ada', 'bob'],
  },
  'post /api/v1/pathways/applications/:id/decisions': {
    at: '/api/v1/pathways/applications/application/decisions',
    body: { decision: 'accept' },
    open: ['cora'],
  },
  'get /centers/:id/edit': { at: '/centers/center/edit', open: ['sam', 'max'] },
  'post /centers/:id/edit': {
    at: '/centers/center/edit',
    body: { version: '0', zone: 'America/Los_Angeles', step: 'save' },
    open: ['sam', 'max'],
  },
  'get /edit/centers/imports/:id': { at: '/edit/centers/imports/centers', open: ['max'] },
  'get /appointments/:id': { at: '/appointments/booked', open: ['ada', 'sam'] },
  'get /appointments/:id/calendar.ics': {
    at: '/appointments/booked/calendar.ics',
    open: ['ada', 'sam'],
  },
  'get /appointments/:id/cancel': { at: '/appointments/booked/cancel', open: ['ada', 'sam'] },
  'post /appointments/:id/cancel': {
    at: '/appointments/booked/cancel',
    body: reason,
    open: ['ada', 'sam'],
  },
  'get /appointments/:id/move': { at: '/appointments/booked/move', open: ['ada'] },
  'post /appointments/:id/move': {
    at: '/appointments/booked/move',
    body: { slot: 'slot' },
    open: ['ada'],
  },
  'get /appointments/:id/take': { at: '/appointments/booked/take', open: ['ada'] },
  'post /appointments/:id/take': { at: '/appointments/booked/take', body: {}, open: ['ada'] },
  'get /appointments/:id/mark': { at: '/appointments/booked/mark', open: ['sam'] },
  'post /appointments/:id/mark': {
    at: '/appointments/booked/mark',
    body: { state: 'attended' },
    open: ['sam'],
  },
  'get /staff/slots/:id': { at: '/staff/slots/slot', open: ['sam'] },
  'get /staff/slots/:id/change': { at: '/staff/slots/slot/change', open: ['sam'] },
  'post /staff/slots/:id/change': {
    at: '/staff/slots/slot/change',
    body: slotChange,
    open: ['sam'],
  },
  'get /staff/slots/:id/cancel': { at: '/staff/slots/slot/cancel', open: ['sam'] },
  'post /staff/slots/:id/cancel': { at: '/staff/slots/slot/cancel', body: reason, open: ['sam'] },
  'get /staff/slots/:id/line': { at: '/staff/slots/slot/line', open: ['sam'] },
  'post /staff/slots/:id/line': {
    at: '/staff/slots/slot/line',
    body: { priority: 'adult' },
    open: ['sam'],
  },
  'put /api/v1/slots/:id/line': {
    at: '/api/v1/slots/slot/line',
    body: { priority: 'adult' },
    open: ['sam'],
  },
  'put /api/v1/slots/:id': { at: '/api/v1/slots/slot', body: slotChange, open: ['sam'] },
  'post /api/v1/slots/:id/cancellations': {
    at: '/api/v1/slots/slot/cancellations',
    body: reason,
    open: ['sam'],
  },
  'post /api/v1/appointments/:id/changes': {
    at: '/api/v1/appointments/booked/changes',
    body: { change: 'cancel' },
    open: ['ada', 'sam'],
  },
  'get /credit/claims/:id/answer': { at: '', open: [] },
  'post /credit/claims/:id/answer': { at: '', body: { answer: 'My answer.' }, open: ['ada'] },
  'get /employer/learners/:id': { at: `/employer/learners/${adaId}`, open: [] },
  'get /api/v1/learners/:id/record': {
    at: `/api/v1/learners/${adaId}/record`,
    open: ['ada', 'mia', 'sam', 'cora'],
  },
  'delete /api/v1/consents/:id': { at: '/api/v1/consents/consent-pcc', open: ['ada'] },
  'get /legal-holds/:id/lift': { at: `/legal-holds/${adaId}/lift`, open: ['max'] },
  'post /legal-holds/:id/lift': { at: `/legal-holds/${adaId}/lift`, body: reason, open: ['max'] },
  'get /api/v1/consents/:id': { at: '/api/v1/consents/consent-pcc', open: ['ada'] },
  'get /api/v1/consents/:id/disclosures': {
    at: '/api/v1/consents/consent-pcc/disclosures',
    open: ['ada'],
  },
  'post /api/v1/consents/:id/renewals': {
    at: '/api/v1/consents/consent-pcc/renewals',
    body: { password },
    open: ['ada'],
  },
  'get /consents/:id': { at: '/consents/consent-pcc', open: ['ada'] },
  'get /consents/:id/copy.json': { at: '/consents/consent-pcc/copy.json', open: ['ada'] },
  'get /consents/:id/renew': { at: '/consents/consent-pcc/renew', open: ['ada'] },
  'post /consents/:id/renew': {
    at: '/consents/consent-pcc/renew',
    body: { expiresOn: '2015-06-02', password },
    open: ['ada'],
  },
  'get /consents/:id/end': { at: '/consents/consent-pcc/end', open: ['ada'] },
  'post /consents/:id/end': { at: '/consents/consent-pcc/end', body: {}, open: ['ada'] },
  'delete /api/v1/invitations/:id': { at: '/api/v1/invitations/invitation', open: ['max'] },
  'get /api/v1/imports/:id': { at: '', open: ['ada'] },
  'get /imports/:id': { at: '', open: ['ada'] },
  'get /imports/:id/refusals.csv': { at: '', open: ['ada'] },
  'get /api/v1/referrals/:id': { at: '/api/v1/referrals/referral', open: ['ada', 'sam'] },
  'post /api/v1/referrals/:id/answers': {
    at: '/api/v1/referrals/referral/answers',
    body: { state: 'accepted' },
    open: ['sam'],
  },
  'get /referrals/:id': { at: '/referrals/referral', open: ['ada', 'sam'] },
  'get /referrals/:id/answer': { at: '/referrals/referral/answer', open: ['ada', 'sam'] },
  'post /referrals/:id/answer': {
    at: '/referrals/referral/answer',
    body: { state: 'accepted' },
    open: ['sam'],
  },
  'get /referrals/:id/packet': { at: '/referrals/referral/packet', open: ['ada', 'sam'] },
  'get /referrals/:id/packet.pdf': { at: '/referrals/referral/packet.pdf', open: ['ada', 'sam'] },
  'get /referrals/:id/packet.json': { at: '/referrals/referral/packet.json', open: ['ada', 'sam'] },
  'get /api/v1/referrals/:id/packet': {
    at: '/api/v1/referrals/referral/packet',
    open: ['ada', 'sam'],
  },
  'get /referrals/:id/packet/resume': {
    at: '/referrals/referral/packet/resume',
    open: ['ada', 'sam'],
  },
  'get /api/v1/referrals/:id/packet/resume': {
    at: '/api/v1/referrals/referral/packet/resume',
    open: ['ada', 'sam'],
  },
  'post /referrals/:id/packet/links': {
    at: '/referrals/referral/packet/links',
    body: { days: '3' },
    open: ['ada', 'sam'],
  },
  'post /referrals/:id/packet/links/:link/stop': {
    at: '/referrals/referral/packet/links/link/stop',
    body: {},
    open: ['ada', 'sam'],
  },
  'get /referrals/:id/co-enrollments': {
    at: '/referrals/referral/co-enrollments',
    open: ['sam'],
  },
  'post /referrals/:id/co-enrollments': {
    at: '/referrals/referral/co-enrollments',
    body: { program: 'wioa-adult', startOn: '2015-03-02' },
    open: ['sam'],
  },
  'get /api/v1/referrals/:id/co-enrollments': {
    at: '/api/v1/referrals/referral/co-enrollments',
    open: ['ada', 'sam'],
  },
  'post /api/v1/referrals/:id/co-enrollments': {
    at: '/api/v1/referrals/referral/co-enrollments',
    body: { program: 'wioa-adult', startOn: '2015-03-02' },
    open: ['sam'],
  },
  'get /referrals/:id/co-enrollments/:stay/take-back': {
    at: '/referrals/referral/co-enrollments/stay/take-back',
    open: ['sam'],
  },
  'post /referrals/:id/co-enrollments/:stay/take-back': {
    at: '/referrals/referral/co-enrollments/stay/take-back',
    body: { reason: 'because' },
    open: ['sam'],
  },
  'post /api/v1/referrals/:id/co-enrollments/:stay/withdrawals': {
    at: '/api/v1/referrals/referral/co-enrollments/stay/withdrawals',
    body: { reason: 'because' },
    open: ['sam'],
  },
  'get /duplicates/:id': { at: '/duplicates/pair', open: ['sam', 'sue', 'max'] },
  'post /duplicates/:id': {
    at: '/duplicates/pair',
    body: { decision: 'different' },
    open: ['sam', 'sue', 'max'],
  },
  'post /duplicates/merges/:id/undo': {
    at: '/duplicates/merges/merge/undo',
    body: {},
    open: ['sam', 'sue', 'max'],
  },
  'get /referrals/:id/details': { at: '/referrals/referral/details', open: ['ada'] },
  'post /referrals/:id/details': {
    at: '/referrals/referral/details',
    body: { message: 'Mornings are best.' },
    open: ['ada'],
  },
  'get /referrals/:id/hand-on': { at: '/referrals/referral/hand-on', open: ['ada', 'sam'] },
  'post /referrals/:id/hand-on': {
    at: '/referrals/referral/hand-on',
    body: { center: 'other-center', ...reason },
    open: ['ada', 'sam'],
  },
  'post /api/v1/referrals/:id/forwards': {
    at: '/api/v1/referrals/referral/forwards',
    body: { center: 'other-center', ...reason },
    open: ['ada', 'sam'],
  },
  'get /edit/awards/:id/withdraw': { at: '/edit/awards/award-html/withdraw', open: ['max'] },
  'post /edit/awards/:id/withdraw': {
    at: '/edit/awards/award-html/withdraw',
    body: reason,
    open: ['max'],
  },
  'get /shares/:id/openings': { at: '/shares/share/openings', open: ['ada'] },
  'get /shares/:id/stop': { at: '/shares/share/stop', open: ['ada'] },
  'post /shares/:id/stop': { at: '/shares/share/stop', body: {}, open: ['ada'] },
  'get /api/v1/shares/:id/openings': { at: '/api/v1/shares/share/openings', open: ['ada'] },
  'get /readiness/learners/:id/sign-off': { at: `${marks}/sign-off`, open: ['mia'] },
  'post /readiness/learners/:id/sign-off': {
    at: `${marks}/sign-off`,
    body: { sure: 'yes' },
    open: ['mia'],
  },
  'get /readiness/learners/:id/practice': { at: `${marks}/practice`, open: ['mia', 'sam'] },
  'post /readiness/learners/:id/practice': {
    at: `${marks}/practice`,
    body: { on: '2015-03-08', about: 'talk' },
    open: ['mia', 'sam'],
  },
  'get /readiness/learners/:id/portfolio': { at: `${marks}/portfolio`, open: ['mia', 'sam'] },
  'post /readiness/learners/:id/portfolio': {
    at: `${marks}/portfolio`,
    body: { url: 'https://ada.example.org', sure: 'yes' },
    open: ['mia', 'sam'],
  },
  'get /readiness/learners/:id/marks/:mark/take-back': {
    at: `${marks}/marks/mark/take-back`,
    open: ['mia'],
  },
  'post /readiness/learners/:id/marks/:mark/take-back': {
    at: `${marks}/marks/mark/take-back`,
    body: {},
    open: ['mia'],
  },
  'get /readiness/rules/trials/:id': { at: '/readiness/rules/trials/trial', open: ['max'] },
  'get /readiness/rules/trials/:id/publish': {
    at: '/readiness/rules/trials/trial/publish',
    open: ['max'],
  },
  'post /readiness/rules/trials/:id/publish': {
    at: '/readiness/rules/trials/trial/publish',
    body: {},
    open: ['max'],
  },
  'get /mentor/learners/:id': { at: mentee, open: ['mia'] },
  'get /mentor/learners/:id/meetings/new': { at: `${mentee}/meetings/new`, open: ['mia'] },
  'post /mentor/learners/:id/meetings/new': {
    at: `${mentee}/meetings/new`,
    body: meeting,
    open: ['mia'],
  },
  'get /mentor/learners/:id/nudges/new': { at: `${mentee}/nudges/new`, open: ['mia'] },
  'post /mentor/learners/:id/nudges/new': {
    at: `${mentee}/nudges/new`,
    body: { text: 'Keep going.' },
    open: ['mia'],
  },
  'get /my-mentors/:id': { at: '/my-mentors/pairing', open: ['ada'] },
  'post /my-mentors/:id': { at: '/my-mentors/pairing', body: {}, open: ['ada'] },
  'get /messages/:id/retry': { at: '/messages/message/retry', open: ['max'] },
  'post /messages/:id/retry': { at: '/messages/message/retry', body: {}, open: ['max'] },
  'get /organizations/:id': { at: '/organizations/pcc', open: ['max'] },
  'get /organizations/:id/decision': { at: '/organizations/applicant/decision', open: ['max'] },
  'post /organizations/:id/decision': {
    at: '/organizations/applicant/decision',
    body: { decision: 'approve' },
    open: ['max'],
  },
  'get /organizations/:id/edit': { at: '/organizations/pcc/edit', open: ['max'] },
  'post /organizations/:id/edit': { at: '/organizations/pcc/edit', body: facts, open: ['max'] },
  'get /people/:id': { at: '/people/cora-registrar', open: ['max'] },
  'get /people/:id/deactivate': { at: '/people/cora-registrar/deactivate', open: ['max'] },
  'post /people/:id/deactivate': {
    at: '/people/cora-registrar/deactivate',
    body: {},
    open: ['max'],
  },
  'get /people/:id/reactivate': { at: '/people/cora-registrar/reactivate', open: ['max'] },
  'post /people/:id/reactivate': {
    at: '/people/cora-registrar/reactivate',
    body: {},
    open: ['max'],
  },
  'get /people/:id/roles': { at: '/people/cora-registrar/roles', open: ['max'] },
  'post /people/:id/roles': { at: '/people/cora-registrar/roles', body: roles, open: ['max'] },
  'get /people/invitations/:id/withdraw': {
    at: '/people/invitations/invitation/withdraw',
    open: ['max'],
  },
  'post /people/invitations/:id/withdraw': {
    at: '/people/invitations/invitation/withdraw',
    body: {},
    open: ['max'],
  },
  ...Object.fromEntries(
    Object.entries({
      case: { text: 'Called.', kind: 'contact', readers: 'center' },
      'case/notes': { text: 'Called.', kind: 'contact', readers: 'center' },
      'case/assign': { assignTo: '' },
      'case/tasks': { task: 'Call', dueOn: '2015-03-20', doer: people.sam.id },
      'case/tasks/:task/done': {},
      'case/close': { reason: 'Found work.' },
      'case/plan': { goal: 'A job', steps: '', version: '0' },
      'case/plan/steps': { step: '1' },
    }).flatMap(([part, body]): [string, RecordRoute][] => {
      const at = `${learner}/${part.replace(':task', 'task')}`
      return [
        [`get /staff/learners/:id/${part}`, { at, open: ['sam'] }],
        [`post /staff/learners/:id/${part}`, { at, body, open: ['sam'] }],
      ]
    }),
  ),
  'get /api/v1/learners/:id/resume': {
    at: `/api/v1/learners/${adaId}/resume`,
    open: ['ada', 'mia', 'sam'],
  },
  'get /learners/:id/resume': { at: `/learners/${adaId}/resume`, open: ['ada', 'mia', 'sam'] },
  'get /staff/learners/:id/card': { at: `${learner}/card`, open: ['sam'] },
  'post /staff/learners/:id/card': {
    at: `${learner}/card`,
    body: { called: 'Ada', days: '30' },
    open: ['sam'],
  },
  'post /api/v1/learners/:id/card': {
    at: `/api/v1/learners/${adaId}/card`,
    body: {},
    open: ['sam'],
  },
  'get /staff/learners/:id/gains': { at: `${learner}/gains`, open: ['sam'] },
  'post /staff/learners/:id/gains': {
    at: `${learner}/gains`,
    body: { evidence: 'x' },
    open: ['sam'],
  },
  'get /staff/learners/:id/gains/:gain/take-back': {
    at: `${learner}/gains/gain/take-back`,
    open: ['sam'],
  },
  'post /staff/learners/:id/gains/:gain/take-back': {
    at: `${learner}/gains/gain/take-back`,
    body: reason,
    open: ['sam'],
  },
  'get /staff/learners/:id/take-on': { at: `${learner}/take-on`, open: staffAlsoPair },
  'post /staff/learners/:id/take-on': { at: `${learner}/take-on`, body: {}, open: ['sam'] },
  'get /staff/cases/views/:id/drop': { at: '/staff/cases/views/view/drop', open: ['sam'] },
  'post /staff/cases/views/:id/drop': {
    at: '/staff/cases/views/view/drop',
    body: {},
    open: ['sam'],
  },
  'get /my-plan/:id/agree': { at: '/my-plan/center/agree', open: ['ada', 'bob', 'fred'] },
  'post /my-plan/:id/agree': {
    at: '/my-plan/center/agree',
    body: { version: '1' },
    open: ['ada'],
  },
  'get /my-plan/:id/steps': { at: '/my-plan/center/steps', open: ['ada', 'bob', 'fred'] },
  'post /my-plan/:id/steps': { at: '/my-plan/center/steps', body: { step: '1' }, open: ['ada'] },
  'get /staff/learners/:id': { at: learner, open: staffAlsoPair },
  'get /staff/learners/:id/pairings/new': { at: `${learner}/pairings/new`, open: staffAlsoPair },
  'post /staff/learners/:id/pairings/new': {
    at: `${learner}/pairings/new`,
    body: { mentor: 'moe-mentor', startedOn: '2015-03-09' },
    open: staffAlsoPair,
  },
  'get /staff/learners/:id/referral': { at: `${learner}/referral`, open: staffAlsoPair },
  'post /staff/learners/:id/referral': {
    at: `${learner}/referral`,
    body: { center: 'other-center' },
    open: staffAlsoPair,
  },
  'get /staff/pairings/:id/end': { at: '/staff/pairings/pairing/end', open: staffAlsoPair },
  'post /staff/pairings/:id/end': {
    at: '/staff/pairings/pairing/end',
    body: reason,
    open: staffAlsoPair,
  },
}

/** Addresses whose record is a public one, the program's own catalog, or opened by a secret in the address itself. */
const shared: Readonly<Record<string, string>> = {
  '/api/v1/providers/:slug/completions': 'signed by the provider; test/providers/webhook',
  '/confirm-email/:account/:token': 'the link is the right',
  '/reset-password/:account/:token': 'the link is the right',
  '/invitations/:id/:token': 'the link is the right',
  '/my-data/file/:token': 'the link is the right, for its learner only; test/holdings/data',
  '/tracks/:slug/start': 'every learner may start every track',
  '/edit/badges/:slug': 'one catalog for all managers',
  '/edit/badges/:slug/awards': 'shows the awards of the own program only; test/badges',
  '/edit/badges/:slug/preview': 'one catalog for all managers',
  '/edit/tracks/:slug': 'one catalog for all managers',
  '/edit/tracks/:slug/discard': 'one catalog for all managers',
  '/edit/tracks/:slug/preview': 'one catalog for all managers',
  '/trusted-issuers/:id': 'one list for all managers',
  '/trusted-issuers/:id/end': 'one list for all managers',
  '/api/v1/trusted-issuers/:id': 'one list for all managers',
  '/api/v1/trusted-issuers/:id/end': 'one list for all managers',
  '/badges/:slug': 'public',
  '/badges/:slug/picture.svg': 'public',
  '/badges/:slug/picture.png': 'public',
  '/credentials/:id': 'private until it is shared; test/sharing/carry',
  '/api/v1/credentials/:id': 'private until it is shared; test/sharing/carry',
  '/packets/:token': 'the link is the right, while it is live; test/referrals/packet-http',
  '/shares/:id': 'the link is the right, while it is live; test/sharing/carry',
  '/api/v1/shares/:id': 'as the page; stopping it: test/sharing/carry',
  '/centers/:id': 'public',
  '/centers/:id/appointments': 'public',
  '/api/v1/centers/:id/slots': 'public',
  '/slots/:id/wait': 'every learner may, by consent to the center; test/appointments/line',
  '/api/v1/slots/:id/waiting': 'every learner may, by consent to the center',
  '/slots/:id/book': 'every learner may, by consent to the center; test/appointments/booking',
  '/tracks/:slug': 'public',
  '/communities/:slug': 'public',
  '/issuers/:id/did.json': 'public',
  '/keys/:id': 'public',
  '/status/:id': 'public',
  '/achievements/:slug': 'public',
  '/endorsements/:id': 'public',
  '/api/v1/badges/:slug/endorsements': 'public',
  '/endorsements/:id/withdraw': 'test/credentials/endorsements',
  '/api/v1/endorsements/:id': 'test/credentials/endorsements',
  '/crosswalk/agreements/:id': 'public',
  '/pathways/:id': 'public',
  '/pathways/:id/apply': 'every learner of the program may apply; test/pathways/pathways',
  '/pathways/:id/leave': 'leaves the own application only; test/pathways/pathways',
}

const routesWithRecord = () =>
  declaredRoutes.filter(({ path }) => /\/:(?!.*\*)/.test(path) && !(path in shared))

const nameOf = ({ method, path }: { method: string; path: string }) => `${method} ${path}`

/** A mark of everything kept, but for sessions and the counts of tries: it changes when anything does. */
async function everythingKept(): Promise<string> {
  const hash = createHash('sha256')
  const collections = (await mongoose.connection.db?.collections()) ?? []
  for (const collection of collections.sort((a, b) =>
    a.collectionName < b.collectionName ? -1 : 1,
  )) {
    if (/^(sessions|throttles?|token-?[fF]amilies)/.test(collection.collectionName)) continue
    for await (const one of collection.find().sort({ _id: 1 }))
      hash.update(collection.collectionName).update(JSON.stringify(one))
  }
  return hash.digest('hex')
}

describe('A record of somebody else', () => {
  let it_: TestApp
  const signedIn = new Map<Name, Person>()
  const address = new Map<string, string>()

  before(async () => {
    await emptyDatabase()
    it_ = testApp()
    await keepWorld()
    await keepNeighbors()
    await keepRecords()
  })

  async function keepNeighbors() {
    await saveProgram(aProgram({ id: 'program-far', communityId: elsewhere, boardId: 'far-board' }))
    await saveOrganization(anOrganization('far-board', { communityId: elsewhere }))
    await saveOrganization(anOrganization('treehouse', { kind: 'provider' }))
    await saveOrganization(anOrganization('other-school', { kind: 'provider' }))
    await saveOrganization(anOrganization('applicant', { kind: 'employer', state: 'pending' }))
    const { ada, bob, cora, paul, sam, mia, eve, max, ...others } = everybody
    await keep(...Object.values(others))
    for (const name of Object.keys(everybody) as Name[])
      signedIn.set(name, await signIn(it_.app, credentials(everybody[name])))
    expect([ada, bob, cora, paul, sam, mia, eve, max]).to.have.length(8)
  }

  async function keepPathway() {
    await insertPathway(aPathway())
    const application = {
      id: 'application',
      pathwayId: 'pathway',
      communityId: community,
      collegeId: 'pcc',
      learnerId: adaId,
      learnerName: 'Ada Lovelace',
      state: 'applied' as const,
      appliedAt: now,
      events: [],
      demonstration: false,
    }
    await insertApplication(application, [])
    await insertCrosswalkImport({
      id: 'import',
      collegeId: 'pcc',
      by: 'Cora Registrar',
      at: now,
      fileName: 'crosswalk.csv',
      dryRun: false,
      read: 0,
      recorded: 0,
      alreadyKnown: 0,
      refused: [],
    })
  }

  async function keepDelivery() {
    await insertEndpoint(anEndpoint({ id: 'endpoint', organizationId: 'pcc' }))
    const event = anEvent({ organizationId: 'pcc' })
    await insertDeliveries([{ endpointId: 'endpoint', event }], now)
    const [kept] = await findDeliveries({ endpointId: 'endpoint' }, 1)
    return kept?.id ?? ''
  }

  async function keepRecords() {
    await saveCenters([aCenter('center')])
    await insertCenterImport(centerImport, '')
    await insertSlot(slot)
    await adaFinished(['html', 'css'])
    await keepCreditConsent()
    await keepConsent(adaId, 'center', {
      communityId: community,
      records: [...recordsNeeded.referral, 'resume'],
    })
    await keepReferrals(
      aReferral('referral', adaId, 'center', { consentId: `consent-${adaId}-center` }),
    )
    const claim = await fileClaim('cis-122-v1', await actorOf(people.ada), it_.ports)
    await insertClaims([
      { ...claim, id: 'granted', state: 'granted', granted: 4, holds: ['other'] },
    ])
    await insertPairing(aPairing({ allows: [...usualAllowances, 'resume'] }))
    await keepResume(await actorOf(people.ada), Buffer.from('Ada Lovelace'), it_.ports)
    await saveView({ id: 'view', accountId: people.sam.id, name: 'Mine', query: '' })
    await saveCaseStates([
      {
        communityId: community,
        centerId: 'center',
        learnerId: adaId,
        state: 'requested',
        isOpen: true,
        since: new Date('2015-03-01T19:00:00Z'),
      },
    ])
    await insertMark({
      id: 'mark',
      communityId: community,
      learnerId: adaId,
      kind: 'sign-off',
      on: '2015-03-01',
      about: '',
      byAccountId: people.mia.id,
      byName: people.mia.name,
      byRole: 'mentor',
      at: now,
      demonstration: false,
    })
    await insertGain(aGain(adaId, 'gain', 'center'))
    await insertCoEnrollment(aStay('stay', adaId, 'center'))
    await insertTask({
      id: 'task',
      communityId: community,
      centerId: 'center',
      learnerId: adaId,
      text: 'Call',
      dueOn: '2015-03-20',
      assignedTo: people.sam.id,
      assignedName: people.sam.name,
      isOpen: true,
      madeBy: people.sam.name,
    })
    await beginTrial({
      id: 'trial',
      communityId: community,
      accountId: people.max.id,
      rules: firstRules,
      from: '2015-03-09',
      after: '',
      looked: 0,
      total: 2,
      ...noFindings,
      state: 'done',
      startedAt: now,
    })
    const mail = {
      id: 'message',
      template: 'invitation',
      to: { email: 'new@example.org', name: 'New', language: 'en' as const },
      params: {},
      communityId: community,
    }
    await setHold(adaId, community, {
      kind: 'set',
      at: now,
      byAccountId: people.max.id,
      byName: people.max.name,
      reason: 'A complaint is being looked at.',
    })
    await insertShare(aShare())
    await insertInvitation(
      {
        id: 'invitation',
        email: 'new@example.org',
        role: 'staff',
        organizationId: 'center',
        communityId: community,
        language: 'en',
        inviter: 'Max',
        state: 'open',
        createdAt: now,
        expiresAt: new Date('2015-03-19T19:00:00Z'),
      },
      'hash',
      { ...mail, id: 'invitation-mail' },
    )
    await insertMessages([mail], now)
    await keepDuplicates([
      {
        id: 'pair',
        communityId: community,
        learnerIds: [adaId, 'learner-twin'],
        score: 90,
        reasons: ['name', 'mailbox'],
        state: 'open',
        foundAt: now,
      },
    ])
    const imported = await signedIn
      .get('ada')
      ?.api('post', '/imports?source=treehouse-profile', realProfile(1))
    const importId = (imported?.body as { id: string }).id
    await saveCourse({ collegeId: 'pcc', code: 'CIS 122', topics: [], status: 'offered' })
    const asked = { ...terms, college: 'pcc', series: 'cis-122' }
    const proposal = await signedIn.get('cora')?.api('post', '/proposals', asked)
    const proposalId = (proposal?.body as { id: string }).id
    await keepPathway()
    const deliveryId = await keepDelivery()
    const ids: Record<string, string> = {
      claims: claim.id,
      imports: importId,
      proposals: proposalId,
    }
    for (const [route, { at }] of Object.entries(records)) {
      const pattern = route.split(' ')[1] ?? ''
      const kind = /\/(claims|imports|proposals)\//.exec(pattern)?.[1] ?? ''
      const path = at || pattern.replace(':id', ids[kind] ?? '')
      address.set(route, path.replace(':delivery', deliveryId))
    }
  }

  it('has its place in this table for every address that holds one', () => {
    const missing = routesWithRecord().filter((route) => !(nameOf(route) in records))
    expect(missing.map(nameOf)).to.deep.equal([])
    const gone = Object.keys(records).filter(
      (name) => !routesWithRecord().some((r) => nameOf(r) === name),
    )
    expect(gone).to.deep.equal([])
  })

  async function ask(name: Name, route: string) {
    const person = signedIn.get(name)
    if (!person) throw new Error(`${name} is not signed in`)
    const method = route.split(' ')[0] as 'get' | 'post' | 'delete'
    const at = address.get(route) ?? ''
    if (at.startsWith('/api/v1/'))
      return person.api(method, at.slice('/api/v1'.length), records[route]?.body)
    if (method === 'get') return person.get(at)
    const fields = { ...(records[route]?.body as Record<string, string>) }
    const answer = await person.submit('/settings', fields, at)
    expect(answer.text).not.to.contain(say('en', 'http:problem.lostToken'))
    return answer
  }

  for (const [route, { open }] of Object.entries(records)) {
    const isRead = route.startsWith('get')
    it(`${route} is for ${open.join(', ') || 'nobody at this time'}`, async () => {
      const before = await everythingKept()
      const strangers = (Object.keys(everybody) as Name[]).filter((name) => !open.includes(name))
      const told = await Promise.all(
        strangers.map(async (name) => [name, (await ask(name, route)).status] as const),
      )
      expect(
        told.filter(([, status]) => status !== 403 && status !== 404),
        'somebody was let in',
      ).to.deep.equal([])
      expect(await everythingKept(), 'a refused call changed something').to.equal(before)
      if (isRead)
        for (const name of open)
          expect((await ask(name, route)).status, `${name} was kept out`).to.equal(200)
    })

    it(`${route} asks a stranger to sign in`, async () => {
      const at = address.get(route) ?? ''
      const method = route.split(' ')[0] as 'get' | 'post' | 'delete'
      if (at.startsWith('/api/v1/'))
        expect((await supertest(it_.app)[method](at).send(records[route]?.body)).status).to.equal(
          401,
        )
      else if (isRead) {
        const answer = await visitor(it_.app).get(at)
        expect(answer.status).to.equal(303)
        expect(answer.headers['location']).to.match(/^\/sign-in/)
      } else
        expect((await visitor(it_.app).submit('/register', {}, at)).status).to.be.oneOf([303, 401])
    })
  }

  it('is refused by the policy table alone to every role the action does not name', () => {
    const actions = new Set(routesWithRecord().map(({ action }) => action))
    expect([...actions].filter((action) => policy[action] === 'anyone')).to.deep.equal([])
  })
})
