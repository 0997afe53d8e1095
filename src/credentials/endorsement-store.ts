import mongoose from 'mongoose'
import { isDuplicateKey } from '../duplicate-keys.js'
import type { JsonObject } from './credential.js'
import type { Endorsement } from './endorsement.js'

interface Row extends Omit<Endorsement, 'id'> {
  readonly _id: string
}

const text = { type: String, required: true } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    badge: text,
    organizationId: text,
    organizationName: text,
    communityId: text,
    comment: text,
    embedded: text,
    statusList: text,
    statusIndex: { type: Number, required: true },
    state: { ...text, enum: ['live', 'withdrawn'] },
    createdAt: { type: Date, required: true },
    createdBy: text,
  },
  { collection: 'endorsements', strict: 'throw', versionKey: false },
)
schema.index(
  { badge: 1, organizationId: 1 },
  { unique: true, partialFilterExpression: { state: 'live' }, name: 'oneLive' },
)
schema.index({ badge: 1, state: 1, createdAt: 1 })
schema.index({ organizationId: 1, createdAt: -1 })

const Endorsements = mongoose.model('Endorsement', schema)

const toEndorsement = ({ _id, ...rest }: Row): Endorsement => ({ id: _id, ...rest })

/** At most so many are shown with a badge and carried inside a credential, the earliest. */
const mostCarried = 10

/** The live endorsements of a badge, earliest first. */
export async function endorsementsOfBadge(badge: string): Promise<Endorsement[]> {
  const rows = await Endorsements.find({ badge, state: 'live' })
    .sort({ createdAt: 1 })
    .limit(mostCarried)
    .lean<Row[]>()
  return rows.map(toEndorsement)
}

/** The signed endorsements that credentials of these badges carry, by badge. */
export async function endorsementsCarried(
  badges: readonly string[],
): Promise<Map<string, readonly JsonObject[]>> {
  const found = await Promise.all(badges.map(endorsementsOfBadge))
  return new Map(
    badges.map((badge, at) => [
      badge,
      (found[at] ?? []).map(({ embedded }) => JSON.parse(embedded) as JsonObject),
    ]),
  )
}

/** One endorsement, withdrawn or not. */
export async function findEndorsement(id: string): Promise<Endorsement | undefined> {
  const row = await Endorsements.findById(id).lean<Row>()
  return row ? toEndorsement(row) : undefined
}

/** The endorsements of these organizations, latest first, withdrawn ones too. */
export async function endorsementsBy(organizationIds: readonly string[]): Promise<Endorsement[]> {
  const rows = await Endorsements.find({ organizationId: { $in: [...organizationIds] } })
    .sort({ createdAt: -1 })
    .limit(500)
    .lean<Row[]>()
  return rows.map(toEndorsement)
}

/** Adds an endorsement; false when the organization endorses the badge already. */
export async function insertEndorsement({ id, ...rest }: Endorsement): Promise<boolean> {
  try {
    await Endorsements.insertMany([{ _id: id, ...rest }])
    return true
  } catch (error) {
    if (isDuplicateKey(error)) return false
    throw error
  }
}

/** Takes an endorsement back: it is no longer shown, nor carried by what is signed from now on; false when it was before. */
export async function markEndorsementWithdrawn(id: string): Promise<boolean> {
  const done = await Endorsements.updateOne(
    { _id: id, state: 'live' },
    { $set: { state: 'withdrawn' } },
  )
  return done.modifiedCount === 1
}
