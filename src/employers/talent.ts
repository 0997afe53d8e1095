import type { Badge } from '../badges/badge.js'
import type { Track } from '../tracks/track.js'
import { fold } from '../fold.js'
import { smallestShown } from '../communities/counter.js'

/** A count an outsider may read: exact from ten up to the bound, else only which side of it. */
export type ShownCount = 'few' | 'many' | number

/** Counting stops here, so that the page costs the same however many learners there are. */
export const countedUpTo = 1000

export interface Talent {
  readonly badges: readonly Badge[]
  readonly tracks: readonly { readonly track: Track; readonly ready: ShownCount }[]
}

export const shownCount = (count: number, upTo: number): ShownCount =>
  count < smallestShown ? 'few' : count >= upTo ? 'many' : count

/** The badges that show a skill, or have the words in their name; every one without words. */
export function badgesFor(badges: readonly Badge[], skill: string | undefined): Badge[] {
  const wanted = fold(skill ?? '')
  return badges.filter(
    ({ name, skills }) =>
      fold(name).includes(wanted) || skills.some((one) => fold(one).includes(wanted)),
  )
}
