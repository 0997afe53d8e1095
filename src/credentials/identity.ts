/**
 * Whose badge it is, without the address: sha256 of the trimmed lower-case address and a salt (Open Badges 3.0,
 * IdentityObject). The salt is public, so this hides the address from readers, not from somebody who guesses it.
 */
import { createHash } from 'node:crypto'

/** How an address is hashed into a credential. */
export const identityHash = (email: string, salt: string): string =>
  `sha256$${createHash('sha256')
    .update(email.trim().toLowerCase() + salt, 'utf8')
    .digest('hex')}`
