import mongoose from 'mongoose'
import type { Counters } from './counter.js'

type Row = Omit<Counters, 'communityId'> & { readonly _id: string }

const count = { type: Number, required: true } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: { type: String, required: true },
    asOf: { type: Date, required: true },
    learners: count,
    withAward: count,
    ready: count,
    referrals: count,
  },
  { collection: 'counters', strict: 'throw', versionKey: false },
)

const CounterRow = mongoose.model('Counter', schema)

/** The counters of one community as last counted, or undefined before the first count. */
export async function findCounters(communityId: string): Promise<Counters | undefined> {
  const row = await CounterRow.findById(communityId).lean<Row>()
  return row ? toCounters(row) : undefined
}

/** The counters of every program, as last counted. */
export async function findAllCounters(): Promise<Counters[]> {
  return (await CounterRow.find().lean<Row[]>()).map(toCounters)
}

const toCounters = ({ _id, ...counters }: Row): Counters => ({ communityId: _id, ...counters })

/** Keeps a count, unless a newer one is there. */
export async function saveCounters({ communityId, ...counters }: Counters): Promise<void> {
  await CounterRow.updateOne({ _id: communityId }, { $set: counters }, { upsert: true })
}
