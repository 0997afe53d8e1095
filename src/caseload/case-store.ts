import mongoose, { type AnyBulkWriteOperation } from 'mongoose'
import { newId } from '../ids.js'
import { Cases, toCase, type CaseRow } from './case-row-store.js'
import { newsByOthers, type Case, type CaseNews, type Closing } from './case.js'
import { lookAt } from './look.js'

const text = { type: String, required: true } as const

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

export async function findCase(centerId: string, learnerId: string): Promise<Case | undefined> {
  const row = await Cases.findOne({ centerId, learnerId }).lean<CaseRow>()
  return row ? toCase(row) : undefined
}

type Moved = Opening & Pick<Case, 'state' | 'isOpen' | 'since'>

/** An open referral moves its case on. One that ended does only what nobody did by hand since then. */
function movesOn({ state, isOpen, since, ...rest }: Moved): AnyBulkWriteOperation<CaseRow>[] {
  const { centerId, learnerId } = rest
  const $set = { state, isOpen, since }
  if (isOpen)
    return [
      {
        updateOne: {
          filter: { centerId, learnerId },
          update: { $set, $unset: { closing: 1 as const }, $setOnInsert: opened(rest) },
          upsert: true,
        },
      },
    ]
  return [
    { updateOne: { filter: { centerId, learnerId, since: { $lte: since } }, update: { $set } } },
    {
      updateOne: {
        filter: { centerId, learnerId },
        update: { $setOnInsert: { ...opened(rest), ...$set } },
        upsert: true,
      },
    },
  ]
}

/** Opens or moves on the cases of referrals; a case keeps who looks after it. Returns how many are new. */
export async function saveCaseStates(cases: readonly Moved[]): Promise<number> {
  if (cases.length === 0) return 0
  const done = await Cases.bulkWrite(cases.flatMap(movesOn), { ordered: true })
  return done.upsertedCount
}

/** Who looks after a case. */
interface Holder {
  readonly accountId: string
  readonly name: string
}

/** Opens a case without a referral, also one that is closed, for somebody; one that is open stays as it is. */
export async function openCase(
  one: Opening,
  now: Date,
  holder?: Holder,
): Promise<'new' | 'again' | 'there'> {
  const { centerId, learnerId } = one
  const fresh = {
    ...({ state: 'none', isOpen: true, since: now, touchedAt: now } as const),
    ...(holder && { assignedTo: holder.accountId, assignedName: holder.name }),
  }
  const done = await Cases.bulkWrite([
    {
      updateOne: {
        filter: { centerId, learnerId, isOpen: false },
        update: { $set: fresh, $unset: { closing: 1 } },
      },
    },
    {
      updateOne: {
        filter: { centerId, learnerId },
        update: { $setOnInsert: { ...opened(one), ...fresh } },
        upsert: true,
      },
    },
  ])
  if (done.upsertedCount > 0) return 'new'
  return done.modifiedCount > 0 ? 'again' : 'there'
}

/** Has somebody look after a case, if still nobody does but who did when it was read; false else. */
export async function takeCase(
  { id, assignedTo }: Pick<Case, 'id' | 'assignedTo'>,
  { accountId, name }: Holder,
  news: CaseNews,
): Promise<boolean> {
  const who = { assignedTo: { $literal: accountId }, assignedName: { $literal: name } }
  const done = await Cases.updateOne(
    { _id: id, assignedTo: assignedTo ?? { $exists: false } },
    [{ $set: { ...who, touchedAt: news.at, ...withNews(news) } }],
    { updatePipeline: true },
  )
  return done.matchedCount === 1
}

/** Closes those of these cases of one center that are open and have no open referral. Returns how many that are. */
export async function closeCases(
  centerId: string,
  learnerIds: readonly string[],
  closing: Closing,
  news: CaseNews,
): Promise<number> {
  const { at } = closing
  const done = await Cases.updateMany(
    { centerId, learnerId: { $in: [...learnerIds] }, state: 'none', isOpen: true },
    [
      {
        $set: {
          state: 'closed',
          isOpen: false,
          since: at,
          touchedAt: at,
          closing: { $literal: closing },
          ...withNews(news),
        },
      },
    ],
    { updatePipeline: true },
  )
  return done.modifiedCount
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
  to: Holder | undefined,
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
  const at = { communityId, centerId, behind: { $exists: false } }
  const [last, before] = await Promise.all([
    Cases.find({ ...at, 'news.at': { $gt: after }, 'news.by': { $ne: accountId } })
      .sort({ 'news.at': -1 })
      .limit(limit)
      .lean<CaseRow[]>(),
    Cases.find({ ...at, 'news.by': accountId, 'newsBefore.at': { $gt: after } })
      .sort({ 'newsBefore.at': -1 })
      .limit(limit)
      .lean<CaseRow[]>(),
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
  const row = await Cases.findById(id, { looks: 1 }).lean<Pick<CaseRow, 'looks'>>()
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
  const rows = await Cases.find({ centerId, learnerId: { $in: [...learnerIds] } }).lean<CaseRow[]>()
  return rows.map(toCase)
}

/** The cases of a learner at every center. */
export async function casesOf(learnerId: string): Promise<Case[]> {
  const rows = await Cases.find({ learnerId, behind: { $exists: false } }).lean<CaseRow[]>()
  return rows.map(toCase)
}

/** Ends a case with its last referral; without one it goes on as that of somebody staff took on. */
export async function endCase(
  { id, state }: Pick<Case, 'id' | 'state'>,
  last: Pick<Case, 'state' | 'since'> | undefined,
): Promise<void> {
  const $set = last
    ? { state: last.state, since: last.since, isOpen: false }
    : { state: 'none' as const }
  await Cases.updateOne({ _id: id, state }, { $set })
}

/** Where taking over a center's referrals has come to. */
export async function findPlace(centerId: string): Promise<Date | undefined> {
  return (await Places.findById(centerId).lean())?.at
}

export async function savePlace(centerId: string, at: Date): Promise<void> {
  await Places.updateOne({ _id: centerId }, { $set: { at } }, { upsert: true })
}
