import mongoose from 'mongoose'
import { isDuplicateKey } from '../duplicate-keys.js'
import type { Departure } from './departure.js'
import type { JoinedMarks, Subject } from './holding.js'

type Row = Omit<Departure, 'learnerId'> & { readonly _id: string }

const text = { type: String, required: true } as const
const states = ['cooling', 'returning', 'erasing', 'erased'] as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    communityId: text,
    state: { type: String, enum: states, required: true },
    askedAt: { type: Date, required: true },
    dueAt: { type: Date, required: true },
    subject: new mongoose.Schema<Subject>(
      {
        learnerId: text,
        communityId: text,
        accountId: String,
        email: String,
        joined: new mongoose.Schema<JoinedMarks>(
          { learnerIds: [String], accountIds: [String], emails: [String] },
          { _id: false, strict: 'throw' },
        ),
      },
      { _id: false, strict: 'throw' },
    ),
    joinedIds: { type: [String], default: undefined },
    closedAt: Date,
    done: [String],
    erasedAt: Date,
    lockedUntil: String,
    logUntil: String,
  },
  { collection: 'departures', strict: 'throw', versionKey: false },
)
schema.index({ state: 1, dueAt: 1 })
schema.index({ state: 1, logUntil: 1 })
schema.index({ state: 1, lockedUntil: 1 })

const Departures = mongoose.model('Departure', schema)

const toDeparture = ({ _id, ...rest }: Row): Departure => ({ learnerId: _id, ...rest })

/** Notes the wish to leave; false when it was noted before. */
export async function insertDeparture({ learnerId, ...rest }: Departure): Promise<boolean> {
  try {
    await Departures.insertMany([{ _id: learnerId, ...rest }])
    return true
  } catch (error) {
    if (isDuplicateKey(error)) return false
    throw error
  }
}

export async function findDeparture(learnerId: string): Promise<Departure | undefined> {
  const row = await Departures.findById(learnerId).lean<Row>()
  return row ? toDeparture(row) : undefined
}

type Change = Partial<Omit<Departure, 'learnerId'>>

/** Changes a departure from one of the expected states; false when it is in none of them. */
export async function changeDeparture(
  learnerId: string,
  from: readonly Departure['state'][],
  change: Change,
): Promise<boolean> {
  const done = await Departures.updateOne(
    { _id: learnerId, state: { $in: [...from] } },
    { $set: change },
  )
  return done.matchedCount === 1
}

/** One collection is done. */
export async function noteDone(learnerId: string, collection: string): Promise<void> {
  await Departures.updateOne({ _id: learnerId }, { $addToSet: { done: collection } })
}

/** Nothing that names the person is left in the note. */
export async function noteErased(learnerId: string, erasedAt: Date): Promise<void> {
  await Departures.updateOne(
    { _id: learnerId, state: 'erasing' },
    { $set: { state: 'erased', erasedAt, done: [] }, $unset: { subject: 1 } },
  )
}

/** Takes the note away: the person came back, or nothing at all is kept any more. */
export async function forgetDeparture(learnerId: string): Promise<void> {
  await Departures.deleteOne({ _id: learnerId })
}

async function some(filter: mongoose.QueryFilter<Row>, limit: number): Promise<Departure[]> {
  const rows = await Departures.find(filter).limit(limit).lean<Row[]>()
  return rows.map(toDeparture)
}

/** Departures that still have to be closed down, their erasure begun or gone on with. */
export const departuresDue = async (now: Date, limit: number): Promise<Departure[]> => [
  ...(await some({ state: 'cooling', dueAt: { $gt: now }, closedAt: { $exists: false } }, limit)),
  ...(await some({ state: 'cooling', dueAt: { $lte: now } }, limit)),
  ...(await some({ state: 'erasing', dueAt: { $lte: now } }, limit)),
]

/** Departures of which a locked copy, or the rest, has been kept long enough: all of them, as a hold may keep any of them. */
export async function* departuresPast(today: string): AsyncGenerator<Departure> {
  for (const past of [{ lockedUntil: { $lt: today } }, { logUntil: { $lt: today } }]) {
    const rows = Departures.find({ state: 'erased', ...past })
      .lean<Row[]>()
      .cursor({ batchSize: 50 })
    for await (const row of rows as AsyncIterable<Row>) yield toDeparture(row)
  }
}

/** The locked copy is gone. */
export async function noteUnlocked(learnerId: string): Promise<void> {
  await Departures.updateOne({ _id: learnerId }, { $unset: { lockedUntil: 1 } })
}
