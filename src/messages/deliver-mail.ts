import type { Ports } from '../ports.js'
import type { MailSetting } from './mail-text.js'
import type { OutboxSource } from './outbox.js'
import { relayOutbox } from './relay-outbox.js'
import { sendMessages } from './send-messages.js'

export interface MailRound {
  readonly ports: Ports
  readonly setting: MailSetting
  readonly sources: readonly OutboxSource[]
  /** Told when a round failed as a whole, as when the database is away; the next round tries again. */
  readonly onError: (error: unknown) => void
}

let round: MailRound | undefined
let running: Promise<void> | undefined
let again = false

/** Set once by app.ts: what a round of mail needs. Undefined stops the mail. */
export function setUpMail(given: MailRound | undefined): void {
  round = given
}

/** One round: relays what records announce, sends what is due. The jobs runner calls it every few seconds. */
export async function deliverMail(): Promise<void> {
  if (!round) return
  const { ports, setting, sources } = round
  await relayOutbox(sources, ports.now())
  await sendMessages(ports, setting)
}

/** Starts a round now without waiting for it: called after a use-case has announced something. Never throws. */
export function mailSoon(): void {
  again = true
  running ??= roundsWhileAsked().finally(() => {
    running = undefined
  })
}

async function roundsWhileAsked() {
  while (again) {
    again = false
    await deliverMail().catch((error: unknown) => round?.onError(error))
  }
}

/** Resolves when no round started by mailSoon is under way: for a graceful stop, and for tests. */
export const mailSettled = async (): Promise<void> => {
  await running
}
