import type { Learner } from '../learners/learner.js'
import { seriesHold, type Claim } from './claim.js'
import { holdsOf, type CreditMatch } from '../credits/credit.js'

/** Who files a claim, when, and on which consents it rests; `names` of badges by slug. */
export interface Filing {
  readonly id: string
  readonly at: Date
  readonly by: string
  readonly byName: string
  readonly consentIds: readonly string[]
  readonly names: ReadonlyMap<string, string>
}

/** A claim as it stands when it is filed, with a copy of everything it rests on. */
export function filedClaim(
  learner: Pick<Learner, 'id' | 'communityId' | 'demonstration'>,
  { agreement, awards }: CreditMatch,
  { id, at, by, byName, consentIds, names }: Filing,
): Claim {
  const { series, version, course, courseTitle, credits, unit, lowestLevel, fills } = agreement
  return {
    id,
    learnerId: learner.id,
    communityId: learner.communityId,
    collegeId: agreement.collegeId,
    collegeName: agreement.collegeName,
    agreement: {
      id: agreement.id,
      series,
      version,
      course,
      courseTitle,
      credits,
      unit,
      lowestLevel,
      fills,
    },
    badges: awards.map((award) => ({
      slug: award.badge,
      name: names.get(award.badge) ?? award.badge,
      awardId: award.id,
      awardedOn: award.awardedOn,
      evidenceLevel: award.evidenceLevel,
    })),
    consentIds,
    state: 'claimed',
    revision: 0,
    filedAt: at,
    changedAt: at,
    events: [{ at, by, byName, kind: 'filed' }],
    holds: [seriesHold(series), ...holdsOf(agreement, awards)],
    demonstration: learner.demonstration || agreement.demonstration,
  }
}
