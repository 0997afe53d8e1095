import { z } from 'zod'
import { creditUnits } from '../agreements/agreement.js'
import { claimStates } from '../claims/claim.js'
import { signedPath } from '../credits/credit-view.js'
import type { RecordCredit } from '../credits/record-credit.js'
import type { Words } from '../http/words.js'
import { evidenceLevels } from '../providers/evidence.js'
import { proofAnswer, proofJson } from '../readiness/proof-view.js'
import { recordKinds } from './consent.js'
import type { OwnTrack } from './own-tracks.js'
import type { LearnerRecord, NamedAward, NamedReferral } from './record.js'

const trackAnswer = z.object({
  slug: z.string(),
  version: z.string(),
  title: z.string(),
  stepsDone: z.number(),
  stepsTotal: z.number(),
  nextStep: z.object({ id: z.string(), title: z.string() }).nullable(),
  finishedOn: z.string().nullable(),
})

const badgeAnswer = z.object({
  slug: z.string(),
  name: z.string(),
  awardedOn: z.string(),
  evidenceLevel: z.enum(evidenceLevels),
  credentialUrl: z.string(),
})

export const creditAnswer = z.object({
  agreement: z.string(),
  version: z.number(),
  college: z.object({ id: z.string(), name: z.string() }),
  course: z.string(),
  title: z.string(),
  credits: z.number(),
  unit: z.enum(creditUnits),
  status: z.enum(['match', ...claimStates]),
  badges: z.array(z.string()),
  claim: z.string().nullable(),
  reason: z.string().nullable(),
  insteadOf: z.string().nullable(),
  credentialUrl: z.string().nullable(),
})

const evidenceAnswer = z.object({
  provider: z.string(),
  kind: z.string(),
  item: z.string(),
  title: z.string(),
  earnedOn: z.string(),
  level: z.enum(evidenceLevels),
})

const referralAnswer = z.object({
  id: z.string(),
  state: z.string(),
  substate: z.string().nullable(),
  center: z.object({ id: z.string(), name: z.string() }),
  askedAt: z.string(),
  since: z.string(),
})

/** A record as outside tools read it. A part the reader may not see is missing, and `covers` says what they may. */
export const recordAnswer = z.object({
  learner: z.object({ id: z.string(), name: z.string() }),
  covers: z.array(z.enum(recordKinds)),
  contact: z
    .object({
      email: z.string().nullable(),
      phone: z.string().nullable(),
      city: z.string(),
      postalCode: z.string().nullable(),
      language: z.string(),
    })
    .optional(),
  tracks: z.array(trackAnswer).optional(),
  badges: z.array(badgeAnswer).optional(),
  evidence: z.array(evidenceAnswer).optional(),
  credits: z.array(creditAnswer).optional(),
  readiness: proofAnswer.optional(),
  portfolioUrl: z.string().optional(),
  referrals: z.array(referralAnswer),
})

const trackJson = ({ track, progress }: OwnTrack): z.output<typeof trackAnswer> => {
  const next = track.steps.find(({ id }) => id === progress.nextStep)
  return {
    slug: track.slug,
    version: track.version,
    title: track.title,
    stepsDone: progress.stepsDone,
    stepsTotal: progress.stepsTotal,
    nextStep: next ? { id: next.id, title: next.title } : null,
    finishedOn: progress.finishedOn ?? null,
  }
}

const badgeJson = (award: NamedAward): z.output<typeof badgeAnswer> => ({
  slug: award.badge,
  name: award.name,
  awardedOn: award.awardedOn,
  evidenceLevel: award.evidenceLevel,
  credentialUrl: `/credentials/${award.id}`,
})

/** One line of credit as JSON. */
export const creditJson = (line: RecordCredit): z.output<typeof creditAnswer> => ({
  agreement: line.agreement,
  version: line.version,
  college: { id: line.collegeId, name: line.collegeName },
  course: line.course,
  title: line.courseTitle,
  credits: line.credits,
  unit: line.unit,
  status: line.status,
  badges: [...line.badges],
  claim: line.claimId ?? null,
  reason: line.reason ?? null,
  insteadOf: line.insteadOf ?? null,
  credentialUrl: signedPath(line) ?? null,
})

const referralJson = ({
  referral,
  centerName,
}: NamedReferral): z.output<typeof referralAnswer> => ({
  id: referral.id,
  state: referral.state,
  substate: referral.substate ?? null,
  center: { id: referral.centerId, name: centerName },
  askedAt: referral.askedAt.toISOString(),
  since: referral.since.toISOString(),
})

/** GET /me/record and GET /learners/{id}/record. */
export function recordJson(record: LearnerRecord, words: Words): z.output<typeof recordAnswer> {
  const { learner, contact } = record
  return {
    learner: { id: learner.id, name: learner.name },
    covers: [...record.covers],
    ...(contact && {
      contact: {
        email: contact.email ?? null,
        phone: contact.phone ?? null,
        city: contact.place.city,
        postalCode: contact.place.postalCode ?? null,
        language: contact.language,
      },
    }),
    ...(record.tracks && { tracks: record.tracks.map(trackJson) }),
    ...(record.awards && { badges: record.awards.map(badgeJson) }),
    ...(record.facts && {
      evidence: record.facts.map(({ provider, kind, item, title, earnedOn, level }) => ({
        provider,
        kind,
        item,
        title,
        earnedOn,
        level,
      })),
    }),
    ...(record.credits && { credits: record.credits.map(creditJson) }),
    ...(record.proof && { readiness: proofJson(record.proof, words) }),
    ...(record.portfolioUrl !== undefined && { portfolioUrl: record.portfolioUrl }),
    referrals: (record.referrals ?? []).map(referralJson),
  }
}
