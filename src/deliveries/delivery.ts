/**
 * A delivery is one event on its way to one endpoint. It is tried until the endpoint answers 2xx, each try later than the
 * one before, for about three days; then it is dead until somebody replays it. The same event may arrive twice, always
 * with the same id.
 */
import type { Announcement } from './announcement.js'

export const deliveryStates = ['waiting', 'delivered', 'dead'] as const
export type DeliveryState = (typeof deliveryStates)[number]

/** Why a try got no answer that counts; an answer outside 2xx is 'refused'. */
export const tryFailures = [
  'refused',
  'redirect',
  'too-slow',
  'private-address',
  'wrong-address',
  'failed',
] as const
export type TryFailure = (typeof tryFailures)[number]

/** One try: when, how long it took, and what was answered. */
export interface DeliveryTry {
  readonly at: Date
  /** Milliseconds. */
  readonly ms: number
  readonly status?: number
  readonly failure?: TryFailure
  /** The first characters of the answer. */
  readonly answer?: string
}

export interface Delivery {
  readonly id: string
  readonly endpointId: string
  readonly organizationId: string
  readonly event: Announcement
  readonly state: DeliveryState
  /** Since it was made or replayed last. */
  readonly tries: number
  readonly nextAt: Date
  readonly createdAt: Date
  readonly deliveredAt?: Date
  /** The last ones, oldest first. */
  readonly log: readonly DeliveryTry[]
}

/** A delivery is given up after this many tries, about three days. */
export const lastTry = 20
/** So many tries are kept to look at. */
export const triesKept = 20

const hour = 3600

/**
 * Seconds to wait after the `tries`-th failure: 30 s, then twice as long each time, at most 6 hours; `chance` (0 to 1)
 * takes up to a fifth off, so that what failed together does not come back together.
 */
export const retryAfter = (tries: number, chance: number): number =>
  Math.round(Math.min(6 * hour, 30 * 2 ** Math.min(tries - 1, 20)) * (1 - 0.2 * chance))

export const stateAfterFailure = (tries: number): DeliveryState =>
  tries >= lastTry ? 'dead' : 'waiting'

/** What is sent: the bytes that are signed. */
export const bodyOf = ({ id, kind, at, sequence, organizationId, about }: Announcement): string =>
  JSON.stringify({ id, kind, at: at.toISOString(), sequence, organization: organizationId, about })
