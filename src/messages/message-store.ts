import mongoose, { type QueryFilter } from 'mongoose'
import { isDuplicateKey } from '../duplicate-keys.js'
import { messageStates, type Message, type MessageState } from './message.js'
import { recipientSchema } from './outbox-store.js'
import type { OutboxEntry } from './outbox.js'

interface Row extends Omit<Message, 'id'> {
  readonly _id: string
  /** When the database may drop a sent message: by its own clock, not by ours. */
  readonly purgeAt?: Date
}

const text = { type: String, required: true } as const
const keptMs = 90 * 86_400_000

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    template: text,
    to: { type: recipientSchema, required: true },
    params: { type: mongoose.Schema.Types.Mixed, default: {} },
    communityId: String,
    state: { type: String, enum: messageStates, required: true },
    tries: { type: Number, required: true },
    nextAt: { type: Date, required: true },
    createdAt: { type: Date, required: true },
    sentAt: Date,
    lastError: String,
    purgeAt: Date,
  },
  { collection: 'messages', strict: 'throw', versionKey: false, minimize: false },
)
schema.index({ state: 1, nextAt: 1 })
schema.index({ communityId: 1, createdAt: -1, _id: -1 })
schema.index({ communityId: 1, state: 1, createdAt: -1, _id: -1 })
schema.index({ 'to.email': 1 })
schema.index({ purgeAt: 1 }, { expireAfterSeconds: 0 })

const Messages = mongoose.model('Message', schema)

const readable = { purgeAt: 0 } as const
const toMessage = ({ _id, ...rest }: Omit<Row, 'purgeAt'>): Message => ({ id: _id, ...rest })

/** Makes messages of outbox entries; an entry that is a message already is left alone. */
export async function insertMessages(entries: readonly OutboxEntry[], now: Date): Promise<void> {
  const rows = entries.map(({ id, ...entry }): Row => {
    return { _id: id, ...entry, state: 'waiting', tries: 0, nextAt: now, createdAt: now }
  })
  try {
    await Messages.insertMany(rows, { ordered: false, throwOnValidationError: true })
  } catch (error) {
    if (!isDuplicateKey(error)) throw error
  }
}

/** Takes the message that has been due longest and counts a try; nobody else gets it until `leasedUntil`. */
export async function takeDueMessage(now: Date, leasedUntil: Date): Promise<Message | undefined> {
  const row = await Messages.findOneAndUpdate(
    { state: 'waiting', nextAt: { $lte: now } },
    { $set: { nextAt: leasedUntil }, $inc: { tries: 1 } },
    { sort: { nextAt: 1 }, returnDocument: 'after', projection: readable },
  ).lean<Row>()
  return row ? toMessage(row) : undefined
}

/** The try that was counted as `message.tries` worked. */
export async function markSent({ id, tries }: Message, now: Date): Promise<void> {
  await Messages.updateOne(
    { _id: id, state: 'waiting', tries },
    {
      $set: { state: 'sent', sentAt: now, purgeAt: new Date(Date.now() + keptMs) },
      $unset: { lastError: 1 },
    },
  )
}

/** The try that was counted as `message.tries` failed. */
export async function markFailed(
  { id, tries }: Message,
  failure: { readonly state: MessageState; readonly nextAt: Date; readonly lastError: string },
): Promise<void> {
  await Messages.updateOne({ _id: id, state: 'waiting', tries }, { $set: failure })
}

/** Puts a dead message of that community back in line; false when it is not dead (any more). */
export async function reviveMessage(id: string, communityIds: readonly string[], now: Date) {
  const done = await Messages.updateOne(
    { _id: id, communityId: { $in: [...communityIds] }, state: 'dead' },
    { $set: { state: 'waiting', tries: 0, nextAt: now } },
  )
  return done.modifiedCount === 1
}

/** Where a page of the list ended. */
export interface MessageCursor {
  readonly createdAt: Date
  readonly id: string
}

/** Messages of one community, newest first, at most `limit`, after the cursor. */
export async function findMessages(
  filter: { readonly communityId: string; readonly state?: MessageState | undefined },
  limit: number,
  after?: MessageCursor,
): Promise<Message[]> {
  const beyond: QueryFilter<Row> = after
    ? {
        $and: [
          { createdAt: { $lte: after.createdAt } },
          { $or: [{ createdAt: { $lt: after.createdAt } }, { _id: { $lt: after.id } }] },
        ],
      }
    : {}
  const { communityId, state } = filter
  const rows = await Messages.find({ communityId, ...(state && { state }), ...beyond }, readable)
    .sort({ createdAt: -1, _id: -1 })
    .limit(limit)
    .lean<Row[]>()
  return rows.map(toMessage)
}

/** The message; only one of these communities, when they are given. */
export async function findMessage(
  id: string,
  communityIds?: readonly string[],
): Promise<Message | undefined> {
  const filter = { _id: id, ...(communityIds && { communityId: { $in: [...communityIds] } }) }
  const row = await Messages.findOne(filter, readable).lean<Row>()
  return row ? toMessage(row) : undefined
}
