import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/** What a sealed text is for: one sealed for one purpose can't be opened for another. */
export type SealPurpose = 'webhook secrets' | 'signing keys' | 'delivery secrets' | 'locked records'

const keyFor = (secret: string, purpose: SealPurpose) =>
  Buffer.from(hkdfSync('sha256', secret, '', `waymark ${purpose}`, 32))

/** Encrypts a text for the database (AES-256-GCM): somebody who reads the database alone learns nothing. */
export function seal(text: string, secret: string, purpose: SealPurpose): string {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', keyFor(secret, purpose), iv)
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64')
}

/** The text that was sealed; undefined when secret or purpose is another one, or the sealed text was changed. */
export function unseal(sealed: string, secret: string, purpose: SealPurpose): string | undefined {
  const bytes = Buffer.from(sealed, 'base64')
  try {
    const decipher = createDecipheriv('aes-256-gcm', keyFor(secret, purpose), bytes.subarray(0, 12))
    decipher.setAuthTag(bytes.subarray(12, 28))
    return decipher.update(bytes.subarray(28), undefined, 'utf8') + decipher.final('utf8')
  } catch {
    return undefined
  }
}
