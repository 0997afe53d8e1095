import mongoose from 'mongoose'
import type { Weeks } from './forecast.js'

/** The people of one program who once stood at one place of a track and are ready now, by the weeks they still took. */
export interface PaceCell {
  readonly communityId: string
  readonly track: string
  readonly version: string
  readonly done: number
  readonly band: number
  readonly weeks: Weeks
}

type Row = Omit<PaceCell, 'weeks'> & {
  readonly _id: string
  readonly weeks: number[]
  readonly run: string
}

const text = { type: String, required: true } as const
const number = { type: Number, required: true } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    communityId: text,
    track: text,
    version: text,
    done: number,
    band: number,
    weeks: [Number],
    run: text,
  },
  { collection: 'readiness-paces', strict: 'throw', versionKey: false },
)
schema.index({ communityId: 1, run: 1 })

const Paces = mongoose.model('ReadinessPace', schema)

/** The key of a cell. */
export const paceKey = (cell: Omit<PaceCell, 'weeks'>): string =>
  [cell.communityId, cell.track, cell.version, cell.done, cell.band].join('|')

/** The histogram of one place; empty when nobody stood there. */
export async function findPace(cell: Omit<PaceCell, 'weeks'>): Promise<Weeks> {
  const row = await Paces.findById(paceKey(cell), { weeks: 1 }).lean<Pick<Row, 'weeks'>>()
  return row?.weeks ?? []
}

/** Puts what one run counted in place of what was there: readers see the old cells or the new ones, never none. */
export async function replacePaces(
  communityId: string,
  run: string,
  cells: readonly PaceCell[],
): Promise<void> {
  if (cells.length > 0)
    await Paces.bulkWrite(
      cells.map(({ weeks, ...cell }) => ({
        updateOne: {
          filter: { _id: paceKey(cell) },
          update: { $set: { ...cell, weeks: [...weeks], run } },
          upsert: true,
        },
      })),
      { ordered: false, throwOnValidationError: true },
    )
  await Paces.deleteMany({ communityId, run: { $ne: run } })
}
