import mongoose, { Schema } from 'mongoose'
import { evidenceSources } from './evidence.js'
import {
  importStates,
  refusalReasons,
  refusalsKept,
  type AwardCount,
  type Import,
  type ImportWarning,
  type Refusal,
} from './import.js'

/** How far the work on a stored file has come. `offset` is the byte, `nextRow` the line, after the last committed row. */
export interface ImportWork {
  readonly columns: readonly string[]
  readonly offset: number
  readonly nextRow: number
  /** The last learner, in the order of ids, to whom badges were awarded; '' before the first. */
  readonly awardedUpTo: string
  readonly leaseBy: string
  readonly leaseUntil: Date
  /** How often work was taken up since the last commit: something that fails each time must end. */
  readonly tries: number
}

type Row = Omit<Import, 'id'> & { readonly _id: string; readonly work?: ImportWork }

const text = { type: String, required: true } as const
const count = { type: Number, required: true, min: 0 } as const

const part = <T>(definition: mongoose.SchemaDefinition<T>) =>
  new Schema<T>(definition, { _id: false, strict: 'throw' })

const schema = new Schema<Row>(
  {
    _id: text,
    communityId: text,
    source: { ...text, enum: evidenceSources },
    provider: text,
    origin: text,
    startedBy: text,
    organizationId: String,
    learnerId: String,
    fileName: String,
    dryRun: { type: Boolean, required: true },
    state: { ...text, enum: importStates },
    failure: String,
    rows: count,
    read: count,
    recorded: count,
    alreadyKnown: count,
    refusedCount: count,
    refused: [
      part<Refusal>({ row: count, field: text, reason: { ...text, enum: refusalReasons } }),
    ],
    awarded: [part<AwardCount>({ badge: text, count })],
    warnings: [
      part<ImportWarning>({ key: text, params: { type: Schema.Types.Mixed, default: {} } }),
    ],
    startedAt: { type: Date, required: true },
    startedOn: text,
    finishedAt: Date,
    work: part<ImportWork>({
      columns: [String],
      offset: count,
      nextRow: count,
      awardedUpTo: { type: String, default: '' },
      leaseBy: { type: String, default: '' },
      leaseUntil: { type: Date, required: true },
      tries: count,
    }),
  },
  { collection: 'imports', strict: 'throw', versionKey: false, minimize: false },
)
schema.index({ communityId: 1, organizationId: 1, startedAt: -1, _id: -1 })
schema.index({ communityId: 1, learnerId: 1, startedAt: -1, _id: -1 })
schema.index({ state: 1, 'work.leaseUntil': 1 })

const Imports = mongoose.model<Row>('Import', schema)

const toImport = ({ _id, ...rest }: Omit<Row, 'work'>): Import => ({ id: _id, ...rest })

/** Keeps a new import; `work` only for a file that is read row by row. */
export async function insertImport({ id, ...rest }: Import, work?: ImportWork): Promise<void> {
  await Imports.create({ _id: id, ...rest, ...(work && { work }) })
}

/** One import, or undefined. */
export async function findImport(id: string): Promise<Import | undefined> {
  const row = await Imports.findById(id, { work: 0 }).lean<Row>()
  return row ? toImport(row) : undefined
}

/** Whose imports a list shows: an organization's rosters or a learner's own. */
export interface ImportFilter {
  readonly communityId: string
  readonly organizationId?: string
  readonly learnerId?: string
}

/** Imports, latest first, at most `limit`, after the one that `after` names by its start and id. */
export async function findImports(
  { communityId, organizationId, learnerId }: ImportFilter,
  limit: number,
  after?: { readonly startedAt: Date; readonly id: string },
): Promise<Import[]> {
  const whose = organizationId === undefined ? { learnerId: learnerId ?? '' } : { organizationId }
  const later = after
    ? {
        $or: [
          { startedAt: { $lt: after.startedAt } },
          { startedAt: after.startedAt, _id: { $lt: after.id } },
        ],
      }
    : {}
  const rows = await Imports.find({ communityId, ...whose, ...later }, { work: 0, refused: 0 })
    .sort({ startedAt: -1, _id: -1 })
    .limit(limit)
    .lean<Row[]>()
  return rows.map((row) => toImport({ ...row, refused: [] }))
}

/** The file has arrived whole: anybody may work on it. */
export async function setReceived(
  id: string,
  { rows, columns }: { readonly rows: number; readonly columns: readonly string[] },
): Promise<void> {
  await Imports.updateOne(
    { _id: id, state: 'receiving' },
    { $set: { state: 'waiting', rows, 'work.columns': columns } },
  )
}

