import mongoose from 'mongoose'
import type { Day } from '../calendar.js'

/** Something one member of a center's staff is to do for a learner, by a day. */
export interface Task {
  readonly id: string
  readonly communityId: string
  readonly centerId: string
  readonly learnerId: string
  readonly text: string
  readonly dueOn: Day
  readonly assignedTo: string
  readonly assignedName: string
  readonly isOpen: boolean
  readonly doneAt?: Date
  readonly doneBy?: string
  readonly doneByAccountId?: string
  readonly madeBy: string
  readonly madeByAccountId?: string
  readonly madeAt?: Date
}

type Row = Omit<Task, 'id'> & { readonly _id: string }

const text = { type: String, required: true } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    communityId: text,
    centerId: text,
    learnerId: text,
    text,
    dueOn: text,
    assignedTo: text,
    assignedName: text,
    isOpen: { type: Boolean, required: true },
    doneAt: Date,
    doneBy: String,
    doneByAccountId: String,
    madeBy: text,
    madeByAccountId: String,
    madeAt: Date,
  },
  { collection: 'case-tasks', strict: 'throw', versionKey: false },
)
schema.index({ centerId: 1, assignedTo: 1, isOpen: 1, dueOn: 1 })
schema.index({ learnerId: 1, centerId: 1, dueOn: 1 })

const Tasks = mongoose.model('CaseTask', schema)

const toTask = ({ _id, ...rest }: Row): Task => ({ id: _id, ...rest })

export async function insertTask({ id, ...rest }: Task): Promise<void> {
  await Tasks.insertMany([{ _id: id, ...rest }])
}

/** The open tasks of one person at a center up to a day, earliest first. */
export async function tasksDue(
  centerId: string,
  assignedTo: string,
  upTo: Day,
  limit = 50,
): Promise<Task[]> {
  const rows = await Tasks.find({ centerId, assignedTo, isOpen: true, dueOn: { $lte: upTo } })
    .sort({ dueOn: 1 })
    .limit(limit)
    .lean<Row[]>()
  return rows.map(toTask)
}

/** All tasks about a learner at one center, by their day. */
export async function tasksAt(learnerId: string, centerId: string): Promise<Task[]> {
  const rows = await Tasks.find({ learnerId, centerId }).sort({ dueOn: 1 }).limit(200).lean<Row[]>()
  return rows.map(toTask)
}

/** One task of a case, open or not. */
export async function findTask(
  id: string,
  learnerId: string,
  centerId: string,
): Promise<Task | undefined> {
  const row = await Tasks.findOne({ _id: id, learnerId, centerId }).lean<Row>()
  return row ? toTask(row) : undefined
}

/** Who has open tasks about these learners at a center, by account. */
export const taskHolders = (centerId: string, learnerIds: readonly string[]): Promise<string[]> =>
  Tasks.distinct('assignedTo', {
    learnerId: { $in: [...learnerIds] },
    centerId,
    isOpen: true,
  }).exec()

/** Gives the open tasks about these learners at a center that `former` holders have to somebody else. */
export async function handOnTasks(
  centerId: string,
  learnerIds: readonly string[],
  former: readonly string[],
  to: { readonly accountId: string; readonly name: string },
): Promise<void> {
  if (former.length === 0) return
  await Tasks.updateMany(
    {
      learnerId: { $in: [...learnerIds] },
      centerId,
      isOpen: true,
      assignedTo: { $in: [...former] },
    },
    { $set: { assignedTo: to.accountId, assignedName: to.name } },
  )
}

/** Closes an open task of a case; false when it is closed already or of another case. */
export async function closeTask(
  id: string,
  learnerId: string,
  centerId: string,
  {
    at,
    by,
  }: { readonly at: Date; readonly by: { readonly accountId: string; readonly name: string } },
): Promise<boolean> {
  const done = await Tasks.updateOne(
    { _id: id, learnerId, centerId, isOpen: true },
    { $set: { isOpen: false, doneAt: at, doneBy: by.name, doneByAccountId: by.accountId } },
  )
  return done.modifiedCount === 1
}
