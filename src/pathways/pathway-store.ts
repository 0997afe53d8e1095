import mongoose from 'mongoose'
import { isDuplicateKey } from '../duplicate-keys.js'
import { outboxEntrySchema, outboxIn, outboxIndex } from '../messages/outbox-store.js'
import type { OutboxEntry } from '../messages/outbox.js'
import {
  applicationStates,
  isLiveApplication,
  type Application,
  type ApplicationEvent,
  type ApplicationState,
  type Pathway,
  type PlanCourse,
} from './pathway.js'

type PathwayRow = Omit<Pathway, 'id'> & { readonly _id: string }
type Row = Omit<Application, 'id'> & {
  readonly _id: string
  readonly live: boolean
  readonly outbox: readonly OutboxEntry[]
}
type Shown = Omit<Row, 'outbox' | 'live'>

const text = { type: String, required: true } as const
const number = { type: Number, required: true } as const
const date = { type: Date, required: true } as const
const flag = { type: Boolean, required: true } as const
const part = { _id: false, strict: 'throw' } as const

const pathwaySchema = new mongoose.Schema<PathwayRow>(
  {
    _id: text,
    communityId: text,
    collegeId: text,
    collegeName: text,
    name: text,
    about: text,
    places: number,
    plan: [
      new mongoose.Schema<PlanCourse>(
        { series: text, course: text, courseTitle: text, credits: number, unit: text },
        part,
      ),
    ],
    opensOn: text,
    closesOn: text,
    startsOn: text,
    endsOn: text,
    demonstration: flag,
  },
  { collection: 'pathways', strict: 'throw', versionKey: false },
)
pathwaySchema.index({ collegeId: 1, startsOn: -1, _id: 1 })
pathwaySchema.index({ endsOn: 1, _id: 1 })

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    pathwayId: text,
    communityId: text,
    collegeId: text,
    learnerId: text,
    learnerName: text,
    state: { ...text, enum: applicationStates },
    seat: { type: Number, min: 1 },
    why: String,
    appliedAt: date,
    events: [
      new mongoose.Schema<ApplicationEvent>(
        { at: date, by: text, byName: text, kind: text, reason: String },
        part,
      ),
    ],
    live: flag,
    outbox: [outboxEntrySchema],
    demonstration: flag,
  },
  { collection: 'pathway-applications', strict: 'throw', versionKey: false },
)
schema.index(
  { pathwayId: 1, seat: 1 },
  { unique: true, partialFilterExpression: { seat: { $exists: true } } },
)
schema.index(
  { pathwayId: 1, learnerId: 1 },
  { unique: true, partialFilterExpression: { live: true } },
)
schema.index({ pathwayId: 1, state: 1, appliedAt: 1, _id: 1 })
schema.index({ learnerId: 1, appliedAt: -1 })
schema.index(...outboxIndex)

const Pathways = mongoose.model('Pathway', pathwaySchema)
const Applications = mongoose.model('PathwayApplication', schema)

export const applicationOutbox = outboxIn('PathwayApplication')

const hidden = { outbox: 0, live: 0 } as const
const toPathway = ({ _id, ...rest }: PathwayRow): Pathway => ({ id: _id, ...rest })
const toApplication = ({ _id, ...rest }: Shown): Application => ({ id: _id, ...rest })

export async function insertPathway({ id, ...rest }: Pathway): Promise<void> {
  await Pathways.insertMany([{ _id: id, ...rest }], { lean: true })
}

export async function findPathway(id: string): Promise<Pathway | undefined> {
  const row = await Pathways.findById(id).lean<PathwayRow>()
  return row ? toPathway(row) : undefined
}

/** The pathways that have not ended on a day, the first to end first. */
export async function pathwaysFrom(today: string): Promise<Pathway[]> {
  const rows = await Pathways.find({ endsOn: { $gte: today } })
    .sort({ endsOn: 1, _id: 1 })
    .limit(200)
    .lean<PathwayRow[]>()
  return rows.map(toPathway)
}

