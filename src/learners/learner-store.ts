import type { QueryFilter } from 'mongoose'
import { isDuplicateKey } from '../duplicate-keys.js'
import type { ResumeFile } from '../resumes/resume.js'
import type { Enrollment } from '../tracks/track.js'
import {
  hidden,
  Learners,
  toLearner,
  toRow,
  type LearnerRow,
  type ShownRow,
} from './learner-row-store.js'
import {
  emailKey,
  nameKey,
  type AcceptedAgreement,
  type Learner,
  type LinkedProfile,
  type NewLearner,
} from './learner.js'

const isThere = { hiddenAt: { $exists: false } } as const

/** The learner, or undefined; also for one who is leaving. */
export async function findLearner(id: string): Promise<Learner | undefined> {
  const row = await Learners.findOne({ _id: id, ...isThere }, hidden).lean<ShownRow>()
  return row ? toLearner(row) : undefined
}

/** The learners with these ids, in no order; unknown ids are left out. */
export async function findLearnersByIds(ids: readonly string[]): Promise<Learner[]> {
  const rows = await Learners.find({ _id: { $in: [...new Set(ids)] }, ...isThere }, hidden).lean<
    ShownRow[]
  >()
  return rows.map(toLearner)
}

/** The names of learners by id, also of those who are leaving: for what their rows are found by, never to be shown. */
export async function learnerNames(ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await Learners.find({ _id: { $in: [...new Set(ids)] } }, { name: 1 }).lean<
    Pick<LearnerRow, '_id' | 'name'>[]
  >()
  return new Map(rows.map(({ _id, name }) => [_id, name]))
}

/** Learners of one community by e-mail (any case), keyed by the lower-case address. */
export async function findLearnersByEmails(
  communityId: string,
  emails: readonly string[],
): Promise<Map<string, Learner>> {
  const keys = [...new Set(emails.map(emailKey))]
  const rows = await Learners.find({ communityId, email: { $in: keys } }, hidden).lean<ShownRow[]>()
  return new Map(rows.map((row) => [row.email ?? '', toLearner(row)]))
}

/** The ids of learners of one community by e-mail (any case), keyed by the lower-case address: for large lists. */
export async function findLearnerIdsByEmails(
  communityId: string,
  emails: readonly string[],
): Promise<Map<string, string>> {
  const keys = [...new Set(emails.map(emailKey))]
  if (keys.length === 0) return new Map()
  const rows = await Learners.find({ communityId, email: { $in: keys } }, { email: 1 }).lean<
    { readonly _id: string; readonly email?: string }[]
  >()
  return new Map(rows.map(({ _id, email = '' }) => [email, _id]))
}

/** Adds learners; one whose id or e-mail in that community is known already is left as it is. Returns how many are new. */
export async function insertLearners(learners: readonly NewLearner[]): Promise<number> {
  if (learners.length === 0) return 0
  try {
    const rows = await Learners.insertMany(learners.map(toRow), {
      ordered: false,
      lean: true,
      throwOnValidationError: true,
    })
    return rows.length
  } catch (error) {
    if (!isDuplicateKey(error)) throw error
    return (error as { insertedCount?: number }).insertedCount ?? 0
  }
}

/** Starts tracks; a track already started keeps its version. Few writes for many learners. */
export async function enrol(
  starts: readonly { readonly learnerId: string; readonly enrollment: Enrollment }[],
): Promise<void> {
  if (starts.length === 0) return
  await Learners.bulkWrite(
    starts.map(({ learnerId, enrollment }) => ({
      updateOne: {
        filter: { _id: learnerId, 'enrollments.track': { $ne: enrollment.track } },
        update: { $push: { enrollments: enrollment } },
      },
    })),
    { ordered: false, throwOnValidationError: true },
  )
}

/** Links a profile name at a provider, once; true when it was new. */
export async function linkProfile(learnerId: string, profile: LinkedProfile): Promise<boolean> {
  const { provider, name } = profile
  const done = await Learners.updateOne(
    { _id: learnerId, profiles: { $not: { $elemMatch: { provider, name } } } },
    { $push: { profiles: profile } },
  )
  return done.modifiedCount === 1
}

/** The learner says that the profile is theirs; false when it is not linked or was confirmed before. */
export async function confirmProfile(
  learnerId: string,
  provider: string,
  name: string,
): Promise<boolean> {
  const done = await Learners.updateOne(
    { _id: learnerId, profiles: { $elemMatch: { provider, name, confirmed: false } } },
    { $set: { 'profiles.$.confirmed': true } },
  )
  return done.modifiedCount === 1
}

/** What a learner may change on their profile; an undefined value takes the field away. */
export interface ProfileChange {
  readonly phone?: string | undefined
  readonly place: Learner['place']
  readonly portfolioUrl?: string | undefined
  readonly resumeUrl?: string | undefined
  readonly programAgreement?: AcceptedAgreement | undefined
}

/** Writes the learner's own details; an agreement once accepted stays. */
export async function saveProfile(learnerId: string, change: ProfileChange): Promise<void> {
  const { phone, portfolioUrl, resumeUrl, place, programAgreement } = change
  const set = {
    place,
    ...(phone !== undefined && { phone }),
    ...(portfolioUrl !== undefined && { portfolioUrl }),
    ...(resumeUrl !== undefined && { resumeUrl }),
    ...(programAgreement && { programAgreement }),
  }
  const gone = {
    ...(phone === undefined && { phone: 1 as const }),
    ...(portfolioUrl === undefined && { portfolioUrl: 1 as const }),
    ...(resumeUrl === undefined && { resumeUrl: 1 as const }),
  }
  await Learners.updateOne(
    { _id: learnerId },
    { $set: set, ...(Object.keys(gone).length > 0 && { $unset: gone }) },
  )
}

