import { findOrganizationsByIds } from '../access/organization-store.js'
import type { Organization } from '../access/organization.js'
import { awardsOf } from '../badges/award-store.js'
import { findBadges } from '../badges/badge-store.js'
import type { Award, Badge } from '../badges/badge.js'
import { dayOf, type Day } from '../calendar.js'
import { offeredNaming } from '../agreements/offered-naming.js'
import { readCredits } from '../credits/read-credits.js'
import { factsOf } from '../providers/evidence-store.js'
import { restsOf } from '../readiness/read-rests.js'
import { ruleVersions } from '../readiness/rule-store.js'
import { badgesNamed, mostToward, withToward } from '../readiness/toward.js'
import { referralsOf } from '../referrals/referral-store.js'
import type { Referral } from '../referrals/referral.js'
import { findTrackVersions } from '../tracks/track-store.js'
import { offeredVersions, type Track } from '../tracks/track.js'
import { recordKinds } from './consent.js'
import type { Learner } from './learner.js'
import type { NamedAward, NamedReferral, WholeRecord } from './record.js'
import { currentRules, standingFor, type LearnerStanding } from './summary.js'

/** The whole record as it stands now. Asks nobody whether the reader may see it: that is open-record's part. */
export async function readRecord(learner: Learner, now: Date): Promise<WholeRecord> {
  const today = dayOf(now)
  const [facts, awards, rests, badges, versions, rules, referrals] = await Promise.all([
    factsOf(learner.id),
    awardsOf(learner.id),
    restsOf(learner.id),
    findBadges(),
    findTrackVersions(),
    ruleVersions(learner.communityId),
    namedReferrals(learner.id),
  ])
  const current = currentRules(rules, today)
  const input = { learner, facts, awards, rests, badges, versions, rules: current }
  const standing = standingFor(input)
  const { communityId } = learner
  const { tracks, proof, scoped } = await tellToward(standing, communityId, badges, versions, today)
  const { lines } = await readCredits(learner, awards, today)
  const { id, name, joinedOn, demonstration, portfolioUrl, resumeUrl, resumeFile } = learner
  const { email, phone, place, language } = learner
  return {
    learner: { id, communityId, name, joinedOn, demonstration },
    covers: recordKinds,
    on: today,
    tracks,
    proof,
    scoped,
    awards: namedAwards(awards, badges),
    credits: lines,
    facts,
    contact: {
      ...(email !== undefined && { email }),
      ...(phone !== undefined && { phone }),
      place,
      language,
    },
    ...(portfolioUrl !== undefined && { portfolioUrl }),
    ...(resumeUrl !== undefined && { resumeUrl }),
    ...(resumeFile && { resumeFile }),
    marks: rests.marks,
    centerId: learner.centerId,
    referrals,
  }
}

/** Adds what else evidence and next steps count toward. */
async function tellToward(
  standing: LearnerStanding,
  communityId: string,
  badges: readonly Badge[],
  versions: readonly Track[],
  today: Day,
): Promise<LearnerStanding> {
  const tracks = offeredVersions(versions).filter(({ status }) => status === 'published')
  const proofs = [standing.proof, ...standing.scoped.map(({ proof }) => proof)]
  const named = badgesNamed(proofs, badges)
  const agreements = await offeredNaming(communityId, named, today, mostToward)
  const sources = { agreements, badges, tracks, today }
  return {
    ...standing,
    proof: withToward(standing.proof, sources),
    scoped: standing.scoped.map((one) => ({ ...one, proof: withToward(one.proof, sources) })),
  }
}

/** Awards with the name and kind of their badge. */
export function namedAwards(
  awards: readonly Award[],
  badges: readonly Pick<Badge, 'slug' | 'name' | 'kind'>[],
): NamedAward[] {
  const named = new Map(badges.map((badge) => [badge.slug, badge]))
  return awards.map((award) => ({
    ...award,
    name: named.get(award.badge)?.name ?? award.badge,
    kind: named.get(award.badge)?.kind ?? 'other',
  }))
}

/** A learner's referrals with the names of their centers, oldest first; two queries. */
export async function namedReferrals(learnerId: string): Promise<NamedReferral[]> {
  const referrals = await referralsOf(learnerId)
  if (referrals.length === 0) return []
  const centers = await findOrganizationsByIds(referrals.map(({ centerId }) => centerId))
  return withCenterNames(referrals, centers)
}

/** These referrals with the names of their centers, which are among the organizations. */
export function withCenterNames(
  referrals: readonly Referral[],
  centers: readonly Organization[],
): NamedReferral[] {
  const names = new Map(centers.map(({ id, name }) => [id, name]))
  return referrals.map((referral) => ({
    referral,
    centerName: names.get(referral.centerId) ?? '',
  }))
}