/** The pathways of a college, the last to start first. */
export async function pathwaysOfCollege(collegeId: string): Promise<Pathway[]> {
  const rows = await Pathways.find({ collegeId })
    .sort({ startsOn: -1, _id: 1 })
    .limit(200)
    .lean<PathwayRow[]>()
  return rows.map(toPathway)
}

/** Keeps an application; false when the learner has one for this pathway already. */
export async function insertApplication(
  { id, ...rest }: Application,
  outbox: readonly OutboxEntry[],
): Promise<boolean> {
  try {
    const live = isLiveApplication(rest.state)
    await Applications.insertMany([{ _id: id, ...rest, live, outbox: [...outbox] }], { lean: true })
    return true
  } catch (error) {
    if (isDuplicateKey(error)) return false
    throw error
  }
}

export async function findApplication(id: string): Promise<Application | undefined> {
  const row = await Applications.findById(id, hidden).lean<Shown>()
  return row ? toApplication(row) : undefined
}

/** A learner's live application for a pathway, else the last one. */
export async function applicationOf(
  pathwayId: string,
  learnerId: string,
): Promise<Application | undefined> {
  const rows = await Applications.find({ learnerId, pathwayId }, hidden)
    .sort({ appliedAt: -1 })
    .limit(20)
    .lean<Shown[]>()
  const row = rows.find(({ state }) => isLiveApplication(state)) ?? rows[0]
  return row && toApplication(row)
}

/** A page of the applications for a pathway, the first to apply first. */
export async function applicationPage(
  filter: { readonly pathwayId: string; readonly state: ApplicationState },
  limit: number,
  after?: { readonly appliedAt: Date; readonly id: string },
): Promise<Application[]> {
  const rows = await Applications.find(
    {
      ...filter,
      ...(after && {
        appliedAt: { $gte: after.appliedAt },
        $or: [{ appliedAt: { $gt: after.appliedAt } }, { _id: { $gt: after.id } }],
      }),
    },
    hidden,
  )
    .sort({ appliedAt: 1, _id: 1 })
    .limit(limit)
    .lean<Shown[]>()
  return rows.map(toApplication)
}

/** How many applications of a pathway are in a state. */
export async function countApplications(
  pathwayId: string,
  state: ApplicationState,
): Promise<number> {
  return Applications.countDocuments({ pathwayId, state })
}

/** The numbers of the places that are held. */
export async function placesTaken(pathwayId: string): Promise<number[]> {
  const rows = await Applications.find({ pathwayId, seat: { $exists: true } }, { seat: 1, _id: 0 })
    .limit(1_000)
    .lean<{ seat: number }[]>()
  return rows.map(({ seat }) => seat)
}

/** What a move leads to; with `seat` the place it takes, else it holds none. */
export interface ApplicationMove {
  readonly state: ApplicationState
  readonly seat?: number
  readonly event: ApplicationEvent
  readonly outbox?: readonly OutboxEntry[]
}

/**
 * Moves an application on from the state it was read in. 'place-taken' when somebody took that place first; undefined when
 * somebody else moved it.
 */
export async function moveApplication(
  application: Application,
  { state, seat, event, outbox = [] }: ApplicationMove,
): Promise<Application | 'place-taken' | undefined> {
  try {
    const row = await Applications.findOneAndUpdate(
      { _id: application.id, state: application.state },
      {
        $set: { state, live: isLiveApplication(state), ...(seat !== undefined && { seat }) },
        ...(seat === undefined && { $unset: { seat: '' } }),
        $push: { events: event, outbox: { $each: [...outbox] } },
      },
      { returnDocument: 'after', projection: hidden },
    ).lean<Shown>()
    return row ? toApplication(row) : undefined
  } catch (error) {
    if (isDuplicateKey(error)) return 'place-taken'
    throw error
  }
}
