import type { Award } from '../badges/badge.js'
import type { Day } from '../calendar.js'
import type { Learner } from '../learners/learner.js'
import { agreementsWithin } from '../agreements/agreement-store.js'
import type { Agreement } from '../agreements/agreement.js'
import { claimsOf } from '../claims/claim-store.js'
import type { Claim } from '../claims/claim.js'
import { creditsFor, type CreditMatch } from './credit.js'
import { recordCredits, takenBy, type RecordCredit } from './record-credit.js'

export interface Credits {
  readonly claims: readonly Claim[]
  readonly matches: readonly CreditMatch[]
  readonly lines: readonly RecordCredit[]
}

/** A learner's claims and what else the live awards are worth on that day, at the colleges of their community. */
export async function readCredits(
  learner: Pick<Learner, 'id' | 'communityId'>,
  awards: readonly Award[],
  on: Day,
): Promise<Credits> {
  const badges = awards.map(({ badge }) => badge)
  const [claims, agreements] = await Promise.all([
    claimsOf(learner.id),
    agreementsWithin(learner.communityId, badges),
  ])
  return creditsWith(claims, awards, agreements, on)
}

/** The same from what was read before. */
export function creditsWith(
  claims: readonly Claim[],
  awards: readonly Award[],
  agreements: readonly Agreement[],
  on: Day,
): Credits {
  const matches = creditsFor(awards, agreements, on, takenBy(claims))
  return { claims, matches, lines: recordCredits(claims, matches) }
}
