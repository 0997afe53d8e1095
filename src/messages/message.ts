import type { OutboxEntry } from './outbox.js'

export const messageStates = ['waiting', 'sent', 'dead'] as const
export type MessageState = (typeof messageStates)[number]

/**
 * A mail on its way. It waits until `nextAt`; each try moves `nextAt` on before sending, so a process that dies in
 * mid-send leaves it due again. 'dead' after the last try, or when the mail server says there is no such mailbox.
 */
export interface Message extends OutboxEntry {
  readonly state: MessageState
  readonly tries: number
  readonly nextAt: Date
  readonly createdAt: Date
  readonly sentAt?: Date
  /** What the mail server said last. */
  readonly lastError?: string
}

/** A message is given up after this many tries, about two days. */
export const lastTry = 14

/** Seconds a try may take before another process may make it again. */
export const leaseSeconds = 120

const hour = 3600

/** Seconds to wait after the `tries`-th failure: 30 s, then twice as long each time, at most 6 hours. */
export const retryAfter = (tries: number): number =>
  Math.min(6 * hour, 30 * 2 ** Math.min(tries - 1, 20))

/** SMTP answers that no repetition mends: no such mailbox, not here, name not allowed. */
const noSuchMailbox = new Set([550, 551, 553])

/** What becomes of a message whose `tries`-th try failed with this SMTP code. */
export const stateAfterFailure = (tries: number, code: number | undefined): MessageState =>
  tries >= lastTry || (code !== undefined && noSuchMailbox.has(code)) ? 'dead' : 'waiting'
