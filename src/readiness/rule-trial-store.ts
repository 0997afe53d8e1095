import mongoose from 'mongoose'
import type { Day } from '../calendar.js'
import { ruleFields } from './rule-store.js'
import type { Rule, Scope } from './rules.js'

export interface TrialCounts {
  readonly before: number
  readonly after: number
  readonly becomes: number
  readonly noLonger: number
}

/** Rules tried on everybody before they are published; `looked` of `total` learners were looked at so far. */
export interface RuleTrial {
  readonly id: string
  readonly communityId: string
  readonly accountId: string
  readonly scope?: Scope
  readonly rules: readonly Rule[]
  readonly from: Day
  readonly after: string
  readonly looked: number
  readonly total: number
  readonly counts: TrialCounts
  /** By rule, how many who are ready now would miss it. */
  readonly lacks: Readonly<Record<string, number>>
  /** A few learners of each kind, by id; who may see them is asked when the page is shown. */
  readonly becomes: readonly string[]
  readonly noLonger: readonly string[]
  readonly state: 'counting' | 'done'
  readonly startedAt: Date
  readonly finishedAt?: Date
}

type Row = Omit<RuleTrial, 'id' | 'rules'> & { readonly _id: string; readonly rules: Rule[] }

const text = { type: String, required: true } as const
const number = { type: Number, required: true } as const
const part = { _id: false, strict: 'throw' } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    communityId: text,
    accountId: text,
    ...ruleFields,
    from: text,
    after: { type: String, default: '' },
    looked: number,
    total: number,
    counts: new mongoose.Schema<TrialCounts>(
      { before: number, after: number, becomes: number, noLonger: number },
      part,
    ),
    lacks: { type: mongoose.Schema.Types.Mixed, default: {} },
    becomes: [String],
    noLonger: [String],
    state: { ...text, enum: ['counting', 'done'] },
    startedAt: { type: Date, required: true },
    finishedAt: Date,
  },
  { collection: 'readiness-trials', strict: 'throw', versionKey: false, minimize: false },
)
schema.index({ state: 1, startedAt: 1 })
schema.index({ accountId: 1 })

const Trials = mongoose.model('ReadinessTrial', schema)

const toTrial = ({ _id, ...rest }: Row): RuleTrial => ({ id: _id, ...rest })

/** One trial, as far as it has come. */
export async function findTrial(id: string): Promise<RuleTrial | undefined> {
  const row = await Trials.findById(id).lean<Row>()
  return row ? toTrial(row) : undefined
}

/** The trial that has waited longest. */
export async function findUnfinishedTrial(): Promise<RuleTrial | undefined> {
  const row = await Trials.findOne({ state: 'counting' }).sort({ startedAt: 1 }).lean<Row>()
  return row ? toTrial(row) : undefined
}

/** Begins a trial and forgets the earlier ones of the same person. */
export async function beginTrial({ id, rules, ...rest }: RuleTrial): Promise<void> {
  await Trials.deleteMany({ accountId: rest.accountId })
  await Trials.insertMany([{ _id: id, rules: [...rules], ...rest }])
}

/** Commits a batch, if nobody committed it since `before` was read; false when somebody did. */
export async function advanceTrial(
  before: RuleTrial,
  next: Pick<
    RuleTrial,
    'after' | 'looked' | 'counts' | 'lacks' | 'becomes' | 'noLonger' | 'state'
  > &
    Partial<Pick<RuleTrial, 'finishedAt'>>,
): Promise<boolean> {
  const done = await Trials.updateOne(
    { _id: before.id, state: 'counting', looked: before.looked, after: before.after },
    { $set: next },
  )
  return done.modifiedCount === 1
}
