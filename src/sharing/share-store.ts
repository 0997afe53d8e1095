import mongoose from 'mongoose'
import type { Day } from '../calendar.js'
import type { Share } from './share.js'

type Row = Omit<Share, 'id'> & { readonly _id: string }

const text = { type: String, required: true } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    learnerId: text,
    communityId: text,
    // Empty for a share without a name: `required` would refuse that.
    title: String,
    credentialIds: [String],
    expiresOn: text,
    createdAt: { type: Date, required: true },
    stoppedAt: Date,
  },
  { collection: 'shares', strict: 'throw', versionKey: false },
)
schema.index({ learnerId: 1, createdAt: -1, _id: -1 })
schema.index({ credentialIds: 1, expiresOn: 1 })

const Shares = mongoose.model('Share', schema)

const toShare = ({ _id, ...rest }: Row): Share => ({ id: _id, ...rest })

/** Adds a share. */
export async function insertShare({ id, ...rest }: Share): Promise<void> {
  await Shares.insertMany([{ _id: id, ...rest }])
}

/** One share, live or not. */
export async function findShare(id: string): Promise<Share | undefined> {
  const row = await Shares.findById(id).lean<Row>()
  return row ? toShare(row) : undefined
}

/** A page of a learner's shares, newest first. */
export async function findSharePage(
  learnerId: string,
  limit: number,
  after?: { readonly createdAt: Date; readonly id: string },
): Promise<Share[]> {
  const rows = await Shares.find({
    learnerId,
    ...(after && {
      createdAt: { $lte: after.createdAt },
      $or: [{ createdAt: { $lt: after.createdAt } }, { _id: { $lt: after.id } }],
    }),
  })
    .sort({ createdAt: -1, _id: -1 })
    .limit(limit)
    .lean<Row[]>()
  return rows.map(toShare)
}

/** The live shares that hold a credential, oldest first; at most 50. */
export async function liveSharesOf(credentialId: string, today: Day): Promise<Share[]> {
  const rows = await Shares.find({
    credentialIds: credentialId,
    expiresOn: { $gte: today },
    stoppedAt: null,
  })
    .limit(50)
    .lean<Row[]>()
  return rows.map(toShare).sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime())
}

/** How many live shares a learner has, counted up to `upTo`. */
export async function liveShareCount(learnerId: string, today: Day, upTo: number): Promise<number> {
  return Shares.countDocuments(
    { learnerId, expiresOn: { $gte: today }, stoppedAt: null },
    { limit: upTo },
  )
}

/** Stops a learner's share; one that was stopped before keeps its day. */
export async function endShare(id: string, learnerId: string, stoppedAt: Date): Promise<void> {
  await Shares.updateOne({ _id: id, learnerId, stoppedAt: null }, { $set: { stoppedAt } })
}
