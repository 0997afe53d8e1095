import mongoose from 'mongoose'
import type { PacketLink } from './packet.js'

type Row = Omit<PacketLink, 'id'> & { readonly _id: string }

const text = { type: String, required: true } as const
const time = { type: Date, required: true } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    referralId: text,
    learnerId: text,
    centerId: text,
    communityId: text,
    tokenHash: text,
    madeBy: text,
    madeAt: time,
    expiresAt: time,
    stoppedAt: Date,
  },
  { collection: 'packet-links', strict: 'throw', versionKey: false },
)
schema.index({ tokenHash: 1 }, { unique: true })
schema.index({ referralId: 1, madeAt: -1 })
schema.index({ learnerId: 1 })

const Links = mongoose.model('PacketLink', schema)

const toLink = ({ _id, ...rest }: Row): PacketLink => ({ id: _id, ...rest })

export async function insertPacketLink({ id, ...rest }: PacketLink): Promise<void> {
  await Links.create({ _id: id, ...rest })
}

/** The link with this hash, live or not. */
export async function findPacketLink(tokenHash: string): Promise<PacketLink | undefined> {
  const row = await Links.findOne({ tokenHash }).lean<Row>()
  return row ? toLink(row) : undefined
}

/** The links of one referral, the newest first; at most 50. */
export async function packetLinksOf(referralId: string): Promise<PacketLink[]> {
  const rows = await Links.find({ referralId }).sort({ madeAt: -1 }).limit(50).lean<Row[]>()
  return rows.map(toLink)
}

/** Stops a link of that referral; false when there is none, or it was stopped before. */
export async function stopPacketLink(id: string, referralId: string, at: Date): Promise<boolean> {
  const done = await Links.updateOne(
    { _id: id, referralId, stoppedAt: { $exists: false } },
    { $set: { stoppedAt: at } },
  )
  return done.modifiedCount === 1
}
