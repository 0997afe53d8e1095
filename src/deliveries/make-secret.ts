import { randomBytes } from 'node:crypto'
import { seal } from '../seal.js'

/** A new secret, and the same as it is kept. */
export function makeSecret(sealSecret: string): {
  readonly secret: string
  readonly sealed: string
} {
  const secret = `whsec_${randomBytes(32).toString('base64url')}`
  return { secret, sealed: seal(secret, sealSecret, 'delivery secrets') }
}
