import mongoose from 'mongoose'
import type { BatchResult, CenterImport } from './center-import.js'
import { importFormats, mostRefusals } from './center-import.js'
import type { FileFault } from './hsds-file.js'

interface Row extends Omit<CenterImport, 'id'> {
  readonly _id: string
  readonly content: string
}

const text = { type: String, required: true } as const
const number = { type: Number, required: true } as const
const time = { type: Date, required: true } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    communityId: text,
    by: text,
    accountId: text,
    at: time,
    touchedAt: time,
    fileName: String,
    format: { ...text, enum: importFormats },
    dryRun: { type: Boolean, required: true },
    state: { ...text, enum: ['running', 'done'] },
    read: number,
    total: number,
    done: number,
    added: number,
    changed: number,
    unchanged: number,
    refused: [
      new mongoose.Schema<FileFault>(
        { row: number, field: String, message: text, params: mongoose.Schema.Types.Mixed },
        { _id: false, strict: 'throw' },
      ),
    ],
    content: String,
  },
  { collection: 'center-imports', strict: 'throw', minimize: false, versionKey: false },
)
schema.index({ communityId: 1, at: -1, _id: -1 })
schema.index({ touchedAt: 1 }, { partialFilterExpression: { state: 'running' } })

const Imports = mongoose.model<Row>('CenterImport', schema)

const hidden = { content: 0 } as const
const importOf = ({ _id, ...facts }: Omit<Row, 'content'>): CenterImport => ({ id: _id, ...facts })

/** Keeps a file with what was found wrong in it; the content goes when it is done. */
export async function insertCenterImport(
  { id, ...facts }: CenterImport,
  content: string,
): Promise<void> {
  await Imports.insertMany([{ _id: id, ...facts, content }], { lean: true })
}

export async function findCenterImport(id: string): Promise<CenterImport | undefined> {
  const row = await Imports.findById(id, hidden).lean<Omit<Row, 'content'>>()
  return row ? importOf(row) : undefined
}

/** The content of a file that is still being read. */
export async function contentOf(id: string): Promise<string> {
  const row = await Imports.findById(id, { content: 1 }).lean<Pick<Row, 'content'>>()
  return row?.content ?? ''
}

/** The last files of a community, newest first. */
export async function lastCenterImports(
  communityId: string,
  limit: number,
): Promise<CenterImport[]> {
  const rows = await Imports.find({ communityId }, hidden)
    .sort({ at: -1, _id: -1 })
    .limit(limit)
    .lean<Omit<Row, 'content'>[]>()
  return rows.map(importOf)
}

/** Files nobody has touched since then and which are not done, oldest first. */
export async function waitingCenterImports(before: Date): Promise<CenterImport[]> {
  const rows = await Imports.find({ state: 'running', touchedAt: { $lte: before } }, hidden)
    .sort({ touchedAt: 1 })
    .limit(20)
    .lean<Omit<Row, 'content'>[]>()
  return rows.map(importOf)
}

/** Notes a batch, from exactly where the file stood; false when somebody else has noted it. */
export async function noteBatch(
  id: string,
  from: number,
  to: number,
  result: BatchResult,
  at: Date,
): Promise<boolean> {
  const { added, changed, unchanged, refused } = result
  const done = await Imports.updateOne(
    { _id: id, state: 'running', done: from },
    {
      $set: { done: to, touchedAt: at },
      $inc: { added, changed, unchanged },
      $push: { refused: { $each: [...refused], $slice: mostRefusals } },
    },
  )
  return done.matchedCount === 1
}

/** The file is read; its content is no longer kept. */
export async function finishCenterImport(id: string): Promise<void> {
  await Imports.updateOne({ _id: id, state: 'running' }, { $set: { state: 'done', content: '' } })
}
