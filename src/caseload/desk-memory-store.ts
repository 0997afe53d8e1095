import mongoose from 'mongoose'
import { isDuplicateKey } from '../duplicate-keys.js'
import { lookAt, type Look } from './look.js'

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

const lookSchema = new mongoose.Schema<Look & { readonly _id: string }>(
  { _id: text, before: Date, at: { type: Date, required: true } },
  { collection: 'case-looks', strict: 'throw', versionKey: false },
)
const Looks = mongoose.model('CaseLook', lookSchema)

/** How many views one person keeps. */
export const mostViews = 50

/** Somebody's kept views, by name. */
export async function viewsOf(accountId: string): Promise<SavedView[]> {
  const rows = await Views.find({ accountId })
    .sort({ name: 1 })
    // A few more, of which several were kept at the same moment.
    .limit(2 * mostViews)
    .lean<Row[]>()
  return rows.map(({ _id, ...rest }) => ({ id: _id, ...rest }))
}

/** Keeps a view; one of the same name takes its query over. False when the person keeps as many as one may. */
export async function saveView({ id, accountId, name, query }: SavedView): Promise<boolean> {
  const known = await Views.updateOne({ accountId, name }, { $set: { query } })
  if (known.matchedCount > 0) return true
  if ((await Views.countDocuments({ accountId })) >= mostViews) return false
  try {
    await Views.insertMany([{ _id: id, accountId, name, query }])
  } catch (error) {
    if (!isDuplicateKey(error)) throw error
    await Views.updateOne({ accountId, name }, { $set: { query } })
  }
  return true
}

/** Forgets one of somebody's own views; false when there is none. */
export async function dropView(accountId: string, id: string): Promise<boolean> {
  return (await Views.deleteOne({ _id: id, accountId })).deletedCount === 1
}

/** Notes a look at Today and says when the one before was; as look.ts has it. */
export async function noteLook(id: string, now: Date): Promise<Date | undefined> {
  const known = await Looks.findById(id).lean<Look>()
  const look = lookAt(known ?? undefined, now)
  if (look !== known) await Looks.updateOne({ _id: id }, { $set: look }, { upsert: true })
  return look.before
}