/** Notes which file is the learner's résumé, none when undefined; returns the one it takes the place of. */
export async function putResumeFile(
  learnerId: string,
  resumeFile: ResumeFile | undefined,
): Promise<ResumeFile | undefined> {
  const before = await Learners.findOneAndUpdate(
    { _id: learnerId },
    resumeFile ? { $set: { resumeFile } } : { $unset: { resumeFile: 1 } },
    { returnDocument: 'before', projection: { resumeFile: 1 } },
  ).lean<{ readonly resumeFile?: ResumeFile }>()
  return before?.resumeFile
}

/** Writes what the account says of the learner; false when another learner of the community has that address. */
export async function saveIdentity(
  learnerId: string,
  identity: { readonly name?: string; readonly language?: 'en' | 'es'; readonly email?: string },
): Promise<boolean> {
  const { name, email, ...rest } = identity
  const set = {
    ...rest,
    ...(name !== undefined && { name, nameKey: nameKey(name) }),
    ...(email !== undefined && { email: emailKey(email) }),
  }
  try {
    await Learners.updateOne({ _id: learnerId }, { $set: set })
    return true
  } catch (error) {
    if (isDuplicateKey(error)) return false
    throw error
  }
}

/** How a list is sorted: who has been ready longest, who became ready last, or by name. */
export type LearnerOrder = 'longest-ready' | 'newly-ready' | 'name'

/** A list of learners of one community. `ready` lists the longest ready first unless told otherwise, else by name. */
export interface LearnerFilter {
  readonly communityId: string
  readonly ready?: boolean
  readonly track?: string
  readonly centerId?: string
  readonly nameStartsWith?: string
  /** Scopes with rules of their own (readiness/rules.ts), for each of which the learner must be ready. */
  readonly readyFor?: readonly string[]
  readonly order?: LearnerOrder
  /** Only those who accepted the program agreement. */
  readonly agreed?: true
}

const orderOf = ({ ready, order }: LearnerFilter): LearnerOrder =>
  order ?? (ready === true ? 'longest-ready' : 'name')

const filterOf = (filter: LearnerFilter): QueryFilter<LearnerRow> => {
  const name = filter.nameStartsWith === undefined ? '' : nameKey(filter.nameStartsWith)
  return {
    communityId: filter.communityId,
    ...(filter.ready === undefined ? {} : { 'summary.ready': filter.ready }),
    ...(filter.track === undefined ? {} : { 'enrollments.track': filter.track }),
    ...(filter.centerId === undefined ? {} : { centerId: filter.centerId }),
    ...((filter.readyFor?.length ?? 0) > 0 && {
      'summary.readyFor': { $all: [...(filter.readyFor ?? [])] },
    }),
    ...(filter.agreed && { 'programAgreement.version': { $exists: true } }),
    ...(name === '' ? {} : { nameKey: { $gte: name, $lt: `${name}\uffff` } }),
  }
}

/** Where a page of a list ended: the sort value of its last row, and its id. */
export interface LearnerCursor {
  readonly value: string
  readonly id: string
}

/** The value a list is sorted by: what the cursor of its last row carries. */
export const sortValue = (filter: LearnerFilter, learner: Learner): string =>
  orderOf(filter) === 'name' ? nameKey(learner.name) : (learner.summary.readySince ?? '')

/** One page in the filter's order; at most `limit` rows after the cursor. */
export async function findLearnerPage(
  filter: LearnerFilter,
  limit: number,
  after?: LearnerCursor,
): Promise<Learner[]> {
  const order = orderOf(filter)
  const field = order === 'name' ? 'nameKey' : 'summary.readySince'
  const [from, past, direction] =
    order === 'newly-ready' ? (['$lte', '$lt', -1] as const) : (['$gte', '$gt', 1] as const)
  const beyond: QueryFilter<LearnerRow> = after
    ? {
        $and: [
          { [field]: { [from]: after.value } },
          { $or: [{ [field]: { [past]: after.value } }, { _id: { [past]: after.id } }] },
        ],
      }
    : {}
  const rows = await Learners.find({ ...filterOf(filter), ...beyond }, hidden)
    .sort({ [field]: direction, _id: direction })
    .limit(limit)
    .lean<ShownRow[]>()
  return rows.map(toLearner)
}

/** How many match, counted up to `upTo` so that a list of 100,000 costs no more than one of 5,000. */
export async function countLearners(filter: LearnerFilter, upTo = 10_000): Promise<number> {
  return Learners.countDocuments(filterOf(filter), { limit: upTo })
}

/** Learners and those with at least one award: the public counters. */
export async function learnerCounts(communityId: string): Promise<{
  learners: number
  withAward: number
  ready: number
}> {
  const [learners, withAward, ready] = await Promise.all([
    Learners.countDocuments({ communityId }),
    Learners.countDocuments({ communityId, 'summary.awards': { $gt: 0 } }),
    Learners.countDocuments({ communityId, 'summary.ready': true }),
  ])
  return { learners, withAward, ready }
}
