import mongoose from 'mongoose'
import { roles } from './actor.js'
import { changeKinds, type Change, type Edit } from './change.js'

const text = { type: String, required: true } as const
const part = { _id: false, strict: 'throw' } as const

const changeSchema = new mongoose.Schema<Change>(
  {
    at: { type: Date, required: true },
    by: String,
    byName: text,
    communityId: text,
    kind: { type: String, enum: changeKinds, required: true },
    role: { type: String, enum: roles },
    organization: String,
    reason: String,
    edits: {
      type: [new mongoose.Schema<Edit>({ field: text, from: String, to: String }, part)],
      default: undefined,
    },
  },
  part,
)

/** What a record with a history keeps; spread into its schema. */
export const historyFields = {
  history: { type: [changeSchema], default: undefined },
  lastChangeAt: Date,
} as const

export interface WithHistory {
  readonly history?: readonly Change[]
  readonly lastChangeAt?: Date
}

/** The index by which a community's changed records are listed, last changed first. */
export const historyIndex = [
  { 'history.communityId': 1, lastChangeAt: -1, _id: -1 },
  { partialFilterExpression: { lastChangeAt: { $exists: true } } },
] as const

/** The parts of an update that add changes; `set` goes into its `$set`, `push` into its `$push`. */
export const noting = (changes: readonly Change[]) => {
  const at = changes.at(-1)?.at
  return {
    set: at === undefined ? {} : { lastChangeAt: at },
    push: at === undefined ? {} : { history: { $each: [...changes] } },
  }
}
