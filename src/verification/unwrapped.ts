import { decodeUtf8 } from '../credentials/png-bake.js'
import { read } from '../http/parse.js'
import { strictJson } from './strict-json.js'
import { envelope } from './verify-input.js'

/** What was sent: a badge, or a badge with the address it should belong to. */
export interface Sent {
  readonly badge: Buffer | string
  readonly recipient?: string | undefined
}

/**
 * Takes a badge out of `{credential, recipient}`; anything else is the badge itself, and its own reader says what is wrong
 * with it. Throws BadgeFileError when such a body can be read in two ways.
 */
export function unwrapped(body: Buffer): Sent {
  const start = body.toString('latin1', 0, 200)
  if (!/^\s*\{\s*"(credential|recipient)"\s*:/.test(start)) return { badge: body }
  const found = read(envelope, strictJson(decodeUtf8(body)))
  if (found.errors) return { badge: body }
  const { credential, recipient } = found.data
  return {
    badge: typeof credential === 'string' ? credential : JSON.stringify(credential),
    recipient,
  }
}
