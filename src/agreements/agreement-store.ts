import mongoose from 'mongoose'
import { isDuplicateKey } from '../duplicate-keys.js'
import type { Day } from '../calendar.js'
import type { JointRead } from '../joint-read.js'
import type { Agreement } from './agreement.js'
import { keysOfBadges, keysOfSet, mostBadges } from './match-keys.js'
import { fold } from '../fold.js'

export type AgreementRow = Omit<Agreement, 'id' | 'to'> & {
  readonly _id: string
  readonly to: Day
  /** What a search for a course finds it by. */
  readonly words: readonly string[]
  /** What it is found by when badges are matched. */
  readonly keys: readonly string[]
  /** Badges that earlier versions named and this one does not, where there are any. */
  readonly inherited?: readonly string[]
  /** By which rules these were made. */
  readonly edition: number
}

/** Counted up whenever toRow makes of an agreement something else to find it by: a job then brings old rows up to it. */
export const edition = 1

const text = { type: String, required: true } as const

const schema = new mongoose.Schema<AgreementRow>(
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
    edition: Number,
    demonstration: { type: Boolean, required: true },
  },
  { collection: 'agreements', strict: 'throw', versionKey: false },
)
schema.index({ series: 1, version: 1 }, { unique: true })
schema.index({ communityId: 1, 'badges.of': 1, _id: 1 })
schema.index({ keys: 1, communityId: 1 })
schema.index({ inherited: 1, communityId: 1 })
schema.index({ edition: 1 })
schema.index({ 'badges.of': 1, to: 1 })
schema.index({ collegeId: 1, to: 1 })
schema.index({ course: 1, _id: 1 })
schema.index({ words: 1, course: 1, _id: 1 })
schema.index({ collegeId: 1, course: 1, version: 1 })

export const Agreements = mongoose.model('Agreement', schema)

/** An agreement without an end is kept with this one, so that one index range answers "in force on". */
const noEnd = '9999-12-31'

export const toAgreement = ({
  _id,
  to,
  words: _words,
  keys: _keys,
  inherited: _inherited,
  edition: _edition,
  ...rest
}: AgreementRow): Agreement => ({
  id: _id,
  ...rest,
  ...(to !== noEnd && { to }),
})
/** For agreement-refresh-store.ts too. `known` holds the earlier versions of its series among others. */
export function toRow({ id, ...rest }: Agreement, known: readonly Agreement[]): AgreementRow {
  const { course, courseTitle, series, version, badges } = rest
  const before = known.filter((one) => one.series === series && one.version < version)
  const inherited = new Set(before.flatMap((one) => one.badges.of))
  for (const badge of badges.of) inherited.delete(badge)
  return {
    _id: id,
    ...rest,
    to: rest.to ?? noEnd,
    keys: keysOfSet(badges),
    edition,
    words: searchWords(`${course} ${course.replace(/\s+/g, '')} ${courseTitle}`),
    ...(inherited.size > 0 && { inherited: [...inherited] }),
  }
}

/** The words of a text as they are kept and searched: "CIS 122" is "cis" and "122". */
export const searchWords = (text: string): string[] => [
  ...new Set(
    fold(text)
      .split(/[^a-z0-9]+/)
      .filter((word) => word !== ''),
  ),
]

/** One agreement by the id of its version. */
export async function findAgreement(id: string): Promise<Agreement | undefined> {
  const row = await Agreements.findById(id).lean<AgreementRow>()
  return row ? toAgreement(row) : undefined
}

/** All versions of these series, oldest first. */
export async function versionsOf(series: readonly string[]): Promise<Agreement[]> {
  const rows = await Agreements.find({ series: { $in: [...series] } })
    .sort({ series: 1, version: 1 })
    .lean<AgreementRow[]>()
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
  const [naming, inheriting] = await Promise.all([
    Agreements.find({ ...where, 'badges.of': asked }).lean<AgreementRow[]>(),
    Agreements.find({ ...where, inherited: asked }).lean<AgreementRow[]>(),
  ])
  const rows = new Map([...naming, ...inheriting].map((row) => [row._id, row]))
  return [...rows.values()].map(toAgreement)
}

/** A page that brings this many along has not all of them: it asks agreementsWithin instead. */
export const mostAtOnce = 60

const namingRead = (field: string): JointRead<Agreement[]> => ({
  from: Agreements.collection.name,
  join: { field, path: 'awards.badge' },
  equal: { field: 'communityId', path: 'learner.communityId' },
  limit: mostAtOnce,
  take: (rows) => (rows as readonly AgreementRow[]).map(toAgreement),
})

/**
 * As agreementsNaming in two parts that may overlap, for the awards and the learner that were read before; at most
 * `mostAtOnce` of each.
 */
export const agreementReads = {
  naming: namingRead('badges.of'),
  inheriting: { ...namingRead('inherited'), filter: { inherited: { $exists: true } } },
} as const

/**
 * Versions that name the badge, or one of several, on a day within their own dates, at most `limit`; of one badge the oldest
 * after `after` first. Newer versions may have ended them: offeredOn knows.
 */
export async function runningNaming(
  communityId: string,
  badges: string | readonly string[],
  on: Day,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<Agreement[]> {
  const rows = await Agreements.find({
    communityId,
    'badges.of': typeof badges === 'string' ? badges : { $in: [...badges] },
    from: { $lte: on },
    to: { $gte: on },
    retired: { $ne: true },
    ...(after !== undefined && { _id: { $gt: after } }),
  })
    .sort(typeof badges === 'string' ? { _id: 1 } : {})
    .limit(limit)
    .lean<AgreementRow[]>()
  return rows.map(toAgreement)
}

/** More than this in one question and the embedded database walks the whole index instead. */
const keysAtOnce = 500

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
  const keys = keysOfBadges(held)
  const found = await Promise.all(
    Array.from({ length: Math.ceil(keys.length / keysAtOnce) }, (_, at) =>
      Agreements.find(
        { ...where, keys: { $in: keys.slice(at * keysAtOnce, (at + 1) * keysAtOnce) } },
        { series: 1 },
      ).lean<Pick<AgreementRow, 'series'>[]>(),
    ),
  )
  const series = new Set(found.flat().map((row) => row.series))
  return series.size === 0 ? [] : versionsOf([...series])
}

/** A college's agreements, past and future ones too, by course and version. */
export async function agreementsOfCollege(collegeId: string): Promise<Agreement[]> {
  const rows = await Agreements.find({ collegeId }).lean<AgreementRow[]>()
  return rows
    .map(toAgreement)
    .sort((a, b) => a.course.localeCompare(b.course) || a.version - b.version)
}

/** The agreements of a college, each once, by course as it is called last. */
export async function seriesOfCollege(
  collegeId: string,
): Promise<Pick<Agreement, 'series' | 'course' | 'courseTitle'>[]> {
  const rows = await Agreements.find({ collegeId }, { series: 1, course: 1, courseTitle: 1 })
    .sort({ version: 1 })
    .lean<Pick<Agreement, 'series' | 'course' | 'courseTitle'>[]>()
  const last = new Map(rows.map((row) => [row.series, row]))
  return [...last.values()].sort((a, b) => a.course.localeCompare(b.course))
}

/** Every version of a college's agreements on one course. */
export async function agreementsOfCourse(collegeId: string, course: string): Promise<Agreement[]> {
  const rows = await Agreements.find({ collegeId, course }).lean<AgreementRow[]>()
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
