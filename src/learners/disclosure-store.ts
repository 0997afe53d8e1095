import mongoose from 'mongoose'
import { duplicatesIn } from '../duplicate-keys.js'
import type { JointRead } from '../joint-read.js'
import {
  chained,
  chainStart,
  type ChainEnd,
  type Disclosure,
  type DisclosedRead,
} from './disclosure.js'

type Row = Omit<Disclosure, 'id'> & { readonly _id: string }

const text = { type: String, required: true } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    learnerId: text,
    sequence: { type: Number, required: true },
    readId: text,
    at: { type: Date, required: true },
    actorId: text,
    actorName: text,
    organizationId: text,
    organizationName: text,
    basis: text,
    consentIds: [String],
    records: [String],
    purpose: text,
    channel: text,
    previousHash: text,
    hash: text,
  },
  { collection: 'disclosures', strict: 'throw', versionKey: false },
)
schema.index({ learnerId: 1, sequence: 1 }, { unique: true })
// Most reads rest on no consent: they cost this index nothing.
schema.index(
  { learnerId: 1, consentIds: 1, sequence: 1 },
  { partialFilterExpression: { basis: 'consent' } },
)

const Disclosures = mongoose.model('Disclosure', schema)

/**
 * The head of each chain: where it ended after the last append. A list of 200 people needs one read of it and not 200 (the
 * unique index decides who got a place), and a check finds by it that rows at the end are gone. It only moves forward.
 */
const endSchema = new mongoose.Schema<ChainEnd & { _id: string }>(
  { _id: text, sequence: { type: Number, required: true }, hash: text },
  { collection: 'disclosure-ends', strict: 'throw', versionKey: false },
)
const ChainEnds = mongoose.model('DisclosureEnd', endSchema)

const toDisclosure = ({ _id, ...rest }: Row): Disclosure => ({ id: _id, ...rest })
const toRow = ({ id, ...rest }: Disclosure): Row => ({ _id: id, ...rest })

async function hintedEnds(learnerIds: readonly string[]): Promise<Map<string, ChainEnd>> {
  const rows = await ChainEnds.find({ _id: { $in: [...learnerIds] } }).lean()
  return new Map(rows.map(({ _id, sequence, hash }) => [_id, { sequence, hash }]))
}

async function trueEnds(learnerIds: readonly string[]): Promise<Map<string, ChainEnd>> {
  const ends = new Map<string, ChainEnd>()
  for (const learnerId of learnerIds) {
    const last = await Disclosures.findOne({ learnerId }).sort({ sequence: -1 }).lean<Row>()
    if (last) ends.set(learnerId, last)
  }
  return ends
}

async function insertRows(rows: readonly Disclosure[]): Promise<ReadonlySet<string>> {
  try {
    await Disclosures.insertMany(rows.map(toRow), {
      ordered: false,
      lean: true,
      throwOnValidationError: true,
    })
    return new Set()
  } catch (error) {
    return new Set([...duplicatesIn(error)].map((index) => rows[index]?.learnerId ?? ''))
  }
}

/** By learner, the append of this process that is the last in line for their chain. */
const lastInLine = new Map<string, Promise<void>>()

/** Does it after everything of this process that has to do with one of these learners; a place in line is taken at once. */
async function inTurn(learnerIds: readonly string[], append: () => Promise<void>): Promise<void> {
  const before = learnerIds.flatMap((id) => lastInLine.get(id) ?? [])
  const done = Promise.all(before).then(append)
  const over = done.catch(() => undefined)
  for (const id of learnerIds) lastInLine.set(id, over)
  try {
    await done
  } finally {
    for (const id of learnerIds) if (lastInLine.get(id) === over) lastInLine.delete(id)
  }
}

const tries = 20

/**
 * Appends one row to the chain of each learner (at most one read per learner in a call): three queries for a whole list.
 * Reads of one process wait for each other, so that however many show the same learner at once, none loses its place for
 * long; the unique index decides between processes. Who loses a race reads the real end and tries again.
 */
export const appendDisclosures = (reads: readonly DisclosedRead[]): Promise<void> =>
  inTurn(
    reads.map(({ learnerId }) => learnerId),
    () => append(reads),
  )