/** Takes away an import whose file was refused whole: nothing of it happened. */
export async function dropImport(id: string): Promise<void> {
  await Imports.deleteOne({ _id: id, state: 'receiving' })
}

/** The sole right to work on an import until `until`; undefined when somebody else has it or it is settled. */
export async function takeLease(
  id: string,
  by: string,
  { now, until }: { readonly now: Date; readonly until: Date },
): Promise<{ found: Import; work: ImportWork } | undefined> {
  const row = await Imports.findOneAndUpdate(
    { _id: id, state: { $in: ['waiting', 'running'] }, 'work.leaseUntil': { $lte: now } },
    {
      $set: { state: 'running', 'work.leaseBy': by, 'work.leaseUntil': until },
      $inc: { 'work.tries': 1 },
    },
    { returnDocument: 'after' },
  ).lean<Row>()
  if (!row?.work) return undefined
  const { work, ...rest } = row
  return { found: toImport(rest), work }
}

/** What one batch of rows came to. */
export interface BatchResult {
  readonly read: number
  readonly recorded: number
  readonly alreadyKnown: number
  readonly refused: readonly Refusal[]
}

/**
 * Commits one batch: counts and place move on together, only from the place where this worker began and while it has the
 * lease. False when somebody else has moved on; then the worker must stop.
 */
export async function commitBatch(
  id: string,
  { leaseBy, offset }: Pick<ImportWork, 'leaseBy' | 'offset'>,
  result: BatchResult,
  next: { readonly offset: number; readonly row: number; readonly leaseUntil: Date },
): Promise<boolean> {
  const { modifiedCount } = await Imports.updateOne(
    { _id: id, state: 'running', 'work.leaseBy': leaseBy, 'work.offset': offset },
    {
      $set: {
        'work.offset': next.offset,
        'work.nextRow': next.row,
        'work.leaseUntil': next.leaseUntil,
        'work.tries': 0,
      },
      $inc: {
        read: result.read,
        recorded: result.recorded,
        alreadyKnown: result.alreadyKnown,
        refusedCount: result.refused.length,
      },
      $push: { refused: { $each: result.refused.slice(0, refusalsKept), $slice: refusalsKept } },
    },
  )
  return modifiedCount === 1
}

/** Commits that the learners up to `next.upTo` have their badges; false when somebody else has moved on. */
export async function commitAwards(
  id: string,
  { leaseBy, awardedUpTo }: Pick<ImportWork, 'leaseBy' | 'awardedUpTo'>,
  next: {
    readonly upTo: string
    readonly awarded: readonly AwardCount[]
    readonly leaseUntil: Date
  },
): Promise<boolean> {
  const { modifiedCount } = await Imports.updateOne(
    { _id: id, state: 'running', 'work.leaseBy': leaseBy, 'work.awardedUpTo': awardedUpTo },
    {
      $set: {
        'work.awardedUpTo': next.upTo,
        'work.leaseUntil': next.leaseUntil,
        'work.tries': 0,
        awarded: next.awarded,
      },
    },
  )
  return modifiedCount === 1
}

/** Ends the work; only whoever has the lease can. */
export async function settleImport(
  id: string,
  leaseBy: string,
  end: { readonly state: 'done' | 'failed'; readonly failure?: string; readonly finishedAt: Date },
): Promise<void> {
  await Imports.updateOne({ _id: id, state: 'running', 'work.leaseBy': leaseBy }, { $set: end })
}

/** Gives the lease back, so that the next worker need not wait until it runs out. */
export async function giveLeaseBack(id: string, leaseBy: string, now: Date): Promise<void> {
  await Imports.updateOne(
    { _id: id, state: 'running', 'work.leaseBy': leaseBy },
    { $set: { state: 'waiting', 'work.leaseUntil': now } },
  )
}

/** Imports that nobody works on, longest waiting first. */
export async function importsToContinue(now: Date, limit: number): Promise<string[]> {
  const rows = await Imports.find(
    { state: { $in: ['waiting', 'running'] }, 'work.leaseUntil': { $lte: now } },
    { _id: 1 },
  )
    .sort({ 'work.leaseUntil': 1 })
    .limit(limit)
    .lean()
  return rows.map(({ _id }) => _id)
}

/** Imports whose upload broke off with its process: begun before `before` and never received. */
export async function importsNeverReceived(before: Date): Promise<string[]> {
  const rows = await Imports.find(
    { state: 'receiving', 'work.leaseUntil': { $lte: before } },
    { _id: 1 },
  ).lean()
  return rows.map(({ _id }) => _id)
}
