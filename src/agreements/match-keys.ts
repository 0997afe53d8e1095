/**
 * What an agreement is found by when a learner's badges are matched: keys of which everybody who meets it has at least one,
 * and few others do. Whoever holds n of m badges (n at least 2) holds two of any m - n + 2 of them, so a pair of badges is a
 * key; one badge is only where one is enough.
 * Example: "2 of html, css, js" has the keys "css html", "css js" and "html js".
 */
import { needed, type BadgeSet } from './agreement.js'

/** More pairs than this and single badges are the keys: a set so loose that nearly every holder of one meets it. */
const mostPairs = 120

/** A learner with more badges is matched by single badges and without keys: their pairs would be too many to ask for. */
export const mostBadges = 100

const pairsOf = (badges: readonly string[]): string[] =>
  badges.flatMap((one, at) => badges.slice(at + 1).map((other) => `${one} ${other}`))

/** The keys of an agreement's badge set. */
export function keysOfSet(set: BadgeSet): string[] {
  const badges = [...set.of].sort()
  const count = needed(set)
  const spare = badges.length - count
  if (count < 2) return badges
  const pairs = pairsOf(badges.slice(0, spare + 2))
  return pairs.length > mostPairs ? badges.slice(0, spare + 1) : pairs
}

/** The keys of everything these badges could meet. */
export function keysOfBadges(held: readonly string[]): string[] {
  const badges = [...new Set(held)].sort()
  return [...badges, ...pairsOf(badges)]
}
