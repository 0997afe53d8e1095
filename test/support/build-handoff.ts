import { findAccount } from '../../src/access/account-store.js'
import { actorFrom, type NewAccount } from '../../src/access/account.js'
import type { Actor } from '../../src/access/actor.js'
import { saveOrganizations } from '../../src/access/organization-store.js'
import type { Slot } from '../../src/appointments/slot.js'
import { insertConsents } from '../../src/learners/consent-store.js'
import { saveIdentity } from '../../src/learners/learner-store.js'
import { recordsNeeded, type Consent } from '../../src/learners/consent.js'
import { saveCenters } from '../../src/centers/center-store.js'
import type { Center } from '../../src/centers/center.js'
import type { CoEnrollment } from '../../src/referrals/co-enrollment.js'
import { insertReferrals } from '../../src/referrals/referral-store.js'
import type { SkillGain } from '../../src/reports/skill-gain.js'
import type { Referral } from '../../src/referrals/referral.js'
import { anAccount, anOrganization, community, keep, keepProgram } from './build-access.js'

/** A current center in Portland that takes referrals, unless told otherwise. */
export const aCenter = (id: string, change: Partial<Center> = {}): Center => ({
  id,
  communityId: community,
  slug: id,
  name: `Center ${id}`,
  city: 'Portland',
  state: 'OR',
  board: 'worksystems',
  status: 'current',
  source: 'a page',
  acceptingReferrals: true,
  ...change,
})

/** A gain that staff of a center recorded on an exam. */
export const aGain = (learnerId: string, id: string, centerId: string): SkillGain => ({
  id,
  communityId: community,
  learnerId,
  type: 'exam',
  evidenceId: `${learnerId}|exam`,
  title: 'An exam',
  on: '2015-02-01',
  attestedBy: 'Sam Staff',
  attestedAt: new Date('2015-03-01T19:00:00Z'),
  centerId,
})

/** A stay in WIOA Adult since 2 March 2015 that staff of a center reported, unless told otherwise. */
export const aStay = (
  id: string,
  learnerId: string,
  centerId: string,
  change: Partial<CoEnrollment> = {},
): CoEnrollment => ({
  id,
  learnerId,
  communityId: community,
  centerId,
  program: 'wioa-adult',
  startOn: '2015-03-02',
  reportedBy: { accountId: 'sam', name: 'Sam' },
  reportedAt: new Date('2015-03-03T19:00:00Z'),
  ...change,
})

/** Keeps centers with their organizations. */
export async function keepCenters(...centers: readonly Center[]): Promise<void> {
  await saveOrganizations(
    centers.map(({ id, name, communityId }) =>
      anOrganization(id, { name, communityId, kind: 'center' }),
    ),
  )
  await saveCenters(centers)
}

/** The account as every use-case sees the person. */
export async function actorOf(account: Pick<NewAccount, 'id'>): Promise<Actor> {
  const kept = await findAccount(account.id)
  if (!kept) throw new Error(`no account ${account.id}`)
  return actorFrom(kept)
}

/** A live consent to one center that covers what a referral needs, unless told otherwise. */
export const aConsent = (
  learnerId: string,
  party: string,
  change: Partial<Consent> = {},
): Consent => ({
  id: `consent-${learnerId}-${party}`,
  learnerId,
  communityId: community,
  parties: [party],
  purpose: 'referral',
  records: recordsNeeded.referral,
  version: '1',
  language: 'en',
  textHash: 'hash',
  authMethod: 'password',
  signedAt: new Date('2015-03-01T18:00:00Z'),
  expiresOn: '2016-02-29',
  ...change,
})

export const keepConsent = (learnerId: string, party: string, change: Partial<Consent> = {}) =>
  insertConsents([aConsent(learnerId, party, change)])

/** A referral that the learner asked for an hour before noon of 1 March 2015, open to its center. */
export const aReferral = (
  id: string,
  learnerId: string,
  centerId: string,
  change: Partial<Referral> = {},
): Referral => ({
  id,
  communityId: community,
  learnerId,
  centerId,
  state: 'requested',
  since: new Date('2015-03-01T19:00:00Z'),
  askedAt: new Date('2015-03-01T19:00:00Z'),
  askedBy: { accountId: 'ada', name: 'Ada', byStaff: false },
  proof: { ready: false, rulesVersion: 1, rules: [] },
  consentId: 'consent',
  packet: 'open',
  timeline: [
    {
      id: `${id}-asked`,
      at: new Date('2015-03-01T19:00:00Z'),
      side: 'sender',
      by: 'Ada',
      kind: 'state',
      state: change.state ?? 'requested',
    },
  ],
  demonstration: false,
  ...change,
})

/** A slot of center South, an hour from 10 on 10 March 2015, with nobody in it unless told otherwise. */
export const aSlot = (change: Partial<Slot> = {}): Slot => ({
  id: 'slot',
  communityId: community,
  centerId: 'south',
  hostId: 'tom',
  hostName: 'Tom',
  startsAt: new Date('2015-03-10T17:00:00Z'),
  endsAt: new Date('2015-03-10T18:00:00Z'),
  zone: 'America/Los_Angeles',
  mode: 'in-person',
  capacity: 2,
  free: 2 - (change.bookings?.length ?? 0),
  state: 'open',
  version: 1,
  bookings: [],
  demonstration: false,
  ...change,
})

export const keepReferrals = (...referrals: readonly Referral[]) => insertReferrals(referrals)

/**
 * Ada and Ben who learn, Sam and Sue of center North, Tom of center South, Max who mentors, Eve of a college; nobody has
 * consented to anything.
 */
export async function keepPeople() {
  await keepProgram()
  await keepCenters(aCenter('north'), aCenter('south'))
  await saveOrganizations([anOrganization('college', { kind: 'college' })])
  const [ada, ben, sam, sue, tom, max, eve] = await keep(
    anAccount('Ada', 'learner'),
    anAccount('Ben', 'learner'),
    anAccount('Sam', 'staff', 'north'),
    anAccount('Sue', 'staff', 'north'),
    anAccount('Tom', 'staff', 'south'),
    anAccount('Max', 'mentor'),
    anAccount('Eve', 'college', 'college'),
  )
  for (const { learnerId, email } of [ada, ben]) await saveIdentity(learnerId ?? '', { email })
  return { ada, ben, sam, sue, tom, max, eve }
}
