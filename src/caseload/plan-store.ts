import mongoose from 'mongoose'
import type { Day } from '../calendar.js'
import { isDuplicateKey } from '../duplicate-keys.js'
import type { Plan, PlanStep } from './plan.js'

type Row = Omit<Plan, 'id' | 'steps'> & { readonly _id: string; readonly steps: PlanStep[] }

const text = { type: String, required: true } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    communityId: text,
    centerId: text,
    centerName: text,
    learnerId: text,
    goal: text,
    steps: [
      new mongoose.Schema<PlanStep>(
        { id: text, text, dueOn: String, doneOn: String },
        { _id: false, strict: 'throw' },
      ),
    ],
    version: { type: Number, required: true },
    agreedVersion: Number,
    agreedAt: Date,
    updatedBy: text,
    updatedByAccountId: String,
    updatedAt: { type: Date, required: true },
  },
  { collection: 'plans', strict: 'throw', versionKey: false },
)
schema.index({ learnerId: 1 })

const Plans = mongoose.model('Plan', schema)

const toPlan = ({ _id, ...rest }: Row): Plan => ({ id: _id, ...rest })

export async function findPlan(id: string): Promise<Plan | undefined> {
  const row = await Plans.findById(id).lean<Row>()
  return row ? toPlan(row) : undefined
}

/** A learner's plans, one for each center. */
export async function plansOf(learnerId: string): Promise<Plan[]> {
  return (await Plans.find({ learnerId }).lean<Row[]>()).map(toPlan)
}

/**
 * Writes the next version of a plan, or its first; false when somebody wrote that version a moment ago, or finished a step
 * that was open in the steps it comes from.
 */
export async function savePlan(
  { id, steps, ...rest }: Plan,
  before: readonly PlanStep[] = [],
): Promise<boolean> {
  const set = { ...rest, steps: [...steps] }
  if (rest.version > 1) {
    const open = before.filter(({ doneOn }) => doneOn === undefined).map((step) => step.id)
    const isDone = { $elemMatch: { id: { $in: open }, doneOn: { $exists: true } } }
    const done = await Plans.updateOne(
      { _id: id, version: rest.version - 1, steps: { $not: isDone } },
      { $set: set },
    )
    return done.modifiedCount === 1
  }
  try {
    await Plans.insertMany([{ _id: id, ...set }])
    return true
  } catch (error) {
    if (isDuplicateKey(error)) return false
    throw error
  }
}

/** The learner agrees to one version; false when it is no longer the one they read, or agreed already. */
export async function agreeToPlan(
  id: string,
  learnerId: string,
  version: number,
  now: Date,
): Promise<boolean> {
  const done = await Plans.updateOne(
    { _id: id, learnerId, version, agreedVersion: { $ne: version } },
    { $set: { agreedVersion: version, agreedAt: now } },
  )
  return done.modifiedCount === 1
}

/** Marks an open step of a plan as done; false when it is done already or there is none. */
export async function finishStep(id: string, stepId: string, on: Day): Promise<boolean> {
  const done = await Plans.updateOne(
    { _id: id, steps: { $elemMatch: { id: stepId, doneOn: { $exists: false } } } },
    { $set: { 'steps.$.doneOn': on } },
  )
  return done.modifiedCount === 1
}
