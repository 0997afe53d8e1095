import mongoose from 'mongoose'
import type { Day } from '../calendar.js'
import type { EffectCounts } from './effect.js'

/** Counting whom one revision of a proposal touches; `looked` of `total` holders of `badges` were looked at so far. */
export interface EffectCount {
  readonly id: string
  readonly proposalId: string
  readonly revision: number
  readonly on: Day
  readonly badges: readonly string[]
  /** The badge whose holders are being looked at, and the last one looked at. */
  readonly at: number
  readonly after?: { readonly awardedOn: Day; readonly id: string }
  readonly looked: number
  readonly total: number
  readonly counts: EffectCounts
  readonly state: 'counting' | 'done'
  readonly startedAt: Date
  readonly finishedAt?: Date
}

type Row = Omit<EffectCount, 'id'> & { readonly _id: string }

const text = { type: String, required: true } as const
const number = { type: Number, required: true } as const
const part = { _id: false, strict: 'throw' } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    proposalId: text,
    revision: number,
    on: text,
    badges: [String],
    at: number,
    after: new mongoose.Schema({ awardedOn: text, id: text }, part),
    looked: number,
    total: number,
    counts: new mongoose.Schema<EffectCounts>(
      { gains: number, more: number, less: number, loses: number, keeps: number },
      part,
    ),
    state: { ...text, enum: ['counting', 'done'] },
    startedAt: { type: Date, required: true },
    finishedAt: Date,
  },
  { collection: 'agreement-effects', strict: 'throw', versionKey: false },
)
schema.index({ state: 1, startedAt: 1 })

const Effects = mongoose.model('AgreementEffect', schema)

const toEffect = ({ _id, ...rest }: Row): EffectCount => ({ id: _id, ...rest })

/** The count of one revision of a proposal. */
export const effectIdOf = (proposalId: string, revision: number): string =>
  `${proposalId}|${revision}`

/** One count, as far as it has come. */
export async function findEffect(id: string): Promise<EffectCount | undefined> {
  const row = await Effects.findById(id).lean<Row>()
  return row ? toEffect(row) : undefined
}

/** The count that has waited longest. */
export async function findUnfinishedEffect(): Promise<EffectCount | undefined> {
  const row = await Effects.findOne({ state: 'counting' }).sort({ startedAt: 1 }).lean<Row>()
  return row ? toEffect(row) : undefined
}

/** Begins a count; one that is there already is left as it is. */
export async function beginEffect({ id, ...rest }: EffectCount): Promise<void> {
  await Effects.updateOne({ _id: id }, { $setOnInsert: rest }, { upsert: true })
}

/** Commits a batch, if nobody committed it since `before` was read; false when somebody did. */
export async function advanceEffect(
  before: EffectCount,
  next: Pick<EffectCount, 'at' | 'looked' | 'counts'> &
    Partial<Pick<EffectCount, 'after' | 'state' | 'finishedAt'>>,
): Promise<boolean> {
  const { after, ...rest } = next
  const done = await Effects.updateOne(
    { _id: before.id, state: 'counting', at: before.at, looked: before.looked },
    { $set: { ...rest, ...(after && { after }) }, ...(!after && { $unset: { after: '' } }) },
  )
  return done.modifiedCount === 1
}

/** Forgets a count whose proposal has changed. */
export async function dropEffect(id: string): Promise<void> {
  await Effects.deleteOne({ _id: id })
}
