import { findAccount } from '../access/account-store.js'
import { findOrganization } from '../access/organization-store.js'
import { dayOf } from '../calendar.js'
import { findCenter } from '../centers/center-store.js'
import { findProgram } from '../communities/program-store.js'
import { consentsOf } from '../learners/consent-store.js'
import { coverOf, type RecordKind } from '../learners/consent.js'
import { findLearner } from '../learners/learner-store.js'
import { readRecord } from '../learners/read-record.js'
import { cutTo } from '../learners/record.js'
import { notFound } from '../problems.js'
import { attachResume } from './attach-resume.js'
import { consentsBehind } from './match-packets.js'
import type { Packet } from './packet.js'
import { isWithCenter, type Referral } from './referral.js'

/** A packet with what it rests on, for its disclosure. */
export interface BuiltPacket {
  readonly packet: Packet
  readonly covers: readonly RecordKind[]
  readonly consentIds: readonly string[]
}

/**
 * The packet as its center may see it now; undefined without live consent, and for one that is not with its center: a
 * draft, or a settled one that was never taken up. Discloses nothing by itself.
 */
export async function buildPacket(referral: Referral, now: Date): Promise<BuiltPacket | undefined> {
  if (!isWithCenter(referral.state)) return undefined
  const consents = await consentsOf(referral.learnerId)
  const consentIds = consentsBehind(referral, consents, now)
  const consent = consents.find(({ id }) => id === consentIds[0])
  if (!consent) return undefined
  const learner = await findLearner(referral.learnerId)
  if (!learner) throw notFound('referrals:problem.unknown')
  const { records } = coverOf(consents, referral.centerId, dayOf(now), 'referral')
  const [whole, center, program, sender] = await Promise.all([
    readRecord(learner, now),
    findCenter(referral.centerId),
    findProgram(referral.communityId),
    senderOf(referral),
  ])
  const record = cutTo(whole, { covers: records, organizationId: referral.centerId })
  const resume = await attachResume(record)
  const packet: Packet = {
    referral,
    record,
    center: { id: referral.centerId, name: center?.name ?? '' },
    program: program?.name ?? '',
    sender,
    consent: { id: consent.id, until: consent.expiresOn },
    ...(resume && { resume }),
    preparedAt: now,
  }
  return { packet, covers: record.covers, consentIds }
}

async function senderOf({ askedBy }: Referral): Promise<Packet['sender']> {
  if (!askedBy.byStaff) return { name: askedBy.name }
  const account = await findAccount(askedBy.accountId)
  const at = account?.roles.find(({ role }) => role === 'staff')
  const organization = at && (await findOrganization(at.organizationId))
  return {
    name: askedBy.name,
    ...(organization && { organization: organization.name }),
    ...(account && { email: account.email }),
  }
}
