import { isDeepStrictEqual } from 'node:util'
import type { AnyBulkWriteOperation, QueryFilter, UpdateQuery } from 'mongoose'
import { hidden, Learners, toLearner, type LearnerRow, type ShownRow } from './learner-row-store.js'
import type { Learner, LearnerSummary } from './learner.js'

/** What a summary was made from: the row as it was read before its facts were. */
export type SummaryRead = Pick<Learner, 'summary' | 'summaryRevision'>

/** Counts up with every write, so that whoever read before it writes nothing any more. */
const $inc = { summaryRevision: 1 } as const

const asRead = ({ summaryRevision }: SummaryRead): QueryFilter<LearnerRow> => ({
  summaryRevision: summaryRevision ?? { $exists: false },
})

/**
 * What is written for one summary. Somebody ready keeps the moment they were first seen so. Where nobody says what was read,
 * one write is for who was ready before and one for who was not: in whatever order they come only one of them matches.
 */
function summaryWrites(
  _id: string,
  summary: LearnerSummary,
  readyAt: Date,
  read: SummaryRead | undefined,
): AnyBulkWriteOperation<LearnerRow>[] {
  const write = (filter: QueryFilter<LearnerRow>, update: UpdateQuery<LearnerRow>) => ({
    updateOne: { filter: { _id, ...filter }, update: { ...update, $inc } },
  })
  const isStill = { $set: { summary } }
  const isNow = { $set: { summary, readyAt } }
  const isNot = { $set: { summary }, $unset: { readyAt: 1 as const } }
  if (!summary.ready) return [write(read ? asRead(read) : {}, isNot)]
  if (read) return [write(asRead(read), read.summary.ready ? isStill : isNow)]
  return [
    write({ 'summary.ready': true }, isStill),
    write({ 'summary.ready': { $ne: true } }, isNow),
  ]
}

/** True when nothing but the edition of the rules is new against what was read. */
const saysTheSame = (summary: LearnerSummary, read: SummaryRead | undefined): read is SummaryRead =>
  read !== undefined &&
  isDeepStrictEqual({ ...read.summary, rulesVersion: summary.rulesVersion }, summary)

interface Same {
  readonly ids: string[]
  readonly edition: number
  readonly read: SummaryRead
}

/** Those who only take the edition of the rules, together as far as they were written equally often. */
function sameTogether(
  summaries: ReadonlyMap<string, LearnerSummary>,
  reads: ReadonlyMap<string, SummaryRead>,
): Same[] {
  const groups = new Map<string, Same>()
  for (const [id, { rulesVersion: edition, ...rest }] of summaries) {
    const read = reads.get(id)
    if (!saysTheSame({ ...rest, rulesVersion: edition }, read)) continue
    const key = `${edition} ${read.summaryRevision ?? 'none'}`
    const group = groups.get(key) ?? { ids: [], edition, read }
    group.ids.push(id)
    groups.set(key, group)
  }
  return [...groups.values()]
}

/**
 * Writes rebuilt summaries, all at once, and only onto what was read before they were made: who was written meanwhile stays
 * as they are, and is answered to be made again. Those that say what was read only take the edition of the rules, many in
 * one: after a change of the rules that is nearly everybody. Who is not in `reads` is written whatever they are.
 */
export async function saveSummaries(
  summaries: ReadonlyMap<string, LearnerSummary>,
  now: Date,
  reads: ReadonlyMap<string, SummaryRead> = new Map(),
): Promise<string[]> {
  const same = sameTogether(summaries, reads)
  const isSame = new Set(same.flatMap(({ ids }) => ids))
  const writes: AnyBulkWriteOperation<LearnerRow>[] = [
    ...[...summaries].flatMap(([id, summary]) =>
      isSame.has(id) ? [] : summaryWrites(id, summary, now, reads.get(id)),
    ),
    ...same.map(({ ids, edition, read }) => ({
      updateMany: {
        filter: { _id: { $in: ids }, ...asRead(read) },
        update: { $set: { 'summary.rulesVersion': edition }, $inc },
      },
    })),
  ]
  if (writes.length === 0) return []
  const done = await Learners.bulkWrite(writes, { ordered: false, throwOnValidationError: true })
  return done.matchedCount === summaries.size ? [] : idsUnlike(summaries)
}

/** Of these the learners whose kept summary says something else. */
async function idsUnlike(summaries: ReadonlyMap<string, LearnerSummary>): Promise<string[]> {
  const rows = await Learners.find({ _id: { $in: [...summaries.keys()] } }, { summary: 1 }).lean<
    Pick<LearnerRow, '_id' | 'summary'>[]
  >()
  return rows
    .filter(({ _id, summary }) => !isDeepStrictEqual(summary, summaries.get(_id)))
    .map(({ _id }) => _id)
}

/** Has the job that applies the rules make these summaries again: no edition is behind this one. */
export async function leaveToRules(learnerIds: readonly string[]): Promise<void> {
  await Learners.updateMany(
    { _id: { $in: [...learnerIds] } },
    { $set: { 'summary.rulesVersion': -1 }, $inc },
  )
}

/** Who was first seen to be job-ready after a moment, the last first, of those who accepted the program agreement. */
export async function learnersReadyAfter(
  communityId: string,
  after: Date,
  limit: number,
): Promise<Learner[]> {
  const rows = await Learners.find(
    {
      communityId,
      readyAt: { $gt: after },
      'programAgreement.version': { $exists: true },
      hiddenAt: { $exists: false },
    },
    hidden,
  )
    .sort({ readyAt: -1, _id: -1 })
    .limit(limit)
    .lean<ShownRow[]>()
  return rows.map(toLearner)
}
