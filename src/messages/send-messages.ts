import type { Ports } from '../ports.js'
import { mailText, type MailSetting } from './mail-text.js'
import { markFailed, markSent, takeDueMessage } from './message-store.js'
import { leaseSeconds, retryAfter, stateAfterFailure, type Message } from './message.js'

const after = (now: Date, seconds: number) => new Date(now.getTime() + seconds * 1000)
const parallel = 4

/**
 * Sends what is due, each message at least once: a mail that went out just before the process died goes out again with the
 * same message id. Any number of processes may do this at once. Returns how many went out.
 */
export async function sendMessages(ports: Ports, setting: MailSetting): Promise<number> {
  const lines = Array.from({ length: parallel }, () => sendLine(ports, setting))
  const sent = await Promise.all(lines)
  return sent.reduce((sum, count) => sum + count, 0)
}

async function sendLine(ports: Ports, setting: MailSetting): Promise<number> {
  let sent = 0
  for (;;) {
    const now = ports.now()
    const message = await takeDueMessage(now, after(now, leaseSeconds))
    if (!message) return sent
    if (await trySending(message, ports, setting)) sent += 1
  }
}

async function trySending(message: Message, ports: Ports, setting: MailSetting) {
  try {
    await ports.sendMail(mailText(message, setting))
  } catch (error) {
    await markFailed(message, failureOf(message, error, ports.now()))
    return false
  }
  await markSent(message, ports.now())
  return true
}

function failureOf({ tries }: Message, error: unknown, now: Date) {
  const code = (error as { responseCode?: unknown } | null)?.responseCode
  return {
    state: stateAfterFailure(tries, typeof code === 'number' ? code : undefined),
    nextAt: after(now, retryAfter(tries)),
    lastError: (error instanceof Error ? error.message : String(error)).slice(0, 300),
  }
}
