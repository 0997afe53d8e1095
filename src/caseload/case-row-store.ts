import mongoose from 'mongoose'
import { caseNewsKinds, caseStates, type Case, type CaseNews, type Closing } from './case.js'
import type { Look } from './look.js'

export type StaffLook = Look & { readonly accountId: string }

/**
 * `looks`: when each member of staff last looked at the page of the case. `words`: what the learner's name is found by;
 * `edition`: by which way of making them, none while they are still to be made. `behind`: of a record that was joined into
 * one that has a case at the center too: that learner; the row is on no list then.
 */
export type CaseRow = Omit<Case, 'id'> & {
  readonly _id: string
  readonly looks?: readonly StaffLook[]
  readonly words?: readonly string[]
  readonly edition?: number
  readonly behind?: string
}

const text = { type: String, required: true } as const
const time = { type: Date, required: true } as const
const strict = { _id: false, strict: 'throw' } as const

const caseNews = new mongoose.Schema<CaseNews>(
  { kind: { ...text, enum: caseNewsKinds }, at: time, by: text, byName: text },
  strict,
)

/** The index of a center's cases by the words of names. */
export const byWords = { communityId: 1, centerId: 1, words: 1 } as const

const schema = new mongoose.Schema<CaseRow>(
  {
    _id: text,
    communityId: text,
    centerId: text,
    learnerId: text,
    state: { ...text, enum: caseStates },
    isOpen: { type: Boolean, required: true },
    since: { type: Date, required: true },
    assignedTo: String,
    assignedName: String,
    touchedAt: Date,
    news: caseNews,
    newsBefore: caseNews,
    closing: new mongoose.Schema<Closing>(
      { reason: text, at: time, byAccountId: text, byName: text },
      strict,
    ),
    looks: {
      type: [new mongoose.Schema<StaffLook>({ accountId: text, before: Date, at: time }, strict)],
      default: undefined,
    },
    words: { type: [String], default: undefined },
    edition: Number,
    behind: String,
  },
  { collection: 'cases', strict: 'throw', versionKey: false },
)
schema.index({ communityId: 1, centerId: 1, isOpen: 1, since: 1, _id: 1 })
schema.index({ communityId: 1, centerId: 1, isOpen: 1, assignedTo: 1, since: 1, _id: 1 })
schema.index({ communityId: 1, centerId: 1, state: 1, since: 1, _id: 1 })
schema.index({ communityId: 1, centerId: 1, since: 1, _id: 1 })
schema.index(byWords)
schema.index({ edition: 1 })
schema.index(
  { communityId: 1, centerId: 1, 'news.at': 1, 'news.by': 1 },
  { partialFilterExpression: { 'news.at': { $exists: true } } },
)
schema.index(
  { communityId: 1, centerId: 1, 'news.by': 1, 'newsBefore.at': 1 },
  { partialFilterExpression: { 'newsBefore.at': { $exists: true } } },
)
schema.index({ learnerId: 1, centerId: 1 }, { unique: true })

/** For the stores of this folder only. */
export const Cases = mongoose.model('Case', schema)

/** The case itself, without what only the database needs. */
export const toCase = ({
  _id,
  looks: _looks,
  words: _words,
  edition: _edition,
  behind: _behind,
  ...rest
}: CaseRow): Case => ({ id: _id, ...rest })
