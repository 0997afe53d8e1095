import mongoose from 'mongoose'
import type { Day } from '../calendar.js'
import { isDuplicateKey } from '../duplicate-keys.js'
import { enrollmentPrograms, type CoEnrollment, type EnrollmentTakenBack } from './co-enrollment.js'

type Row = Omit<CoEnrollment, 'id'> & { readonly _id: string }

const text = { type: String, required: true } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    learnerId: text,
    communityId: text,
    centerId: text,
    program: { ...text, enum: enrollmentPrograms },
    startOn: text,
    endOn: String,
    reportedBy: new mongoose.Schema(
      { accountId: text, name: text },
      { _id: false, strict: 'throw' },
    ),
    reportedAt: { type: Date, required: true },
    takenBack: new mongoose.Schema<EnrollmentTakenBack>(
      { by: text, at: { type: Date, required: true }, reason: text },
      { _id: false, strict: 'throw' },
    ),
  },
  { collection: 'co-enrollments', strict: 'throw', versionKey: false },
)
// What was taken back may be reported again: only one stay with the same first day has no time of taking back.
schema.index(
  { learnerId: 1, centerId: 1, program: 1, startOn: 1, 'takenBack.at': 1 },
  { unique: true },
)
schema.index({ communityId: 1, learnerId: 1 })

const CoEnrollments = mongoose.model('CoEnrollment', schema)

const toCoEnrollment = ({ _id, ...rest }: Row): CoEnrollment => ({ id: _id, ...rest })

/** Keeps a stay; one of that program with that first day that is known and not taken back comes back as it is. */
export async function insertCoEnrollment(stay: CoEnrollment): Promise<CoEnrollment> {
  const { id, ...rest } = stay
  try {
    await CoEnrollments.create({ _id: id, ...rest })
    return stay
  } catch (error) {
    if (!isDuplicateKey(error)) throw error
    return (await findStay(stay)) ?? stay
  }
}

/** A center's stay of that program with that first day, unless it was taken back. */
export async function findStay({
  learnerId,
  centerId,
  program,
  startOn,
}: Pick<CoEnrollment, 'learnerId' | 'centerId' | 'program' | 'startOn'>): Promise<
  CoEnrollment | undefined
> {
  const row = await CoEnrollments.findOne({
    learnerId,
    centerId,
    program,
    startOn,
    takenBack: null,
  }).lean<Row>()
  return row ? toCoEnrollment(row) : undefined
}

/** The stays of a learner, of one center when given, the first to begin first; those taken back too. */
export async function coEnrollmentsOf(
  learnerId: string,
  centerId?: string,
): Promise<CoEnrollment[]> {
  const rows = await CoEnrollments.find({ learnerId, ...(centerId !== undefined && { centerId }) })
    .limit(200)
    .lean<Row[]>()
  return rows
    .map(toCoEnrollment)
    .sort((a, b) => a.startOn.localeCompare(b.startOn) || a.id.localeCompare(b.id))
}

/**
 * The stays of whole learners of one community, in the order of their ids after `after`, those taken back too; about `limit`
 * of them, and none when there are no more.
 */
export async function staysAfter(
  communityId: string,
  after: string,
  limit: number,
): Promise<CoEnrollment[]> {
  const rows = await CoEnrollments.find({ communityId, learnerId: { $gt: after } })
    .sort({ learnerId: 1 })
    .limit(limit)
    .lean<Row[]>()
  const last = rows.at(-1)?.learnerId
  const rest = rows.filter(({ learnerId }) => learnerId !== last)
  const whole = rows.length < limit || last === undefined ? rows : rest
  if (whole.length > 0 || last === undefined) return whole.map(toCoEnrollment)
  return coEnrollmentsOf(last)
}

/** How many stays centers of that community have reported, those taken back too. */
export const countStays = (communityId: string): Promise<number> =>
  CoEnrollments.countDocuments({ communityId })

/** Ends a stay that has no last day yet; false when there is none such. */
export async function endCoEnrollment(
  id: string,
  learnerId: string,
  centerId: string,
  endOn: Day,
): Promise<boolean> {
  const done = await CoEnrollments.updateOne(
    {
      _id: id,
      learnerId,
      centerId,
      startOn: { $lte: endOn },
      endOn: { $exists: false },
      takenBack: null,
    },
    { $set: { endOn } },
  )
  return done.modifiedCount === 1
}

/** Marks a center's stay as taken back, once; false when it was before or is not the center's. */
export async function markEnrollmentTakenBack(
  id: string,
  learnerId: string,
  centerId: string,
  takenBack: EnrollmentTakenBack,
): Promise<boolean> {
  const done = await CoEnrollments.updateOne(
    { _id: id, learnerId, centerId, takenBack: null },
    { $set: { takenBack } },
  )
  return done.modifiedCount === 1
}
