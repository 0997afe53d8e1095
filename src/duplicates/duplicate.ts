import type { Reason } from './likeness.js'

/**
 * Two records that may be one person. `learnerIds` in order, so that a pair is known once whoever is looked at first. 'aside':
 * nobody decided on it, but one of the two went into a third.
 */
export interface Duplicate {
  readonly id: string
  readonly communityId: string
  readonly learnerIds: readonly [string, string]
  readonly score: number
  readonly reasons: readonly Reason[]
  readonly state: 'open' | 'aside' | 'different' | 'merged'
  readonly foundAt: Date
}

/** The id of the pair, the same whichever comes first. */
export const pairOf = (one: string, other: string): readonly [string, string] =>
  one < other ? [one, other] : [other, one]

/**
 * One record taken into another, and all it takes to undo that: the row that went, what was filled in on the one that
 * stays, and which records moved. Both chains of disclosures stay as they are, each under its own id; this links them.
 */
export interface Merge {
  readonly id: string
  readonly communityId: string
  readonly pairId: string
  readonly keptId: string
  readonly goneId: string
  readonly goneName: string
  readonly state: 'merging' | 'merged' | 'undoing' | 'undone'
  readonly by: string
  readonly at: Date
  readonly undoUntil: Date
}

const undoDays = 30

export const undoEnds = (now: Date): Date => new Date(now.getTime() + undoDays * 86_400_000)

/** A join is undone before those it stands on: `later` is the one that took the record it was joined into. */
export const mayUndo = ({ state, undoUntil }: Merge, now: Date, later?: Merge): boolean =>
  (state === 'merged' || state === 'undoing') && now < undoUntil && !later
