import mongoose, { type QueryFilter } from 'mongoose'
import { isDuplicateKey } from '../duplicate-keys.js'
import type { Day } from '../calendar.js'
import type { JointRead } from '../joint-read.js'
import { offeredOn, type Agreement } from './agreement.js'
import { keysOfBadges, keysOfSet, mostBadges } from './match-keys.js'

type Row = Omit<Agreement, 'id' | 'to'> & {
  readonly _id: string
  readonly to: Day
  /** What a search for a course finds it by. */
  readonly words: readonly string[]
  /** What it is found by when badges are matched. */
  readonly keys: readonly string[]
  /** Badges that earlier versions named and this one does not, where there are any. */
  readonly inherited?: readonly string[]
}

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
    words: [String],
    keys: [String],
    inherited: { type: [String], default: undefined },
    demonstration: { type: Boolean, required: true },
  },
  { collection: 'agreements', strict: 'throw', versionKey: false },
)
schema.index({ series: 1, version: 1 }, { unique: true })
schema.index({ communityId: 1, 'badges.of': 1 })
schema.index({ keys: 1, communityId: 1 })
schema.index({ inherited: 1, communityId: 1 })
schema.index({ 'badges.of': 1, to: 1 })
schema.index({ collegeId: 1, to: 1 })
schema.index({ course: 1, _id: 1 })
schema.index({ words: 1, course: 1, _id: 1 })
schema.index({ collegeId: 1, course: 1, version: 1 })

const Agreements = mongoose.model('Agreement', schema)

/** An agreement without an end is kept with this one, so that one index range answers "in force on". */
const noEnd = '9999-12-31'

const toAgreement = ({
  _id,
  to,
  words: _words,
  keys: _keys,
  inherited: _inherited,
  ...rest
}: Row): Agreement => ({
  id: _id,
  ...rest,
  ...(to !== noEnd && { to }),
})
/** `known` holds the earlier versions of its series among others. */
function toRow({ id, ...rest }: Agreement, known: readonly Agreement[]): Row {
  const { course, courseTitle, series, version, badges } = rest
  const before = known.filter((one) => one.series === series && one.version < version)
  const inherited = new Set(before.flatMap((one) => one.badges.of))
  for (const badge of badges.of) inherited.delete(badge)
  return {
    _id: id,
    ...rest,
    to: rest.to ?? noEnd,
    keys: keysOfSet(badges),
    words: searchWords(`${course} ${course.replace(/\s+/g, '')} ${courseTitle}`),
    ...(inherited.size > 0 && { inherited: [...inherited] }),
  }
}

/** The words of a text as they are kept and searched: "CIS 122" is "cis" and "122". */
export const searchWords = (text: string): string[] => [
  ...new Set(
    text
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .split(/[^a-z0-9]+/)
      .filter((word) => word !== ''),
  ),
]

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

/**
 * The versions, past and coming ones too, that name one of the badges, and the later ones of the same agreements that no
 * longer do: those end the offer. Without a community, those of all. To match a learner's badges ask agreementsWithin.
 */
export async function agreementsNaming(
  communityId: string | undefined,
  badges: readonly string[],
  collegeId?: string,
): Promise<Agreement[]> {
  if (badges.length === 0) return []
  const where = {
    ...(communityId !== undefined && { communityId }),
    ...(collegeId !== undefined && { collegeId }),
  }
  const asked = { $in: [...badges] }
  const rows = await Agreements.find({
    $or: [
      { ...where, 'badges.of': asked },
      { ...where, inherited: asked },
    ],
  }).lean<Row[]>()
  return rows.map(toAgreement)
}

const namingRead = (field: string): JointRead<Agreement[]> => ({
  from: Agreements.collection.name,
  join: { field, path: 'awards.badge' },
  equal: { field: 'communityId', path: 'learner.communityId' },
  take: (rows) => (rows as readonly Row[]).map(toAgreement),
})

/** As agreementsNaming in two parts that may overlap, for the awards and the learner that were read before. */
export const agreementReads = {
  naming: namingRead('badges.of'),
  inheriting: { ...namingRead('inherited'), filter: { inherited: { $exists: true } } },
} as const

/**
 * All versions of the agreements of which one could be met by these badges: what creditsFor needs. It costs what the badges
 * could meet, not what is in force. Without a community, those of all.
 */
export async function agreementsWithin(
  communityId: string | undefined,
  badges: readonly string[],
  collegeId?: string,
): Promise<Agreement[]> {
  const held = [...new Set(badges)]
  if (held.length > mostBadges) return agreementsNaming(communityId, held, collegeId)
  const where = {
    ...(communityId !== undefined && { communityId }),
    ...(collegeId !== undefined && { collegeId }),
  }
  const rows = await Agreements.find(
    { ...where, keys: { $in: keysOfBadges(held) } },
    { series: 1 },
  ).lean<Pick<Row, 'series'>[]>()
  return rows.length === 0 ? [] : versionsOf([...new Set(rows.map(({ series }) => series))])
}

/** What the public crosswalk asks: everything is optional. */
export interface CrosswalkFilter {
  readonly badge?: string | undefined
  /** One of these at least. */
  readonly badges?: readonly string[] | undefined
  /** Words of the course, the beginning of each. */
  readonly course?: string | undefined
  readonly fills?: Agreement['fills'] | undefined
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
    $and: [
      {},
      ...(filter.badge === undefined ? [] : [{ 'badges.of': filter.badge }]),
      ...(filter.badges === undefined ? [] : [{ 'badges.of': { $in: [...filter.badges] } }]),
      ...searchWords(filter.course ?? '').map((word) => ({ words: new RegExp(`^${word}`) })),
    ],
    ...(filter.college === undefined ? {} : { collegeId: filter.college }),
    ...(filter.fills === undefined ? {} : { fills: filter.fills }),
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
  const earlier = agreements.filter(({ version }) => version > 1).map(({ series }) => series)
  const known = [...(earlier.length > 0 ? await versionsOf(earlier) : []), ...agreements]
  try {
    await Agreements.insertMany(
      agreements.map((one) => toRow(one, known)),
      { ordered: false, lean: true, throwOnValidationError: true },
    )
    return agreements.length
  } catch (error) {
    if (!isDuplicateKey(error)) throw error
    return (error as { insertedCount?: number }).insertedCount ?? 0
  }
}

/** Writes anew what agreements are found by, for rows from before it was kept. */
export async function rebuildAgreementKeys(): Promise<void> {
  for (const series of await Agreements.distinct('series')) {
    const versions = await versionsOf([series])
    for (const { words, keys, inherited, _id } of versions.map((one) => toRow(one, versions)))
      await Agreements.updateOne(
        { _id },
        { $set: { words, keys, ...(inherited && { inherited }) } },
      )
  }
}
