import mongoose, { type QueryFilter } from 'mongoose'
import { newId } from '../ids.js'
import {
  caseNewsKinds,
  caseStates,
  newsByOthers,
  type Case,
  type CaseNews,
  type CaseState,
} from './case.js'
import { lookAt, type Look } from './look.js'

type StaffLook = Look & { readonly accountId: string }

/** `looks`: when each member of staff last looked at the page of the case. */
type Row = Omit<Case, 'id'> & {
  readonly _id: string
  readonly looks?: readonly StaffLook[]
}

const text = { type: String, required: true } as const
const time = { type: Date, required: true } as const
const strict = { _id: false, strict: 'throw' } as const

const caseNews = new mongoose.Schema<CaseNews>(
  { kind: { ...text, enum: caseNewsKinds }, at: time, by: text, byName: text },
  strict,
)

const schema = new mongoose.Schema<Row>(
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
    looks: {
      type: [new mongoose.Schema<StaffLook>({ accountId: text, before: Date, at: time }, strict)],
      default: undefined,
    },
  },
  { collection: 'cases', strict: 'throw', versionKey: false },
)
schema.index({ communityId: 1, centerId: 1, isOpen: 1, since: 1, _id: 1 })
schema.index({ communityId: 1, centerId: 1, isOpen: 1, assignedTo: 1, since: 1, _id: 1 })
schema.index({ communityId: 1, centerId: 1, state: 1, since: 1, _id: 1 })
schema.index({ communityId: 1, centerId: 1, since: 1, _id: 1 })
schema.index(
  { communityId: 1, centerId: 1, 'news.at': 1, 'news.by': 1 },
  { partialFilterExpression: { 'news.at': { $exists: true } } },
)
schema.index(
  { communityId: 1, centerId: 1, 'news.by': 1, 'newsBefore.at': 1 },
  { partialFilterExpression: { 'newsBefore.at': { $exists: true } } },
)
schema.index({ learnerId: 1, centerId: 1 }, { unique: true })

const Cases = mongoose.model('Case', schema)

/** How far the referrals of each center have been taken over into cases. */
const placeSchema = new mongoose.Schema<{ _id: string; at: Date }>(
  { _id: text, at: { type: Date, required: true } },
  { collection: 'case-places', strict: 'throw', versionKey: false },
)
const Places = mongoose.model('CasePlace', placeSchema)

type Opening = Pick<Case, 'communityId' | 'centerId' | 'learnerId'>

const opened = ({ communityId, centerId, learnerId }: Opening) => ({
  _id: newId(),
  communityId,
  centerId,
  learnerId,
})

const toCase = ({ _id, looks: _looks, ...rest }: Row): Case => ({ id: _id, ...rest })

export async function findCase(centerId: string, learnerId: string): Promise<Case | undefined> {
  const row = await Cases.findOne({ centerId, learnerId }).lean<Row>()
  return row ? toCase(row) : undefined
}

/** Opens or moves on the cases of referrals; a case keeps who looks after it. A later state is never overwritten by an earlier. */
export async function saveCaseStates(
  cases: readonly Pick<
    Case,
    'communityId' | 'centerId' | 'learnerId' | 'state' | 'isOpen' | 'since'
  >[],
): Promise<void> {
  if (cases.length === 0) return
  await Cases.bulkWrite(
    cases.map(({ state, isOpen, since, ...rest }) => ({
      updateOne: {
        filter: { centerId: rest.centerId, learnerId: rest.learnerId },
        update: { $set: { state, isOpen, since }, $setOnInsert: opened(rest) },
        upsert: true,
      },
    })),
    { ordered: true },
  )
}

/** Opens a case without a referral, once. */
export async function openCase(one: Opening, now: Date): Promise<void> {
  await Cases.updateOne(
    { centerId: one.centerId, learnerId: one.learnerId },
    { $setOnInsert: { ...opened(one), state: 'none', isOpen: true, since: now, touchedAt: now } },
    { upsert: true },
  )
}

/** Makes this the latest news and keeps the latest of somebody else beside it: a pipeline, because it reads what is there. */
const withNews = (news: CaseNews) => ({
  newsBefore: { $cond: [{ $ne: ['$news.by', { $literal: news.by }] }, '$news', '$newsBefore'] },
  news: { $literal: news },
})

/** Says who looks after these cases of one center; nobody when undefined. Returns how many there are. */
export async function assignCases(
  centerId: string,
  learnerIds: readonly string[],
  to: { readonly accountId: string; readonly name: string } | undefined,
  news: CaseNews,
): Promise<number> {
  const kept = (value: string | undefined) =>
    value === undefined ? '$$REMOVE' : { $literal: value }
  const done = await Cases.updateMany(
    { centerId, learnerId: { $in: [...learnerIds] } },
    [
      {
        $set: {
          assignedTo: kept(to?.accountId),
          assignedName: kept(to?.name),
          touchedAt: news.at,
          ...withNews(news),
        },
      },
    ],
    { updatePipeline: true },
  )
  return done.matchedCount
}

/** Notes that staff wrote or changed something; without news where it is nobody else's to know of. */
export async function touchCases(
  centerId: string,
  learnerIds: readonly string[],
  now: Date,
  news?: CaseNews,
): Promise<void> {
  await Cases.updateMany(
    { centerId, learnerId: { $in: [...learnerIds] } },
    [{ $set: { touchedAt: now, ...(news && withNews(news)) } }],
    { updatePipeline: true },
  )
}

