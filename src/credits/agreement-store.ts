import mongoose, { type QueryFilter } from 'mongoose'
import { isDuplicateKey } from '../duplicate-keys.js'
import type { Day } from '../calendar.js'
import { offeredOn, type Agreement } from './agreement.js'

type Row = Omit<Agreement, 'id' | 'to'> & { readonly _id: string; readonly to: Day }

const text = { type: String, required: true } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    series: text,
    version: { type: Number, required: true },
    communityId: text,
    collegeId: text,
    collegeName: text,
    course: text,
    courseTitle: text,
    credits: { type: Number, required: true },
    unit: { type: String, enum: ['quarter', 'semester'], required: true },
    badges: {
      type: new mongoose.Schema<Agreement['badges']>(
        { of: [String], atLeast: Number },
        { _id: false, strict: 'throw' },
      ),
      required: true,
    },
    lowestLevel: text,
    maxAgeMonths: Number,
    mayShareBadges: { type: Boolean, required: true },
    fills: { type: String, enum: ['requirement', 'elective'], required: true },
    conditions: String,
    catalogYear: String,
    advisory: Boolean,
    from: text,
    to: text,
    decidedBy: String,
    decidedOn: String,
    note: String,
    internalNote: String,
    source: String,
    badgeVersions: {
      type: [
        new mongoose.Schema(
          { slug: text, version: { type: Number, required: true } },
          { _id: false, strict: 'throw' },
        ),
      ],
      default: undefined,
    },
    retired: Boolean,
    demonstration: { type: Boolean, required: true },
  },
  { collection: 'agreements', strict: 'throw', versionKey: false },
)
schema.index({ series: 1, version: 1 }, { unique: true })
schema.index({ communityId: 1, 'badges.of': 1 })
schema.index({ 'badges.of': 1, to: 1 })
schema.index({ collegeId: 1, to: 1 })
schema.index({ course: 1, _id: 1 })
schema.index({ collegeId: 1, course: 1, version: 1 })

const Agreements = mongoose.model('Agreement', schema)

/** An agreement without an end is kept with this one, so that one index range answers "in force on". */
const noEnd = '9999-12-31'

const toAgreement = ({ _id, to, ...rest }: Row): Agreement => ({
  id: _id,
  ...rest,
  ...(to !== noEnd && { to }),
})
const toRow = ({ id, ...rest }: Agreement): Row => ({ _id: id, ...rest, to: rest.to ?? noEnd })

/** One agreement by the id of its version. */
export async function findAgreement(id: string): Promise<Agreement | undefined> {
  const row = await Agreements.findById(id).lean<Row>()
  return row ? toAgreement(row) : undefined
}

/** All versions of these series, oldest first. */
export async function versionsOf(series: readonly string[]): Promise<Agreement[]> {
  const rows = await Agreements.find({ series: { $in: [...series] } })
    .sort({ series: 1, version: 1 })
    .lean<Row[]>()
  return rows.map(toAgreement)
}

/** Every version, past ones too, of a community's agreements that name one of the badges: what creditsFor needs. */
export async function agreementsNaming(
  communityId: string,
  badges: readonly string[],
): Promise<Agreement[]> {
  if (badges.length === 0) return []
  const named = await Agreements.find({ communityId, 'badges.of': { $in: [...badges] } }).lean<
    Row[]
  >()
  return named.map(toAgreement)
}

/** What the public crosswalk asks: everything is optional. */
export interface CrosswalkFilter {
  readonly badge?: string | undefined
  readonly college?: string | undefined
  readonly on: Day
}

/** The place of a row in the crosswalk's order. */
export interface CrosswalkPlace {
  readonly course: string
  readonly id: string
}

/** A page of the agreements in force on a day, by course; `more` is the place of the last row when there are more. */
export async function agreementsInForce(
  filter: CrosswalkFilter,
  limit: number,
  after?: CrosswalkPlace,
): Promise<{ readonly items: Agreement[]; readonly more: CrosswalkPlace | undefined }> {
  const where: QueryFilter<Row> = {
    ...(filter.badge === undefined ? {} : { 'badges.of': filter.badge }),
    ...(filter.college === undefined ? {} : { collegeId: filter.college }),
    to: { $gte: filter.on },
    from: { $lte: filter.on },
    ...(after && {
      course: { $gte: after.course },
      $or: [{ course: { $gt: after.course } }, { _id: { $gt: after.id } }],
    }),
  }
  const rows = await Agreements.find(where)
    .sort({ course: 1, _id: 1 })
    .limit(limit + 1)
    .lean<Row[]>()
  const page = rows.slice(0, limit).map(toAgreement)
  const last = rows.length > limit ? page.at(-1) : undefined
  return {
    items: await dropReplaced(page, filter.on),
    more: last && { course: last.course, id: last.id },
  }
}

/** A version counts as ended from the day its successor starts, even while its own row is not closed yet. */
async function dropReplaced(page: readonly Agreement[], on: Day): Promise<Agreement[]> {
  const series = [...new Set(page.map((agreement) => agreement.series))]
  const offered = new Set(offeredOn(await versionsOf(series), on).map(({ id }) => id))
  return page.filter(({ id }) => offered.has(id))
}

/** A college's agreements, past and future ones too, by course and version. */
export async function agreementsOfCollege(collegeId: string): Promise<Agreement[]> {
  const rows = await Agreements.find({ collegeId }).lean<Row[]>()
  return rows
    .map(toAgreement)
    .sort((a, b) => a.course.localeCompare(b.course) || a.version - b.version)
}

/** Every version of a college's agreements on one course. */
export async function agreementsOfCourse(collegeId: string, course: string): Promise<Agreement[]> {
  const rows = await Agreements.find({ collegeId, course }).lean<Row[]>()
  return rows.map(toAgreement)
}

/** Adds versions; returns how many were new. One that is there already is left as it is. */
export async function insertAgreements(agreements: readonly Agreement[]): Promise<number> {
  if (agreements.length === 0) return 0
  try {
    await Agreements.insertMany(agreements.map(toRow), {
      ordered: false,
      lean: true,
      throwOnValidationError: true,
    })
    return agreements.length
  } catch (error) {
    if (!isDuplicateKey(error)) throw error
    return (error as { insertedCount?: number }).insertedCount ?? 0
  }
}
