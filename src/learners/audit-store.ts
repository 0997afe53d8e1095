import mongoose from 'mongoose'
import type { ChainBreak } from './disclosure.js'

/** The first place at which a learner's chain does not fit. */
export interface FoundBreak {
  readonly learnerId: string
  readonly sequence: number
  readonly why: ChainBreak
}

/** A check of all chains; `after` is the last learner done, so that one that was stopped goes on there. */
export interface Audit {
  readonly id: string
  readonly startedAt: Date
  readonly endedAt?: Date
  readonly after: string
  readonly learners: number
  readonly rows: number
  /** Chains with one row past their head. */
  readonly loose: number
  /** All breaks; the first hundred are kept one by one. */
  readonly broken: number
  readonly breaks: readonly FoundBreak[]
}

type Row = Omit<Audit, 'id'> & { readonly _id: string }

const text = { type: String, required: true } as const
const count = { type: Number, required: true } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    startedAt: { type: Date, required: true },
    endedAt: Date,
    after: { type: String, default: '' },
    learners: count,
    rows: count,
    loose: count,
    broken: count,
    breaks: [
      new mongoose.Schema<FoundBreak>(
        { learnerId: text, sequence: count, why: text },
        { _id: false, strict: 'throw' },
      ),
    ],
  },
  { collection: 'audits', strict: 'throw', versionKey: false },
)
schema.index({ startedAt: -1 })

const Audits = mongoose.model('Audit', schema)

const toAudit = ({ _id, ...rest }: Row): Audit => ({ id: _id, ...rest })

/** The last audit that was begun, ended or not. */
export async function lastAudit(): Promise<Audit | undefined> {
  const row = await Audits.findOne().sort({ startedAt: -1 }).lean<Row>()
  return row ? toAudit(row) : undefined
}

/** Begins an audit at the first learner. */
export async function beginAudit(id: string, startedAt: Date): Promise<Audit> {
  const begun = { startedAt, after: '', learners: 0, rows: 0, loose: 0, broken: 0, breaks: [] }
  await Audits.insertMany([{ _id: id, ...begun }])
  return { id, ...begun }
}

/** Writes how far an audit got; false when somebody else took it further. */
export async function saveAudit({ id, ...state }: Audit, from: string): Promise<boolean> {
  const done = await Audits.updateOne(
    { _id: id, after: from, endedAt: { $exists: false } },
    { $set: state },
  )
  return done.matchedCount === 1
}