/** Notes what the learner did about a case. */
export async function tellCase(centerId: string, learnerId: string, news: CaseNews): Promise<void> {
  await Cases.updateOne({ centerId, learnerId }, [{ $set: withNews(news) }], {
    updatePipeline: true,
  })
}

/** The cases of a center about which somebody else did something after a moment, the latest first; that is their news. */
export async function casesWithNews(
  { communityId, centerId }: Pick<Case, 'communityId' | 'centerId'>,
  accountId: string,
  after: Date,
  limit: number,
): Promise<(Case & { readonly news: CaseNews })[]> {
  const at = { communityId, centerId }
  const [last, before] = await Promise.all([
    Cases.find({ ...at, 'news.at': { $gt: after }, 'news.by': { $ne: accountId } })
      .sort({ 'news.at': -1 })
      .limit(limit)
      .lean<Row[]>(),
    Cases.find({ ...at, 'news.by': accountId, 'newsBefore.at': { $gt: after } })
      .sort({ 'newsBefore.at': -1 })
      .limit(limit)
      .lean<Row[]>(),
  ])
  return [...last, ...before]
    .flatMap((row) => {
      const news = newsByOthers(row, accountId)
      return news ? [{ ...toCase(row), news }] : []
    })
    .sort((a, b) => b.news.at.getTime() - a.news.at.getTime())
    .slice(0, limit)
}

/** Notes that somebody looks at the page of a case, and says when they did before; as look.ts has it. */
export async function noteCaseLook(
  id: string,
  accountId: string,
  now: Date,
): Promise<Date | undefined> {
  const row = await Cases.findById(id, { looks: 1 }).lean<Pick<Row, 'looks'>>()
  const known = row?.looks?.find((one) => one.accountId === accountId)
  const look = lookAt(known, now)
  if (look === known) return look.before
  const again = await Cases.updateOne(
    { _id: id, 'looks.accountId': accountId },
    { $set: { 'looks.$': { accountId, ...look } } },
  )
  if (again.matchedCount === 0)
    await Cases.updateOne(
      { _id: id, 'looks.accountId': { $ne: accountId } },
      { $push: { looks: { accountId, ...look } } },
    )
  return look.before
}

/** The cases of these learners at one center, in no order. */
export async function casesAt(centerId: string, learnerIds: readonly string[]): Promise<Case[]> {
  const rows = await Cases.find({ centerId, learnerId: { $in: [...learnerIds] } }).lean<Row[]>()
  return rows.map(toCase)
}

export interface CaseSearch {
  readonly communityId: string
  readonly centerId: string
  readonly state: CaseState | 'open' | 'all'
  /** An account, or null for cases nobody looks after. */
  readonly assignedTo?: string | null | undefined
  /** Standing in their state since then or longer. */
  readonly before?: Date | undefined
  readonly newestFirst?: boolean | undefined
  readonly after?: { readonly at: Date; readonly id: string } | undefined
  readonly limit: number
}

const stateFilter = (state: CaseSearch['state']): QueryFilter<Row> =>
  state === 'all' ? {} : state === 'open' ? { isOpen: true } : { state }

const pastCursor = (at: Date, id: string, newestFirst: boolean): QueryFilter<Row> => {
  const past = newestFirst ? '$lt' : '$gt'
  return { $or: [{ since: { [past]: at } }, { since: at, _id: { [past]: id } }] }
}

/** A page of a center's caseload, by how long each case stands in its state. */
export async function findCases(search: CaseSearch): Promise<Case[]> {
  const newestFirst = search.newestFirst ?? false
  const direction = newestFirst ? -1 : 1
  const rows = await Cases.find({
    communityId: search.communityId,
    centerId: search.centerId,
    ...stateFilter(search.state),
    ...(search.assignedTo !== undefined && { assignedTo: search.assignedTo }),
    ...(search.before && { since: { $lte: search.before } }),
    ...(search.after && pastCursor(search.after.at, search.after.id, newestFirst)),
  })
    .sort({ since: direction, _id: direction })
    .limit(search.limit)
    .lean<Row[]>()
  return rows.map(toCase)
}

/** Who looks after open cases of a center, by account; one short query for each of them. */
export async function caseHolders(
  at: Pick<Case, 'communityId' | 'centerId'>,
): Promise<{ readonly accountId: string; readonly name: string }[]> {
  const found: { accountId: string; name: string }[] = []
  for (let last = ''; ;) {
    const row = await Cases.findOne(
      { ...at, isOpen: true, assignedTo: { $gt: last } },
      { assignedTo: 1, assignedName: 1 },
    )
      .sort({ assignedTo: 1 })
      .lean<Pick<Row, 'assignedTo' | 'assignedName'>>()
    if (row?.assignedTo === undefined) return found
    last = row.assignedTo
    found.push({ accountId: last, name: row.assignedName ?? last })
  }
}

/** Where taking over a center's referrals has come to. */
export async function findPlace(centerId: string): Promise<Date | undefined> {
  return (await Places.findById(centerId).lean())?.at
}

export async function savePlace(centerId: string, at: Date): Promise<void> {
  await Places.updateOne({ _id: centerId }, { $set: { at } }, { upsert: true })
}
