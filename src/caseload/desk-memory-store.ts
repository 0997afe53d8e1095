import mongoose from 'mongoose'
import { isDuplicateKey } from '../duplicate-keys.js'

/** A view of the caseload table that somebody keeps: its filters and columns as a query. */
export interface SavedView {
  readonly id: string
  readonly accountId: string
  readonly name: string
  readonly query: string
}

type Row = Omit<SavedView, 'id'> & { readonly _id: string }

const text = { type: String, required: true } as const

const schema = new mongoose.Schema<Row>(
  { _id: text, accountId: text, name: text, query: { type: String, default: '' } },
  { collection: 'case-views', strict: 'throw', versionKey: false },
)
schema.index({ accountId: 1, name: 1 }, { unique: true })
const Views = mongoose.model('CaseView', schema)

/** When somebody last looked at Today: the look before this one, and the one that goes on. */
interface Look {
  readonly before?: Date
  readonly at: Date
}
const lookSchema = new mongoose.Schema<Look & { readonly _id: string }>(
  { _id: text, before: Date, at: { type: Date, required: true } },
  { collection: 'case-looks', strict: 'throw', versionKey: false },
)
const Looks = mongoose.model('CaseLook', lookSchema)

/** Somebody's kept views, by name. */
export async function viewsOf(accountId: string): Promise<SavedView[]> {
  const rows = await Views.find({ accountId }).sort({ name: 1 }).limit(50).lean<Row[]>()
  return rows.map(({ _id, ...rest }) => ({ id: _id, ...rest }))
}

/** Keeps a view; one of the same name takes its query over. */
export async function saveView({ id, accountId, name, query }: SavedView): Promise<void> {
  try {
    await Views.updateOne(
      { accountId, name },
      { $set: { query }, $setOnInsert: { _id: id } },
      { upsert: true },
    )
  } catch (error) {
    if (!isDuplicateKey(error)) throw error
    await Views.updateOne({ accountId, name }, { $set: { query } })
  }
}

/** Forgets one of somebody's own views; false when there is none. */
export async function dropView(accountId: string, id: string): Promise<boolean> {
  return (await Views.deleteOne({ _id: id, accountId })).deletedCount === 1
}

const halfHour = 30 * 60_000

/**
 * Notes a look at Today and says when the one before was. Looks within half an hour of each other are one: a page loaded
 * again still says what is new.
 */
export async function noteLook(id: string, now: Date): Promise<Date | undefined> {
  const known = await Looks.findById(id).lean<Look>()
  if (known && now.getTime() - known.at.getTime() < halfHour) return known.before
  const before = known?.at
  await Looks.updateOne(
    { _id: id },
    { $set: { at: now, ...(before && { before }) } },
    { upsert: true },
  )
  return before
}
