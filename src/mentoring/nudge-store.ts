import mongoose from 'mongoose'
import { isDuplicateKey } from '../duplicate-keys.js'
import { outboxEntrySchema, outboxIn, outboxIndex } from '../messages/outbox-store.js'
import type { OutboxEntry, OutboxSource } from '../messages/outbox.js'
import type { Nudge } from './nudge.js'

type Row = Omit<Nudge, 'id'> & { readonly _id: string; readonly outbox: readonly OutboxEntry[] }

const text = { type: String, required: true } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    pairingId: text,
    communityId: text,
    learnerId: text,
    mentorAccountId: text,
    mentorName: text,
    on: text,
    text,
    sentAt: { type: Date, required: true },
    outbox: [outboxEntrySchema],
  },
  { collection: 'nudges', strict: 'throw', versionKey: false },
)
schema.index({ learnerId: 1, on: 1 }, { unique: true })
schema.index(...outboxIndex)

const Nudges = mongoose.model<Row>('Nudge', schema)

/** The mails waiting inside nudges. */
export const nudgeOutbox: OutboxSource = outboxIn('Nudge')

const hidden = { outbox: 0 } as const
const toNudge = ({ _id, ...rest }: Omit<Row, 'outbox'>): Nudge => ({ id: _id, ...rest })

/** Keeps a nudge with its mail. False when the learner got one that day already. */
export async function insertNudge(nudge: Nudge, mail: OutboxEntry): Promise<boolean> {
  const { id, ...facts } = nudge
  try {
    await Nudges.create({ _id: id, ...facts, outbox: [mail] })
    return true
  } catch (error) {
    if (isDuplicateKey(error)) return false
    throw error
  }
}

/** The last nudges to one learner, newest first. */
export async function nudgesTo(learnerId: string, limit = 20): Promise<Nudge[]> {
  const rows = await Nudges.find({ learnerId }, hidden)
    .sort({ on: -1 })
    .limit(limit)
    .lean<Omit<Row, 'outbox'>[]>()
  return rows.map(toNudge)
}
