import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import mongoose from 'mongoose'
import type { OneTimeToken } from '../access/one-time-token.js'
import { isDuplicateKey } from '../duplicate-keys.js'
import { mostTries, type DataFile } from './data-file.js'

type Row = Omit<DataFile, 'learnerId'> & { readonly _id: string; readonly key?: OneTimeToken }

const text = { type: String, required: true } as const
const count = { type: Number, required: true } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    communityId: text,
    state: { type: String, enum: ['waiting', 'ready', 'failed'], required: true },
    askedAt: { type: Date, required: true },
    rows: count,
    done: count,
    tries: count,
    leaseUntil: { type: Date, required: true },
    language: { type: String, enum: ['en', 'es'], required: true },
    fileId: String,
    bytes: Number,
    readyAt: Date,
    expiresAt: Date,
    key: new mongoose.Schema<OneTimeToken>(
      { hash: text, expiresAt: { type: Date, required: true } },
      { _id: false, strict: 'throw' },
    ),
  },
  { collection: 'data-files', strict: 'throw', versionKey: false },
)
schema.index({ state: 1, leaseUntil: 1 })
schema.index({ state: 1, expiresAt: 1 })

const Files = mongoose.model('DataFile', schema)

const shown = { key: 0 } as const
const toFile = ({ _id, ...rest }: Row): DataFile => ({ learnerId: _id, ...rest })

const bucket = () => {
  const { db } = mongoose.connection
  if (!db) throw new Error('Files need an open database connection')
  return new mongoose.mongo.GridFSBucket(db, { bucketName: 'data-files' })
}
const idOf = (id: string) => id as unknown as mongoose.mongo.ObjectId

/** The learner's file, made or in the making. */
export async function findDataFile(learnerId: string): Promise<DataFile | undefined> {
  const row = await Files.findById(learnerId, shown).lean<Row>()
  return row ? toFile(row) : undefined
}

/** Puts a new wish in the place of an old one, whose bytes it keeps the name of; false while one is being made. */
export async function wishDataFile({ learnerId, ...file }: DataFile): Promise<boolean> {
  try {
    await Files.updateOne(
      { _id: learnerId, state: { $ne: 'waiting' } },
      { $set: file, $unset: { bytes: 1, readyAt: 1, expiresAt: 1, key: 1 } },
      { upsert: true },
    )
    return true
  } catch (error) {
    if (isDuplicateKey(error)) return false
    throw error
  }
}

/** A file that somebody makes; `left` are the bytes of the one before, or of who began this one and died. */
export interface TakenFile extends DataFile {
  readonly fileId: string
  readonly left?: string
}

/**
 * Takes the making of a file up, unless somebody is at it; each time counts as a try. The name of its bytes is written down
 * before there is any, so that whoever dies in between leaves nothing that nobody knows of.
 */
export async function takeDataFile(
  learnerId: string,
  fileId: string,
  now: Date,
  leaseUntil: Date,
): Promise<TakenFile | undefined> {
  const row = await Files.findOneAndUpdate(
    { _id: learnerId, state: 'waiting', leaseUntil: { $lte: now } },
    { $set: { leaseUntil, fileId, done: 0 }, $inc: { tries: 1 } },
    { returnDocument: 'before', projection: shown },
  ).lean<Row>()
  if (!row) return undefined
  const { fileId: left, tries, ...rest } = toFile(row)
  return { ...rest, fileId, tries: tries + 1, ...(left !== undefined && { left }) }
}

type Making = Pick<TakenFile, 'learnerId' | 'fileId'>

/** The wish as long as nobody else has taken it up. */
const ownWish = ({ learnerId, fileId }: Making) =>
  ({ _id: learnerId, state: 'waiting', fileId }) as const

/** A sign of life of who makes the file. */
export async function tellDone(file: Making, done: number, leaseUntil: Date): Promise<void> {
  await Files.updateOne(ownWish(file), { $set: { done, leaseUntil } })
}

type Made = Pick<DataFile, 'bytes' | 'readyAt' | 'expiresAt' | 'done'>

/** The file is there; false when the wish is gone, or another's. */
export async function noteReady(file: Making, made: Made): Promise<boolean> {
  const done = await Files.updateOne(ownWish(file), { $set: { ...made, state: 'ready' } })
  return done.modifiedCount === 1
}

/** A try failed: the next may begin at `again`, the last leaves it as failed. */
export async function noteFailure(file: TakenFile, again: Date): Promise<void> {
  const isLast = file.tries >= mostTries
  await Files.updateOne(ownWish(file), {
    $set: isLast ? { state: 'failed' } : { leaseUntil: again },
  })
}

/** Learners whose file nobody is making, at most `limit`. */
export async function dataFilesToMake(now: Date, limit: number): Promise<string[]> {
  const rows = await Files.find({ state: 'waiting', leaseUntil: { $lte: now } }, { _id: 1 })
    .limit(limit)
    .lean<{ _id: string }[]>()
  return rows.map(({ _id }) => _id)
}

/** Files that were not fetched in time, at most `limit`. */
export async function dataFilesPast(now: Date, limit: number): Promise<DataFile[]> {
  const rows = await Files.find({ state: 'ready', expiresAt: { $lte: now } }, shown)
    .limit(limit)
    .lean<Row[]>()
  return rows.map(toFile)
}

/** Keeps the key of the link to a ready file, in place of an older one. */
export async function putKey(learnerId: string, key: OneTimeToken, now: Date): Promise<boolean> {
  const done = await Files.updateOne(
    { _id: learnerId, state: 'ready', expiresAt: { $gt: now } },
    { $set: { key } },
  )
  return done.matchedCount === 1
}

/** The file that this key opens now. */
export async function findByKey(
  learnerId: string,
  hash: string,
  now: Date,
): Promise<DataFile | undefined> {
  const row = await Files.findOne(
    {
      _id: learnerId,
      state: 'ready',
      expiresAt: { $gt: now },
      'key.hash': hash,
      'key.expiresAt': { $gt: now },
    },
    shown,
  ).lean<Row>()
  return row ? toFile(row) : undefined
}

/** Takes the note of a ready file away, unless another was asked for; the file itself by dropStored. */
export async function forgetDataFile(learnerId: string, fileId: string): Promise<void> {
  await Files.deleteOne({ _id: learnerId, fileId, state: 'ready' })
}

/** Stores the bytes of a file; what a break leaves is taken away again. Gives their number. */
export async function store(
  id: string,
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<number> {
  const target = bucket().openUploadStreamWithId(idOf(id), id)
  try {
    await pipeline(Readable.from(bytes, { objectMode: false }), target)
    return target.length
  } catch (error) {
    await dropStored(id)
    throw error
  }
}

/** The bytes of a stored file. */
export const readStored = (id: string): Readable => bucket().openDownloadStream(idOf(id))

/** Takes a stored file away; harmless when it is not there. */
export async function dropStored(id: string): Promise<void> {
  try {
    await bucket().delete(idOf(id))
  } catch (error) {
    if (!(error instanceof mongoose.mongo.MongoRuntimeError)) throw error
  }
}
