import { createHmac, timingSafeEqual } from 'node:crypto'

/**
 * How a provider signs what it sends to us: `X-Waymark-Signature` is the hex HMAC-SHA256, with the provider's secret, of
 * the value of `X-Waymark-Timestamp` (seconds since 1970), a dot, and the body's bytes. It counts for five minutes either
 * way, once.
 */
export interface SignedCall {
  readonly timestamp: string
  readonly signature: string
  readonly body: Uint8Array
}

export const windowSeconds = 300

/** The signature of a body sent at `timestamp`, in hex. */
export const signatureOf = (secret: string, timestamp: string, body: Uint8Array): string =>
  createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex')

/** True when the call was made within five minutes of now. */
export const isTimely = (timestamp: string, now: Date): boolean =>
  /^\d{1,12}$/.test(timestamp) &&
  Math.abs(now.getTime() / 1000 - Number(timestamp)) <= windowSeconds

/** True when the call was signed with this secret; takes as long for a wrong signature as for a right one. */
export function isSignedWith(secret: string, call: SignedCall): boolean {
  const given = call.signature.replace(/^(sha256|v1)=/, '').toLowerCase()
  if (!/^[0-9a-f]{64}$/.test(given)) return false
  const right = signatureOf(secret, call.timestamp, call.body)
  return timingSafeEqual(Buffer.from(given, 'hex'), Buffer.from(right, 'hex'))
}
