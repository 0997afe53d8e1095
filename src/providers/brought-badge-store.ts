import mongoose, { Schema } from 'mongoose'
import { outboxEntrySchema, outboxIn, outboxIndex } from '../messages/outbox-store.js'
import type { OutboxEntry, OutboxSource } from '../messages/outbox.js'

/**
 * A brought badge that counts as verified, kept as it was brought so that its issuer can be asked again; or one of which all
 * but its issuer's word is checked: unconfirmed until that can be asked.
 */
export interface BroughtBadge {
  /** Of the evidence it became. */
  readonly id: string
  readonly learnerId: string
  readonly communityId: string
  readonly title: string
  /** The badge itself: JSON, a JWS, or the address of a hosted one. */
  readonly text: string
  /** When to ask next. */
  readonly checkAt: Date
  readonly state: 'good' | 'withdrawn' | 'unconfirmed'
}

type Row = Omit<BroughtBadge, 'id'> & {
  readonly _id: string
  readonly outbox: readonly OutboxEntry[]
}

const text = { type: String, required: true } as const

const schema = new Schema<Row>(
  {
    _id: text,
    learnerId: text,
    communityId: text,
    title: text,
    text,
    checkAt: { type: Date, required: true },
    state: { ...text, enum: ['good', 'withdrawn', 'unconfirmed'] },
    outbox: [outboxEntrySchema],
  },
  { collection: 'brought-badges', strict: 'throw', versionKey: false },
)
schema.index({ learnerId: 1 })
schema.index({ checkAt: 1 })
schema.index(...outboxIndex)

const BroughtBadges = mongoose.model<Row>('BroughtBadge', schema)

export const broughtBadgeOutbox: OutboxSource = outboxIn('BroughtBadge')

/** Keeps badges as they were brought last; one that was withdrawn is good again. */
export async function keepBroughtBadges(badges: readonly BroughtBadge[]): Promise<void> {
  if (badges.length === 0) return
  await BroughtBadges.bulkWrite(
    badges.map(({ id, ...rest }) => ({
      updateOne: {
        filter: { _id: id },
        update: { $set: rest, $setOnInsert: { outbox: [] } },
        upsert: true,
      },
    })),
    { ordered: false, throwOnValidationError: true },
  )
}

/** Keeps badges that wait to be confirmed; of one that is kept already the state stays. */
export async function keepUnconfirmed(badges: readonly BroughtBadge[]): Promise<void> {
  if (badges.length === 0) return
  await BroughtBadges.bulkWrite(
    badges.map(({ id, ...rest }) => ({
      updateOne: {
        filter: { _id: id },
        update: { $setOnInsert: { ...rest, outbox: [] } },
        upsert: true,
      },
    })),
    { ordered: false, throwOnValidationError: true },
  )
}

/** Badges whose issuer is to be asked by now, longest waiting first. */
export async function dueBroughtBadges(now: Date, limit: number): Promise<BroughtBadge[]> {
  const rows = await BroughtBadges.find({ checkAt: { $lte: now } }, { outbox: 0 })
    .sort({ checkAt: 1 })
    .limit(limit)
    .lean<Row[]>()
  return rows.map(({ _id, ...rest }) => ({ id: _id, ...rest }))
}

/** Notes what the issuer said, with the mail about it; nothing when the badge was brought or asked about meanwhile. */
export async function noteAsked(
  { id, checkAt }: Pick<BroughtBadge, 'id' | 'checkAt'>,
  change: Pick<BroughtBadge, 'checkAt' | 'state'>,
  outbox: readonly OutboxEntry[],
): Promise<void> {
  await BroughtBadges.updateOne(
    { _id: id, checkAt },
    { $set: change, $push: { outbox: { $each: outbox } } },
  )
}
