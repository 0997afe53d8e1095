/** What more badges would be worth: the same rules as for the badges somebody has, with some assumed. */
import type { Award } from '../badges/badge.js'
import type { Day } from '../calendar.js'
import type { EvidenceLevel } from '../providers/evidence.js'
import type { Agreement } from '../agreements/agreement.js'
import { creditsFor, type CreditMatch } from '../credits/credit.js'

export interface WhatIf {
  /** Everything that could be had together with the assumed badges. */
  readonly with: readonly CreditMatch[]
  /** Of these, what could not be had without them. */
  readonly added: readonly CreditMatch[]
}

const assumed = (badge: string, on: Day, level: EvidenceLevel): Award => ({
  id: `assumed-${badge}`,
  learnerId: '',
  communityId: '',
  badge,
  badgeVersion: 1,
  awardedOn: on,
  evidenceLevel: level,
  facts: [],
  state: 'live',
})

/** What the held awards and the assumed badges are worth on a day. A badge that is held already is not assumed again. */
export function whatIf(
  held: readonly Award[],
  badges: readonly string[],
  agreements: readonly Agreement[],
  on: Day,
  level: EvidenceLevel = 'provider-confirmed',
): WhatIf {
  const more = [...new Set(badges)]
    .filter((badge) => !held.some((award) => award.badge === badge))
    .map((badge) => assumed(badge, on, level))
  const possible = (awards: readonly Award[]) =>
    creditsFor(awards, agreements, on).filter(({ insteadOf }) => insteadOf === undefined)
  const before = new Set(possible(held).map(({ agreement }) => agreement.series))
  const all = possible([...held, ...more])
  return { with: all, added: all.filter(({ agreement }) => !before.has(agreement.series)) }
}
