import type { Subject } from './holding.js'

/**
 * A learner who asked to leave. For seven days nobody sees them and they may come back ('cooling'); then their rows go,
 * collection by collection ('erasing'), until only this note is left ('erased'), which names nobody.
 */
export interface Departure {
  readonly learnerId: string
  readonly communityId: string
  readonly state: 'cooling' | 'returning' | 'erasing' | 'erased'
  readonly askedAt: Date
  readonly dueAt: Date
  /** The person's marks; gone with the person. */
  readonly subject?: Subject
  /** Records that were joined into the person's; ids that lead nowhere, noted when the erasing begins. */
  readonly joinedIds?: readonly string[]
  /** Everything that had to stop at once has stopped. */
  readonly closedAt?: Date
  /** Collections that are done. */
  readonly done: readonly string[]
  readonly erasedAt?: Date
  /** Last days of the locked copy and of the rows that name nobody. */
  readonly lockedUntil?: string
  readonly logUntil?: string
}

/** A court, an auditor or a complaint needs a record: until it is lifted nothing of it is erased. */
export interface LegalHold {
  readonly learnerId: string
  readonly communityId: string
  readonly isLive: boolean
  readonly trail: readonly HoldEvent[]
}

export interface HoldEvent {
  readonly kind: 'set' | 'lifted'
  readonly at: Date
  readonly byAccountId: string
  readonly byName: string
  readonly reason: string
}

export const coolingDays = 7

const dayMs = 86_400_000

export const dueAfter = (now: Date): Date => new Date(now.getTime() + coolingDays * dayMs)

/** When to look again at a record that is held. */
export const lookAgain = (now: Date): Date => new Date(now.getTime() + dayMs)
