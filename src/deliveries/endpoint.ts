/**
 * An endpoint is an address of an organization's own system to which we send the kinds of event it chose, each signed with
 * a secret that is shown once. While a secret is being changed both count, so that no event is lost on the way. An
 * endpoint that takes nothing for five days pauses itself; what waits is kept and goes out when somebody resumes it.
 */
import type { EventKind } from './event-kinds.js'

export const endpointStates = ['active', 'paused', 'ended'] as const
export type EndpointState = (typeof endpointStates)[number]

/** What may be done about an endpoint besides editing it and changing its secret. */
export const endpointSteps = ['pause', 'resume', 'end', 'test', 'replay'] as const
export type EndpointStep = (typeof endpointSteps)[number]

/** A sealed secret; `endsAt` once a newer one has taken its place. */
export interface EndpointSecret {
  readonly sealed: string
  readonly madeAt: Date
  readonly endsAt?: Date
}

export interface Endpoint {
  readonly id: string
  readonly organizationId: string
  readonly communityId: string
  readonly url: string
  readonly kinds: readonly EventKind[]
  readonly state: EndpointState
  /** 'failing' when it paused itself. */
  readonly pausedBecause?: 'asked' | 'failing'
  /** The newest first; two at most. */
  readonly secrets: readonly EndpointSecret[]
  readonly revision: number
  readonly madeBy: string
  readonly madeAt: Date
  readonly deliveredAt?: Date
  /** Since when nothing was taken. */
  readonly failingSince?: Date
  /** Turns in a row in which nothing was taken. */
  readonly failures: number
  /** When something is to be sent next; undefined when nothing waits. */
  readonly dueAt?: Date
}

/** How long the secret before still counts. */
export const overlapHours = 24
/** After so many days without one event taken an endpoint pauses itself. */
export const failingDays = 5
/** An organization has at most so many endpoints. */
export const mostEndpoints = 10

const hourMs = 3_600_000

/** The secrets after a new one was made: it, and for a day the one it replaces. */
export function rotated(
  secrets: readonly EndpointSecret[],
  sealed: string,
  now: Date,
): EndpointSecret[] {
  const [last] = secrets
  const endsAt = new Date(now.getTime() + overlapHours * hourMs)
  return [{ sealed, madeAt: now }, ...(last ? [{ ...last, endsAt }] : [])]
}

/** The secrets that count now, the newest first. */
export const liveSecrets = (secrets: readonly EndpointSecret[], now: Date): EndpointSecret[] =>
  secrets.filter(({ endsAt }) => endsAt === undefined || now < endsAt)

/** True when an endpoint that failed once more has failed long enough to pause. */
export const hasFailedLong = (failingSince: Date | undefined, now: Date): boolean =>
  failingSince !== undefined && now.getTime() - failingSince.getTime() >= failingDays * 24 * hourMs

const loopback = new Set(['localhost', '127.0.0.1', '[::1]'])

/** True for plain http to this machine itself: for development and tests only. */
export const isLoopback = (url: URL): boolean =>
  url.protocol === 'http:' && loopback.has(url.hostname)

/**
 * Why an address can't be an endpoint, as a locale key; undefined when it can. It has to be https with a host name, without
 * a name or password in it; `mayLoop` allows plain http to this machine.
 */
export function addressFault(address: string, mayLoop: boolean): string | undefined {
  if (!URL.canParse(address)) return 'deliveries:error.address'
  const url = new URL(address)
  if (url.username !== '' || url.password !== '') return 'deliveries:error.addressSecret'
  if (mayLoop && isLoopback(url)) return undefined
  if (url.protocol !== 'https:') return 'deliveries:error.https'
  if (/^\[|^\d+(\.\d+){3}$/.test(url.hostname) || !url.hostname.includes('.'))
    return 'deliveries:error.hostName'
  return undefined
}
