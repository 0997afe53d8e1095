import { createHash, createHmac } from 'node:crypto'

/** What is kept of a one-time token: its hash, and until when it works. */
export interface OneTimeToken {
  readonly hash: string
  readonly expiresAt: Date
}

/** SHA-256 of a token; tokens carry 256 bits, so a slow hash would add nothing. */
export const hashToken = (token: string): string =>
  createHash('sha256').update(token).digest('base64url')

/**
 * The token for a nonce. Only the nonce and the token's hash are ever kept, so who reads the database but not the secret
 * cannot use a waiting mail.
 */
export const tokenFor = (nonce: string, secret: string): string =>
  createHmac('sha256', `one-time|${secret}`).update(nonce).digest('base64url')

/** What a mail says in `{token}`, and what is kept to check it. */
export const oneTimeToken = (nonce: string, secret: string, expiresAt: Date): OneTimeToken => ({
  hash: hashToken(tokenFor(nonce, secret)),
  expiresAt,
})
