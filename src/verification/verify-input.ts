import { z } from 'zod'
import { listQuery } from '../http/list.js'
import { idText } from '../http/parse.js'
import { pinnedMax } from './pinned-document.js'

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

/** The issuer whose keys are to be renewed: its entry. */
export const newTrustQuery = z.strictObject({ entry: idText.optional() })

const documentText = z.string().trim().max(pinnedMax, { error: 'verification:pin.tooLong' })

/** What a manager types and pastes to trust an issuer; without a document it is asked for where fetching is on. */
export const pinForm = z.strictObject({
  issuerId: z.string().trim().max(500),
  name: z.string().trim().max(200),
  document: documentText,
})

/** The same from outside tools: the document as JSON or as text. */
export const pinBody = z.strictObject({
  issuerId: pinForm.shape.issuerId.prefault(''),
  name: pinForm.shape.name.prefault(''),
  document: z
    .union([
      documentText,
      z.record(z.string(), z.unknown()).transform((value) => JSON.stringify(value)),
    ])
    .prefault(''),
})

/** With the fingerprints that were compared: every key of the document, and no other. */
export const trustBody = pinBody.extend({
  fingerprints: z.array(z.string().max(100)).min(1).max(100),
})

export const endForm = z.strictObject({ reason: z.string().trim().min(5).max(500) })
