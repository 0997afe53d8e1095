import mongoose, { Schema } from 'mongoose'
import { isDuplicateKey } from '../duplicate-keys.js'

/** The sealed secret with which a provider signs; one at a time. `id` is the organization's. */
export interface WebhookSecret {
  readonly id: string
  readonly sealed: string
  readonly madeBy: string
  readonly madeAt: Date
}

const text = { type: String, required: true } as const

type Row = Omit<WebhookSecret, 'id'> & { readonly _id: string }

const Secrets = mongoose.model(
  'WebhookSecret',
  new Schema<Row>(
    { _id: text, sealed: text, madeBy: text, madeAt: { type: Date, required: true } },
    { collection: 'webhook-secrets', strict: 'throw', versionKey: false },
  ),
)

const callSchema = new Schema<{ readonly _id: string; readonly usedAt: Date }>(
  { _id: text, usedAt: { type: Date, required: true } },
  { collection: 'webhook-calls', strict: 'throw', versionKey: false },
)
// Longer than a signature counts on either side of now, so that none comes back when its call is forgotten.
callSchema.index({ usedAt: 1 }, { expireAfterSeconds: 3_600 })

const Calls = mongoose.model('WebhookCall', callSchema)

/** The provider's secret, or undefined when none was made yet. */
export async function findWebhookSecret(
  organizationId: string,
): Promise<WebhookSecret | undefined> {
  const row = await Secrets.findById(organizationId).lean<Row>()
  if (!row) return undefined
  const { _id, ...rest } = row
  return { id: _id, ...rest }
}

/** Keeps a new secret; the one before stops counting at once. */
export async function saveWebhookSecret({ id, ...rest }: WebhookSecret): Promise<void> {
  await Secrets.updateOne({ _id: id }, { $set: rest }, { upsert: true })
}

/** Uses up a signature; false when it was used before. */
export async function useSignature(
  organizationId: string,
  signature: string,
  usedAt: Date,
): Promise<boolean> {
  try {
    await Calls.create({ _id: `${organizationId}|${signature}`, usedAt })
    return true
  } catch (error) {
    if (isDuplicateKey(error)) return false
    throw error
  }
}
