import { inQuarters } from '../agreements/agreement.js'
import { grantedOfMany, type Granted } from '../claims/granted-store.js'
import { factsOfMany } from '../providers/evidence-store.js'
import { findTrackVersions } from '../tracks/track-store.js'
import type { Footing } from './gain-standing.js'
import type { GrantedCredits } from './skill-gain.js'

/** Credit that colleges gave, in credits of a quarter: those of a semester come out even so, and not the other way. */
export const creditsOf = (granted: readonly Granted[]): GrantedCredits[] =>
  granted.map(({ course, credits, unit, on }) => ({
    course,
    quarterCredits: inQuarters(credits, unit),
    on,
  }))

/** What counts of each of these learners now, to tell which of their gains still stand. Two queries, however many. */
export async function readFootings(learnerIds: readonly string[]): Promise<Map<string, Footing>> {
  if (learnerIds.length === 0) return new Map()
  const [facts, granted, tracks] = await Promise.all([
    factsOfMany(learnerIds),
    grantedOfMany(learnerIds),
    findTrackVersions(),
  ])
  return new Map(
    learnerIds.map((id) => [
      id,
      { facts: facts.get(id) ?? [], credits: creditsOf(granted.get(id) ?? []), tracks },
    ]),
  )
}
