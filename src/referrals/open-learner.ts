import type { Actor } from '../access/actor.js'
import { dayOf } from '../calendar.js'
import { findCase } from '../caseload/case-store.js'
import type { Case } from '../caseload/case.js'
import { consentsOf } from '../learners/consent-store.js'
import { coverOf, type Cover, type RecordKind } from '../learners/consent.js'
import { discloseTo } from '../learners/disclose-to.js'
import { findLearner } from '../learners/learner-store.js'
import type { Learner } from '../learners/learner.js'
import { openRecord } from '../learners/open-record.js'
import { readStanding } from '../learners/read-standing.js'
import type { LearnerRecord } from '../learners/record.js'
import type { Meeting } from '../mentoring/meeting.js'
import { readableBy } from '../mentoring/meeting.js'
import { meetingsOf } from '../mentoring/meeting-store.js'
import type { Pairing } from '../mentoring/pairing.js'
import { pairingsOf } from '../mentoring/pairing-store.js'
import type { Ports } from '../ports.js'
import { notFound } from '../problems.js'
import { marksOf } from '../readiness/mark-store.js'
import type { Mark } from '../readiness/mark.js'
import { withoutEvidence, type Proof } from '../readiness/proof.js'
import { gainsByOwnCenters } from '../reports/see-gains.js'
import { deskOf, type Desk } from './desk.js'
import type { Referral } from './referral.js'
import { referralsOf } from './referral-store.js'

/** What staff may see of one learner. `record` is there only under live consent; `proof` without its evidence else. */
export interface OpenedLearner {
  readonly learner: Pick<Learner, 'id' | 'name' | 'place' | 'demonstration'>
  readonly isProgram: boolean
  /** Of the center that works with them: with it go notes, tasks and a plan. */
  readonly ownCase: Case | undefined
  /** True when it recorded skill gains of theirs, which it may take back whatever the consent. */
  readonly hasOwnGains: boolean
  readonly proof: Proof | undefined
  readonly covers: readonly RecordKind[]
  readonly record: LearnerRecord | undefined
  /** What this member of staff has said of the learner's readiness. */
  readonly ownMarks: readonly Mark[]
  readonly referrals: readonly Referral[]
  readonly pairings: readonly Pairing[]
  readonly meetings: readonly Meeting[]
}

/**
 * One learner as staff may see them: of the person's own program, or referred to the desk's center, or by consent to it.
 * Job-ready people show which rules they meet under the program agreement; evidence, contact and what mentors share with staff
 * need consent. Disclosed.
 * Throws not-found where even the existence is private.
 */
export async function openLearner(
  actor: Actor,
  learnerId: string,
  ports: Ports,
): Promise<OpenedLearner> {
  const now = ports.now()
  const desk = deskOf(actor)
  const learner = await findLearner(learnerId)
  if (!learner) throw notFound('referrals:problem.unknownLearner')
  const own = (await referralsOf(learnerId)).filter(
    ({ centerId, state }) => centerId === desk.organizationId && state !== 'draft',
  )
  const cover = coverOf(await consentsOf(learnerId), desk.organizationId, dayOf(now))
  const isProgram = learner.communityId === desk.communityId
  if (!isProgram && own.length === 0 && cover.records.size === 0)
    throw notFound('referrals:problem.unknownLearner')
  const record = cover.records.size > 0 ? await openRecord(actor, learnerId, ports) : undefined
  return {
    learner,
    isProgram,
    ownCase: await findCase(desk.organizationId, learnerId),
    hasOwnGains: (await gainsByOwnCenters(actor, learnerId)).length > 0,
    proof: record?.proof ?? (await agreedProof(actor, learner, desk, isProgram, now)),
    covers: [...cover.records],
    record,
    ownMarks: (await marksOf(learnerId)).filter((one) => one.byAccountId === actor.accountId),
    referrals: own,
    pairings: isProgram ? await pairingsOf(learnerId) : [],
    meetings: isProgram ? await sharedMeetings(actor, learnerId, desk, cover, now) : [],
  }
}

/** What mentors wrote for staff, while the learner lets this center see their progress (docs/decisions/0070). */
async function sharedMeetings(
  actor: Actor,
  learnerId: string,
  { organizationId }: Desk,
  { records, consentIds }: Cover,
  now: Date,
): Promise<Meeting[]> {
  const shared = records.has('progress') ? readableBy(await meetingsOf(learnerId), 'staff') : []
  if (shared.length === 0) return []
  await discloseTo({
    actor,
    organizationId,
    learnerIds: [learnerId],
    records: ['meeting'],
    basis: 'consent',
    purpose: 'referral',
    channel: 'view',
    consentIds: new Map([[learnerId, consentIds]]),
    now,
  })
  return shared
}

async function agreedProof(
  actor: Actor,
  learner: Learner,
  desk: Desk,
  isProgram: boolean,
  now: Date,
): Promise<Proof | undefined> {
  const isListed = isProgram && learner.programAgreement !== undefined && learner.summary.ready
  await discloseTo({
    actor,
    organizationId: desk.organizationId,
    learnerIds: [learner.id],
    records: ['listing'],
    basis: 'program-agreement',
    purpose: 'job-ready list',
    channel: 'view',
    now,
  })
  return isListed ? withoutEvidence((await readStanding(learner, now)).proof) : undefined
}
