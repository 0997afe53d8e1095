import type { Day } from '../calendar.js'
import type { EvidenceLevel } from '../providers/evidence.js'

/** Criteria as data; badges/criteria.ts reads them. Nothing here needs a deploy to add a badge. */
export type Criteria =
  | { readonly kind: 'steps'; readonly track: string; readonly steps: readonly string[] | 'all' }
  | {
      readonly kind: 'provider-badges'
      readonly provider: string
      readonly badges: readonly string[]
      readonly atLeast?: number
    }
  | {
      readonly kind: 'any-provider-badge'
      readonly provider: string
      readonly except: readonly string[]
    }
  | { readonly kind: 'completion'; readonly provider: string; readonly course: string }
  | {
      readonly kind: 'exam'
      readonly provider: string
      readonly exam: string
      readonly minScore?: number
    }
  | {
      /** An Open Badge of any issuer, by the issuer's id and the achievement's; `name` is for people. */
      readonly kind: 'open-badge'
      readonly issuer: string
      readonly achievement: string
      readonly name?: string
    }
  | { readonly kind: 'badges'; readonly badges: readonly string[]; readonly atLeast?: number }
  | { readonly kind: 'all-of'; readonly of: readonly Criteria[] }
  | { readonly kind: 'at-least'; readonly count: number; readonly of: readonly Criteria[] }

/** What Waymark lets one earn. `version` grows with every edit; awards keep the version they were decided on. */
export interface Badge {
  readonly slug: string
  readonly version: number
  readonly name: string
  readonly description: string
  readonly kind: 'first' | 'course' | 'milestone' | 'other'
  readonly criteria: Criteria
  readonly lowestLevel: EvidenceLevel
  readonly skills: readonly string[]
  readonly track?: string
  readonly status: 'published' | 'retired'
}

/** A learner's badge. Live unless withdrawn. `facts` are the ids of the evidence it was decided on. */
export interface Award {
  readonly id: string
  readonly learnerId: string
  readonly communityId: string
  readonly badge: string
  readonly badgeVersion: number
  readonly awardedOn: Day
  readonly evidenceLevel: EvidenceLevel
  readonly facts: readonly string[]
  readonly state: 'live' | 'withdrawn'
  readonly withdrawn?: {
    readonly on: Day
    readonly by: string
    readonly reason: string
  }
}

/** Holders are counted up to this many, so that a page costs no more with more learners. */
export const mostHoldersCounted = 10_000
