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

const later = (now: Date, hours: number) => new Date(now.getTime() + hours * 3_600_000)

/** A confirmation link works for 7 days, a reset link for 1 hour, an invitation for 14 days; mail.json says so too. */
export const confirmationLasts = (now: Date): Date => later(now, 7 * 24)
export const resetLasts = (now: Date): Date => later(now, 1)
export const invitationLasts = (now: Date): Date => later(now, 14 * 24)
