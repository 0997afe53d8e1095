import mongoose from 'mongoose'
import type { OutboxEntry, OutboxSource } from './outbox.js'

const text = { type: String, required: true } as const

export const recipientSchema = new mongoose.Schema<OutboxEntry['to']>(
  { email: text, name: text, language: { type: String, enum: ['en', 'es'], required: true } },
  { _id: false, strict: 'throw' },
)

/** The schema of one outbox entry, for the stores of records that announce something. */
export const outboxEntrySchema = new mongoose.Schema<OutboxEntry>(
  {
    id: text,
    template: text,
    to: { type: recipientSchema, required: true },
    params: { type: mongoose.Schema.Types.Mixed, default: {} },
    communityId: String,
  },
  { _id: false, strict: 'throw' },
)

/** The index every collection with an outbox needs: only records with something to announce are in it. */
export const outboxIndex: [Record<string, 1>, mongoose.IndexOptions] = [
  { 'outbox.id': 1 },
  { partialFilterExpression: { 'outbox.id': { $exists: true } } },
]

interface WithOutbox {
  readonly _id: string
  readonly communityId?: string
  readonly outbox?: readonly OutboxEntry[]
}

/** The outbox of the model of this name, whose records keep their entries in `outbox`. */
export function outboxIn(modelName: string): OutboxSource {
  const records = () => mongoose.model<WithOutbox>(modelName)
  return {
    async waiting(limit) {
      const rows = await records()
        .find({ 'outbox.id': { $exists: true } }, { outbox: 1, communityId: 1 })
        .limit(limit)
        .lean<WithOutbox[]>()
      return rows.map(({ _id, communityId, outbox = [] }) => ({
        recordId: _id,
        entries: outbox.map((entry) => ({ ...(communityId && { communityId }), ...entry })),
      }))
    },
    async relayed(recordId, entryIds) {
      await records().updateOne(
        { _id: recordId },
        { $pull: { outbox: { id: { $in: [...entryIds] } } } },
      )
    },
  }
}
