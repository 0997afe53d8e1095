import { findOrganizationsByIds } from '../access/organization-store.js'
import { awardsOf } from '../badges/award-store.js'
import { findBadges } from '../badges/badge-store.js'
import type { Award, Badge } from '../badges/badge.js'
import { dayOf } from '../calendar.js'
import { readCredits } from '../credits/read-credits.js'
import { factsOf } from '../providers/evidence-store.js'
import { ruleVersions } from '../readiness/rule-store.js'
import { rulesInForce } from '../readiness/rules.js'
import { referralsOf } from '../referrals/referral-store.js'
import { findTrackVersions } from '../tracks/track-store.js'
import { recordKinds } from './consent.js'
import type { Learner } from './learner.js'
import type { NamedAward, NamedReferral, WholeRecord } from './record.js'
import { standingFor } from './summary.js'

/** The whole record as it stands now. Asks nobody whether the reader may see it: that is open-record's part. */
export async function readRecord(learner: Learner, now: Date): Promise<WholeRecord> {
  const today = dayOf(now)
  const [facts, awards, badges, versions, rules, referrals] = await Promise.all([
    factsOf(learner.id),
    awardsOf(learner.id),
    findBadges(),
    findTrackVersions(),
    ruleVersions(learner.communityId),
    namedReferrals(learner.id),
  ])
  const input = { learner, facts, awards, badges, versions, rules: rulesInForce(rules, today) }
  const { tracks, proof } = standingFor(input)
  const { lines } = await readCredits(learner, awards, today)
  const { id, communityId, name, joinedOn, demonstration, portfolioUrl } = learner
  const { email, phone, place, language } = learner
  return {
    learner: { id, communityId, name, joinedOn, demonstration },
    covers: recordKinds,
    on: today,
    tracks,
    proof,
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
    referrals,
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
  const names = new Map(centers.map(({ id, name }) => [id, name]))
  return referrals.map((referral) => ({
    referral,
    centerName: names.get(referral.centerId) ?? '',
  }))
}
