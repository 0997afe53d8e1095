import { z } from 'zod'
import { listQuery } from '../http/list.js'
import { idText } from '../http/parse.js'

/** An address for the recipient check, typed on the page or sent in a header. */
export const recipientText = z
  .string()
  .trim()
  .max(254)
  .transform((text) => (text === '' ? undefined : text))
  .optional()

/** The text fields of the public form; the file is read apart. */
export const verifyForm = z.strictObject({
  text: z.string().max(600_000).optional(),
  email: recipientText,
})

export const verifyQuery = z.strictObject({ link: z.string().max(500).optional() })

/** A JSON body that carries a badge and whom it should belong to, instead of the badge alone. */
export const envelope = z.strictObject({
  credential: z.union([z.record(z.string(), z.unknown()), z.string()]),
  recipient: recipientText,
})

export const entryParams = z.strictObject({ id: idText })

export const entriesQuery = z.strictObject({
  state: z.enum(['trusted', 'ended']).prefault('trusted'),
  ...listQuery,
})

/** What a manager types and pastes to trust an issuer. */
export const pinForm = z.strictObject({
  issuerId: z.string().trim().max(500),
  name: z.string().trim().max(200),
  document: z.string().trim().max(200_000, { error: 'verification:pin.tooLong' }),
})

export const endForm = z.strictObject({ reason: z.string().trim().min(5).max(500) })
