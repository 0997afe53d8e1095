import mongoose from 'mongoose'
import type { ExtractFault } from './pre-check.js'

/** What to mend of a participant: in their row, or a gain that is not in it, for its evidence or for its day. */
export interface CheckFault {
  readonly row: number
  readonly rule: ExtractFault['rule'] | 'gainWithoutEvidence' | 'gainOutsideStay'
  readonly code: string
}

/** The check of one extract; of `total` stays in programs `looked` were walked so far. */
export interface ExtractCheck {
  readonly id: string
  readonly communityId: string
  readonly accountId: string
  readonly year: number
  /** Of the extract's columns. */
  readonly version: string
  /** The learner it has come to. */
  readonly after: string
  readonly looked: number
  readonly total: number
  readonly checked: number
  readonly leftOut: number
  readonly faults: readonly CheckFault[]
  readonly state: 'counting' | 'done'
  /** False when it ended early, having found enough to mend first. */
  readonly isWhole: boolean
  readonly startedAt: Date
  readonly finishedAt?: Date
}

type Row = Omit<ExtractCheck, 'id'> & { readonly _id: string }

const text = { type: String, required: true } as const
const number = { type: Number, required: true } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    communityId: text,
    accountId: text,
    year: number,
    version: text,
    after: { type: String, default: '' },
    looked: number,
    total: number,
    checked: number,
    leftOut: number,
    faults: [
      new mongoose.Schema<CheckFault>(
        { row: number, rule: text, code: text },
        { _id: false, strict: 'throw' },
      ),
    ],
    state: { ...text, enum: ['counting', 'done'] },
    isWhole: { type: Boolean, required: true },
    startedAt: { type: Date, required: true },
    finishedAt: Date,
  },
  { collection: 'extract-checks', strict: 'throw', versionKey: false },
)
schema.index({ state: 1, startedAt: 1 })
schema.index({ accountId: 1, startedAt: 1 })

const Checks = mongoose.model('ExtractCheck', schema)

const toCheck = ({ _id, ...rest }: Row): ExtractCheck => ({ id: _id, ...rest })

/** Somebody's check of that extract that began after a moment, as far as it has come. */
export async function findCheck(
  { accountId, year, version }: Pick<ExtractCheck, 'accountId' | 'year' | 'version'>,
  startedAfter: Date,
): Promise<ExtractCheck | undefined> {
  const row = await Checks.findOne({
    accountId,
    startedAt: { $gt: startedAfter },
    year,
    version,
  }).lean<Row>()
  return row ? toCheck(row) : undefined
}

/** The check that has waited longest. */
export async function findUnfinishedCheck(): Promise<ExtractCheck | undefined> {
  const row = await Checks.findOne({ state: 'counting' }).sort({ startedAt: 1 }).lean<Row>()
  return row ? toCheck(row) : undefined
}

/** Begins a check and forgets the earlier ones of the same person. */
export async function beginCheck({ id, faults, ...rest }: ExtractCheck): Promise<void> {
  await Checks.deleteMany({ accountId: rest.accountId })
  await Checks.insertMany([{ _id: id, faults: [...faults], ...rest }])
}

/** Commits a batch, if nobody committed it since `before` was read; false when somebody did. */
export async function advanceCheck(
  before: ExtractCheck,
  { id: _id, ...next }: ExtractCheck,
): Promise<boolean> {
  const { after, looked } = before
  const done = await Checks.updateOne(
    { _id: before.id, state: 'counting', after, looked },
    { $set: next },
  )
  return done.matchedCount === 1
}

/** Forgets a check that nobody may go on with. */
export async function dropCheck(id: string): Promise<void> {
  await Checks.deleteOne({ _id: id })
}
