/**
 * Priority of service, for limited seats only (20 CFR 680.600-650): on-the-job training, internships, scholarships, a
 * mentor's waiting list. With Adult funds: first covered persons (veterans and eligible spouses) in a priority group, then
 * other people of a priority group, then other covered persons, then groups of the local board, then everybody else. With
 * other funds covered persons come first. Within a priority the earlier request comes first. Never by race or sex.
 */
export type Funds = 'adult' | 'other'

export interface Asking {
  readonly id: string
  readonly requestedAt: Date
  /** A veteran or the eligible spouse of one. */
  readonly covered: boolean
  /** Public assistance, low income, or basic-skills deficient. */
  readonly priorityGroup: boolean
  readonly localGroup?: boolean
}

/** From 1, the first, to 5. */
export function priorityOf(asking: Omit<Asking, 'id' | 'requestedAt'>, funds: Funds): number {
  if (funds === 'other') return asking.covered ? 1 : 5
  if (asking.priorityGroup) return asking.covered ? 1 : 2
  if (asking.covered) return 3
  return asking.localGroup === true ? 4 : 5
}

/** Who is next for a limited seat: by priority, from 1, then by the time of the request, then by id. */
export const inTurn = <T extends { readonly id: string }>(
  asking: readonly T[],
  priority: (one: T) => number,
  requestedAt: (one: T) => Date,
): T[] =>
  [...asking].sort(
    (a, b) =>
      priority(a) - priority(b) ||
      requestedAt(a).getTime() - requestedAt(b).getTime() ||
      a.id.localeCompare(b.id),
  )

/**
 * The priority that is known when the funds behind a seat change, of what was known before: with Adult funds 1 and 3 are
 * covered persons, with others 1 is. Whether a covered person is in a priority group too they say again. Without such funds
 * there is none, and none is kept.
 */
export function carriedPriority(
  before: number,
  from: Funds,
  to: Funds | undefined,
): number | undefined {
  if (to === undefined) return undefined
  if (from === to) return before
  const covered = from === 'other' ? before === 1 : before === 1 || before === 3
  return priorityOf({ covered, priorityGroup: false }, to)
}

/** Within one enrollment somebody may move up when facts change, and never down. */
export const keptPriority = (before: number, now: number): number => Math.min(before, now)
