import type { Day } from '../calendar.js'

/** The most a mentor may offer to take; keeps a mentor's list one page. */
export const largestCapacity = 100

/** What a learner may let a mentor see. The words are those of a consent; contact lets the mentor see the e-mail address. */
export const allowances = ['progress', 'badges', 'credential', 'contact', 'resume'] as const
export type Allowance = (typeof allowances)[number]

/** What a mentor sees unless the learner says otherwise: enough to help, nothing to reach them by. */
export const usualAllowances: readonly Allowance[] = ['progress', 'badges']

/** How many learners a mentor takes unless they say otherwise. */
export const usualCapacity = 8

/**
 * One mentor for one learner, from a day until another. Staff start and end it. `seat` counts from 1 within the mentor's
 * capacity: two live pairings of one mentor never hold the same seat, so capacity is never exceeded.
 */
export interface Pairing {
  readonly id: string
  readonly communityId: string
  readonly learnerId: string
  readonly mentorAccountId: string
  readonly mentorName: string
  readonly startedOn: Day
  readonly startedBy: string
  readonly seat: number
  readonly allows: readonly Allowance[]
  readonly lastMeetingOn?: Day
  readonly lastNudgeOn?: Day
  readonly endedOn?: Day
  readonly endedBy?: string
  readonly endReason?: string
  readonly demonstration: boolean
}

/** Whose contact something was: the part that meetings and nudges take from their pairing. */
export interface WithinPairing extends Pick<
  Pairing,
  'communityId' | 'learnerId' | 'mentorAccountId' | 'mentorName'
> {
  readonly pairingId: string
}

/** The mentor's name as it is now: that of the pairing is as it was at its start. */
export const withinPairing = (pairing: Pairing, mentorName: string): WithinPairing => ({
  pairingId: pairing.id,
  communityId: pairing.communityId,
  learnerId: pairing.learnerId,
  mentorAccountId: pairing.mentorAccountId,
  mentorName,
})

export const isLive = (pairing: Pairing): boolean => pairing.endedOn === undefined

/**
 * The lowest seat not taken within the capacity; undefined when the mentor is full. After a mentor lowered the capacity,
 * seats beyond it still count until their pairings end.
 */
export function freeSeat(taken: readonly number[], capacity: number): number | undefined {
  if (new Set(taken).size >= capacity) return undefined
  for (let seat = 1; seat <= capacity; seat += 1) if (!taken.includes(seat)) return seat
  return undefined
}
