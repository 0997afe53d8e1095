import mongoose from 'mongoose'
import { resumeTypes, type ResumeFile } from '../resumes/resume.js'
import type { Enrollment } from '../tracks/track.js'
import {
  emailKey,
  emptySummary,
  nameKey,
  type AcceptedAgreement,
  type Learner,
  type LearnerSummary,
  type LinkedProfile,
  type NewLearner,
} from './learner.js'

export type LearnerRow = Omit<Learner, 'id'> & {
  readonly _id: string
  readonly nameKey: string
  /** Set while the learner is leaving: nobody may find them. */
  readonly hiddenAt?: Date
}

const part = <T>(definition: mongoose.SchemaDefinition<T>) =>
  new mongoose.Schema<T>(definition, { _id: false, strict: 'throw' })

const text = { type: String, required: true } as const

const schema = new mongoose.Schema<LearnerRow>(
  {
    _id: text,
    communityId: text,
    accountId: String,
    name: text,
    nameKey: text,
    email: String,
    phone: String,
    place: part<Learner['place']>({ city: { type: String, default: '' }, postalCode: String }),
    language: { type: String, enum: ['en', 'es'], required: true },
    enrollments: [part<Enrollment>({ track: text, version: text, startedOn: text })],
    profiles: [
      part<LinkedProfile>({
        provider: text,
        name: text,
        linkedAt: { type: Date, required: true },
        confirmed: { type: Boolean, required: true },
      }),
    ],
    portfolioUrl: String,
    resumeUrl: String,
    resumeFile: part<ResumeFile>({
      id: text,
      type: { ...text, enum: resumeTypes },
      size: { type: Number, required: true },
      on: text,
    }),
    joinedOn: text,
    centerId: String,
    programAgreement: part<AcceptedAgreement>({ version: text, acceptedOn: text }),
    demonstration: { type: Boolean, required: true },
    hiddenAt: Date,
    readyAt: Date,
    summaryRevision: Number,
    summary: part<LearnerSummary>({
      facts: Number,
      lastActivityOn: String,
      awards: Number,
      tracks: [
        part<LearnerSummary['tracks'][number]>({
          slug: text,
          version: text,
          title: text,
          done: Number,
          total: Number,
          finishedOn: String,
        }),
      ],
      stuckOn: part<NonNullable<LearnerSummary['stuckOn']>>({
        track: text,
        step: text,
        stepTitle: text,
        courseUrl: String,
        since: text,
      }),
      ready: { type: Boolean, required: true },
      readySince: String,
      rulesMet: [String],
      rulesVersion: { type: Number, default: 0 },
      readyFor: { type: [String], default: undefined },
      recheckOn: String,
    }),
  },
  { collection: 'learners', strict: 'throw', versionKey: false },
)

schema.index({ communityId: 1, 'summary.ready': 1, 'summary.readySince': 1, _id: 1 })
schema.index({ communityId: 1, centerId: 1, 'summary.ready': 1, 'summary.readySince': 1, _id: 1 })
schema.index({
  communityId: 1,
  'enrollments.track': 1,
  'summary.ready': 1,
  'summary.readySince': 1,
  _id: 1,
})
schema.index({ communityId: 1, centerId: 1, 'summary.ready': 1, nameKey: 1, _id: 1 })
schema.index({ communityId: 1, 'enrollments.track': 1, 'summary.ready': 1, nameKey: 1, _id: 1 })
schema.index({ communityId: 1, nameKey: 1, _id: 1 })
schema.index({ communityId: 1, 'summary.ready': 1, nameKey: 1, _id: 1 })
schema.index(
  { communityId: 1, readyAt: 1, _id: 1 },
  { partialFilterExpression: { readyAt: { $exists: true } } },
)
schema.index({ communityId: 1, 'summary.awards': 1 })
schema.index({ communityId: 1, 'summary.rulesVersion': 1 })
schema.index(
  { communityId: 1, 'summary.recheckOn': 1 },
  { partialFilterExpression: { 'summary.recheckOn': { $exists: true } } },
)
schema.index(
  { communityId: 1, 'summary.readyFor': 1, centerId: 1, 'summary.readySince': 1, _id: 1 },
  { partialFilterExpression: { 'summary.readyFor': { $exists: true } } },
)
schema.index({ communityId: 1, _id: 1 })
schema.index(
  { communityId: 1, email: 1 },
  { unique: true, partialFilterExpression: { email: { $exists: true } } },
)
schema.index({ accountId: 1 }, { partialFilterExpression: { accountId: { $exists: true } } })

/** For the stores of learners/ only. */
export const Learners = mongoose.model('Learner', schema)

/** Fields that only the database needs. */
export const hidden = { nameKey: 0 } as const
export type ShownRow = Omit<LearnerRow, 'nameKey'>

export const toLearner = ({ _id, ...rest }: ShownRow): Learner => ({ id: _id, ...rest })

export const toRow = ({ id, ...rest }: NewLearner): LearnerRow => ({
  _id: id,
  ...rest,
  ...(rest.email === undefined ? {} : { email: emailKey(rest.email) }),
  nameKey: nameKey(rest.name),
  summary: emptySummary,
})
