import { signatureOf } from '../providers/webhook-signature.js'

/**
 * The headers of one event, named and made as those of the calls providers sign for us: the signature is the hex
 * HMAC-SHA256 of the timestamp, a dot and the body. While a secret is being changed there is one signature for each,
 * the newest first, separated by a comma.
 */
export function signedHeaders(
  event: { readonly id: string; readonly kind: string },
  body: string,
  secrets: readonly string[],
  now: Date,
): Record<string, string> {
  const timestamp = String(Math.floor(now.getTime() / 1000))
  const bytes = Buffer.from(body)
  return {
    'content-type': 'application/json',
    'user-agent': 'Waymark',
    'idempotency-key': event.id,
    'x-waymark-event': event.kind,
    'x-waymark-timestamp': timestamp,
    'x-waymark-signature': secrets
      .map((secret) => signatureOf(secret, timestamp, bytes))
      .join(', '),
  }
}