async function append(reads: readonly DisclosedRead[]): Promise<void> {
  let open = reads
  let ends = await hintedEnds(open.map((read) => read.learnerId))
  for (let attempt = 0; open.length > 0; attempt += 1) {
    if (attempt === tries) throw new Error('Disclosures found no free place in the chain')
    const rows = open.map((read) => chained(read, ends.get(read.learnerId) ?? chainStart))
    const lost = await insertRows(rows)
    await keepEnds(rows.filter((row) => !lost.has(row.learnerId)))
    open = open.filter((read) => lost.has(read.learnerId))
    if (open.length > 0) ends = await trueEnds([...lost])
  }
}

async function keepEnds(rows: readonly Disclosure[]): Promise<void> {
  if (rows.length === 0) return
  try {
    await ChainEnds.bulkWrite(
      rows.map(({ learnerId, sequence, hash }) => ({
        updateOne: {
          filter: { _id: learnerId, sequence: { $lt: sequence } },
          update: { $set: { sequence, hash } },
          upsert: true,
        },
      })),
      { ordered: false, throwOnValidationError: true },
    )
  } catch (error) {
    // A head that somebody moved further meanwhile is not found below and cannot be made twice.
    duplicatesIn(error)
  }
}

/** A page of a learner's disclosures, newest first; `before` is the sequence of the last one seen. */
export async function disclosuresOf(
  learnerId: string,
  limit: number,
  before?: number,
): Promise<Disclosure[]> {
  const rows = await Disclosures.find({
    learnerId,
    ...(before === undefined ? {} : { sequence: { $lt: before } }),
  })
    .sort({ sequence: -1 })
    .limit(limit)
    .lean<Row[]>()
  return rows.map(toDisclosure)
}

/** A page of what was disclosed under one consent, newest first; `before` is the sequence of the last one seen. */
export async function disclosuresUnder(
  learnerId: string,
  consentId: string,
  limit: number,
  before?: number,
): Promise<Disclosure[]> {
  const rows = await Disclosures.find({
    learnerId,
    basis: 'consent',
    consentIds: consentId,
    ...(before === undefined ? {} : { sequence: { $lt: before } }),
  })
    .sort({ sequence: -1 })
    .limit(limit)
    .lean<Row[]>()
  return rows.map(toDisclosure)
}

/** The heads of chains after a learner id, in id order. */
export async function chainEndsAfter(
  after: string,
  limit: number,
): Promise<(ChainEnd & { readonly learnerId: string })[]> {
  const rows = await ChainEnds.find({ _id: { $gt: after } })
    .sort({ _id: 1 })
    .limit(limit)
    .lean()
  return rows.map(({ _id, sequence, hash }) => ({ learnerId: _id, sequence, hash }))
}

/** The head of one chain. */
export async function chainEndOf(learnerId: string): Promise<ChainEnd | undefined> {
  return (await hintedEnds([learnerId])).get(learnerId)
}

/** Every row of the chains after one learner id, up to another if given, in order; a few at a time. */
export async function* chainRowsBetween(after: string, upTo?: string): AsyncGenerator<Disclosure> {
  const rows = Disclosures.find({
    learnerId: { $gt: after, ...(upTo !== undefined && { $lte: upTo }) },
  })
    .sort({ learnerId: 1, sequence: 1 })
    .lean<Row[]>()
    .cursor({ batchSize: 500 })
  for await (const row of rows) yield toDisclosure(row)
}

/** About how many rows there are. */
export const countDisclosures = (): Promise<number> => Disclosures.estimatedDocumentCount()

/** The newest of a learner's disclosures, to ride along with another read. */
export const newestDisclosuresRead = (
  learnerId: string,
  limit: number,
): JointRead<Disclosure[]> => ({
  from: Disclosures.collection.name,
  filter: { learnerId },
  sort: { sequence: -1 },
  limit,
  take: (rows) => (rows as readonly Row[]).map(toDisclosure),
})

/** A learner's whole chain in order, for checking. */
export async function chainOf(learnerId: string): Promise<Disclosure[]> {
  const rows = await Disclosures.find({ learnerId }).sort({ sequence: 1 }).lean<Row[]>()
  return rows.map(toDisclosure)
}
