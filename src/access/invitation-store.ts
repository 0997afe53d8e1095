import mongoose, { type QueryFilter } from 'mongoose'
import { outboxEntrySchema, outboxIn, outboxIndex } from '../messages/outbox-store.js'
import type { OutboxEntry } from '../messages/outbox.js'
import { invitedRoles, type Invitation } from './invitation.js'

interface Row extends Omit<Invitation, 'id'> {
  readonly _id: string
  readonly hash: string
  readonly outbox: readonly OutboxEntry[]
}

const text = { type: String, required: true } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    email: text,
    role: { type: String, enum: invitedRoles, required: true },
    organizationId: text,
    communityId: text,
    language: { type: String, enum: ['en', 'es'], required: true },
    inviter: text,
    state: { type: String, enum: ['open', 'accepted', 'withdrawn'], required: true },
    createdAt: { type: Date, required: true },
    expiresAt: { type: Date, required: true },
    settledAt: Date,
    hash: text,
    outbox: [outboxEntrySchema],
  },
  { collection: 'invitations', strict: 'throw', versionKey: false },
)
schema.index({ communityId: 1, createdAt: -1, _id: -1 })
schema.index({ email: 1 })
schema.index(...outboxIndex)

const Invitations = mongoose.model('Invitation', schema)

export const invitationOutbox = outboxIn('Invitation')

const readable = { hash: 0, outbox: 0 } as const
type Readable = Omit<Row, keyof typeof readable>

const toInvitation = ({ _id, ...rest }: Readable): Invitation => ({ id: _id, ...rest })

/** Keeps an invitation with the hash of its link and the mail that carries it. */
export async function insertInvitation(
  { id, ...invitation }: Invitation,
  hash: string,
  mail: OutboxEntry,
): Promise<void> {
  await Invitations.insertMany([{ _id: id, ...invitation, hash, outbox: [mail] }])
}

/** The invitation behind a link that still works. */
export async function findOpenInvitation(
  id: string,
  hash: string,
  now: Date,
): Promise<Invitation | undefined> {
  const filter = { _id: id, hash, state: 'open' as const, expiresAt: { $gt: now } }
  const row = await Invitations.findOne(filter, readable).lean<Readable>()
  return row ? toInvitation(row) : undefined
}

/** The invitation, settled or not, when it is one of these communities. */
export async function findInvitation(
  id: string,
  communityIds: readonly string[],
): Promise<Invitation | undefined> {
  const filter = { _id: id, communityId: { $in: [...communityIds] } }
  const row = await Invitations.findOne(filter, readable).lean<Readable>()
  return row ? toInvitation(row) : undefined
}

/** Settles an open invitation of these communities; false when it was settled before. */
export async function settleInvitation(
  { id, communityIds }: { readonly id: string; readonly communityIds: readonly string[] },
  state: 'accepted' | 'withdrawn',
  now: Date,
): Promise<boolean> {
  const done = await Invitations.updateOne(
    { _id: id, communityId: { $in: [...communityIds] }, state: 'open' },
    { $set: { state, settledAt: now } },
  )
  return done.modifiedCount === 1
}

/** Where a page of the list ended. */
export interface InvitationCursor {
  readonly createdAt: Date
  readonly id: string
}

/** Invitations of one community, newest first, at most `limit`, after the cursor. */
export async function findInvitations(
  communityId: string,
  limit: number,
  after?: InvitationCursor,
): Promise<Invitation[]> {
  const beyond: QueryFilter<Row> = after
    ? {
        $and: [
          { createdAt: { $lte: after.createdAt } },
          { $or: [{ createdAt: { $lt: after.createdAt } }, { _id: { $lt: after.id } }] },
        ],
      }
    : {}
  const rows = await Invitations.find({ communityId, ...beyond }, readable)
    .sort({ createdAt: -1, _id: -1 })
    .limit(limit)
    .lean<Readable[]>()
  return rows.map(toInvitation)
}
