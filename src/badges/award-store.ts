import mongoose, { type QueryFilter } from 'mongoose'
import { outboxEntrySchema, outboxIn, outboxIndex } from '../messages/outbox-store.js'
import type { OutboxEntry } from '../messages/outbox.js'
import { duplicatesIn } from '../duplicate-keys.js'
import type { JointRead } from '../joint-read.js'
import { evidenceLevels } from '../providers/evidence.js'
import type { Award } from './badge.js'

type Row = Omit<Award, 'id'> & {
  readonly _id: string
  readonly outbox?: readonly OutboxEntry[]
}

const text = { type: String, required: true } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    learnerId: text,
    communityId: text,
    badge: text,
    badgeVersion: { type: Number, required: true },
    awardedOn: text,
    evidenceLevel: { ...text, enum: evidenceLevels },
    facts: [String],
    state: { ...text, enum: ['live', 'withdrawn'] },
    withdrawn: new mongoose.Schema<NonNullable<Award['withdrawn']>>(
      { on: text, by: text, reason: text },
      { _id: false, strict: 'throw' },
    ),
    outbox: { type: [outboxEntrySchema], default: undefined },
  },
  { collection: 'awards', strict: 'throw', versionKey: false },
)
schema.index({ learnerId: 1, badge: 1 }, { unique: true })
schema.index({ badge: 1, state: 1 })
schema.index({ communityId: 1, badge: 1, state: 1, awardedOn: -1, _id: -1 })

schema.index({ communityId: 1, _id: 1 })
schema.index(...outboxIndex)

const Awards = mongoose.model('Award', schema)

export const awardOutbox = outboxIn('Award')

const toAward = ({ _id, outbox: _, ...rest }: Row): Award => ({ id: _id, ...rest })
const toRow = ({ id, ...rest }: Award): Row => ({ _id: id, ...rest })

const byDay = (a: Award, b: Award) =>
  a.awardedOn.localeCompare(b.awardedOn) || a.badge.localeCompare(b.badge)

const liveOf = (learnerId: string) => ({ learnerId, state: 'live' as const })
const inOrder = (rows: readonly Row[]) => rows.map(toAward).sort(byDay)

/** The live awards of one learner, earliest first. */
export async function awardsOf(learnerId: string): Promise<Award[]> {
  return inOrder(await Awards.find(liveOf(learnerId)).lean<Row[]>())
}

/** As awardsOf, to ride along with another read. */
export const awardsRead = (learnerId: string): JointRead<Award[]> => ({
  from: Awards.collection.name,
  filter: liveOf(learnerId),
  take: (rows) => inOrder(rows as readonly Row[]),
})

/** The live awards of many learners, by learner, earliest first; an empty list for none. One query. */
export async function awardsOfMany(learnerIds: readonly string[]): Promise<Map<string, Award[]>> {
  const every = await everyAwardOfMany(learnerIds)
  return new Map(
    [...every].map(([id, awards]) => [id, awards.filter(({ state }) => state === 'live')]),
  )
}

/** As awardsOfMany, with the withdrawn ones. */
export async function everyAwardOfMany(
  learnerIds: readonly string[],
): Promise<Map<string, Award[]>> {
  const awards = new Map<string, Award[]>(learnerIds.map((id) => [id, []]))
  const rows = await Awards.find({ learnerId: { $in: [...awards.keys()] } }).lean<Row[]>()
  for (const row of rows) awards.get(row.learnerId)?.push(toAward(row))
  for (const list of awards.values()) list.sort(byDay)
  return awards
}

/** One award by its id, live or withdrawn. */
export async function findAward(id: string): Promise<Award | undefined> {
  const row = await Awards.findById(id).lean<Row>()
  return row ? toAward(row) : undefined
}

/** The awards with these ids, live or withdrawn, in no order. */
export async function findAwardsByIds(ids: readonly string[]): Promise<Award[]> {
  const rows = await Awards.find({ _id: { $in: [...ids] } }).lean<Row[]>()
  return rows.map(toAward)
}

/** Awards of a community after this id, withdrawn ones too, in the order of their ids: for walking all in batches. */
export async function awardsAfter(
  communityId: string,
  after: string,
  limit: number,
): Promise<Award[]> {
  const rows = await Awards.find({ communityId, _id: { $gt: after } })
    .sort({ _id: 1 })
    .limit(limit)
    .lean<Row[]>()
  return rows.map(toAward)
}

/** How many awards a community has, withdrawn ones too. */
export async function countAwards(communityId: string): Promise<number> {
  return Awards.countDocuments({ communityId })
}

/** How many people hold the badge, counted up to `upTo` so that it costs no more with more learners. */
export async function holdersCount(badge: string, upTo = 10_000): Promise<number> {
  return Awards.countDocuments({ badge, state: 'live' }, { limit: upTo })
}

/** How many people of a community hold the badge, by its index. */
export async function countHolders(communityId: string, badge: string): Promise<number> {
  return Awards.countDocuments({ communityId, badge, state: 'live' })
}

/** One page of a community's awards of a badge, latest first. */
export async function findAwardPage(
  of: Pick<Award, 'communityId' | 'badge' | 'state'>,
  limit: number,
  after?: { readonly awardedOn: string; readonly id: string },
): Promise<Award[]> {
  const { communityId, badge, state } = of
  const read = async (where: QueryFilter<Row>, most: number) => {
    const rows = await Awards.find({ communityId, badge, state, ...where })
      .sort({ awardedOn: -1, _id: -1 })
      .limit(most)
      .lean<Row[]>()
    return rows.map(toAward)
  }
  if (!after) return read({}, limit)
  // The rest of the same day and the days before are two ranges of the index; with $or they would be one long walk.
  const { awardedOn, id } = after
  const sameDay = await read({ awardedOn, _id: { $lt: id } }, limit)
  if (sameDay.length === limit) return sameDay
  return [...sameDay, ...(await read({ awardedOn: { $lt: awardedOn } }, limit - sameDay.length))]
}

/** Adds awards in one write. A badge the learner has already, live or withdrawn, stays as it is; gives back the new ones. */
export async function insertAwards(awards: readonly Award[]): Promise<Award[]> {
  if (awards.length === 0) return []
  try {
    await Awards.insertMany(awards.map(toRow), {
      ordered: false,
      lean: true,
      throwOnValidationError: true,
    })
    return [...awards]
  } catch (error) {
    const known = duplicatesIn(error)
    return awards.filter((_, index) => !known.has(index))
  }
}

/** A live award now rests on better evidence: from one level to another. */
export interface Raise {
  readonly award: Award
  readonly to: Pick<Award, 'evidenceLevel' | 'facts' | 'badgeVersion'>
}

/** Raises awards that are still live and at the level they were read at. */
export async function raiseAwards(raises: readonly Raise[]): Promise<void> {
  if (raises.length === 0) return
  await Awards.bulkWrite(
    raises.map(({ award, to }) => ({
      updateOne: {
        filter: { _id: award.id, state: 'live', evidenceLevel: award.evidenceLevel },
        update: { $set: { ...to, facts: [...to.facts] } },
      },
    })),
    { ordered: false, throwOnValidationError: true },
  )
}

/** Withdraws a live award, once, with the mail that tells the learner; false when it is withdrawn already. */
export async function markWithdrawn(
  id: string,
  withdrawn: NonNullable<Award['withdrawn']>,
  outbox: readonly OutboxEntry[],
): Promise<boolean> {
  const done = await Awards.updateOne(
    { _id: id, state: 'live' },
    { $set: { state: 'withdrawn', withdrawn, outbox: [...outbox] } },
  )
  return done.modifiedCount === 1
}
