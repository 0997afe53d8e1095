import mongoose from 'mongoose'
import { hourOf, openedFormats, type Opening } from './share.js'

interface Row extends Opening {
  readonly _id: string
}

const text = { type: String, required: true } as const
const time = { type: Date, required: true } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    shareId: text,
    learnerId: text,
    credentialId: String,
    who: String,
    format: { ...text, enum: openedFormats },
    firstAt: time,
    lastAt: time,
    times: { type: Number, required: true },
  },
  { collection: 'share-openings', strict: 'throw', versionKey: false },
)
schema.index({ shareId: 1, lastAt: -1, _id: -1 })
schema.index({ learnerId: 1 })

const Openings = mongoose.model('ShareOpening', schema)

const idOf = (opening: Omit<Opening, 'firstAt' | 'lastAt' | 'times'>, at: Date) =>
  [opening.shareId, hourOf(at), opening.format, opening.credentialId ?? '', opening.who ?? ''].join(
    '|',
  )

/** Counts an opening: the same by the same within an hour is one row, so reloading fills no database. */
export async function countOpening(
  opening: Omit<Opening, 'firstAt' | 'lastAt' | 'times'>,
  at: Date,
): Promise<void> {
  const { shareId, learnerId, format, credentialId, who } = opening
  await Openings.updateOne(
    { _id: idOf(opening, at) },
    {
      $setOnInsert: {
        shareId,
        learnerId,
        format,
        firstAt: at,
        ...(credentialId !== undefined && { credentialId }),
        ...(who !== undefined && { who }),
      },
      $max: { lastAt: at },
      $inc: { times: 1 },
    },
    { upsert: true },
  )
}

/** The latest openings of a share, newest first. */
export async function openingsOf(
  shareId: string,
  limit: number,
  after?: { readonly at: Date; readonly id: string },
): Promise<(Opening & { readonly id: string })[]> {
  const rows = await Openings.find({
    shareId,
    ...(after && {
      lastAt: { $lte: after.at },
      $or: [{ lastAt: { $lt: after.at } }, { _id: { $lt: after.id } }],
    }),
  })
    .sort({ lastAt: -1, _id: -1 })
    .limit(limit)
    .lean<Row[]>()
  return rows.map(({ _id, ...rest }) => ({ id: _id, ...rest }))
}

/** Of each share: how often it was opened, and when last. Shares nobody opened are left out. */
export async function openingCounts(
  shareIds: readonly string[],
): Promise<Map<string, { readonly times: number; readonly lastAt: Date }>> {
  const rows = await Openings.aggregate<{ _id: string; times: number; lastAt: Date }>([
    { $match: { shareId: { $in: [...shareIds] } } },
    { $group: { _id: '$shareId', times: { $sum: '$times' }, lastAt: { $max: '$lastAt' } } },
  ])
  return new Map(rows.map(({ _id, times, lastAt }) => [_id, { times, lastAt }]))
}
