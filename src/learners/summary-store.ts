import { isDeepStrictEqual } from 'node:util'
import type { AnyBulkWriteOperation } from 'mongoose'
import { hidden, Learners, toLearner, type LearnerRow, type ShownRow } from './learner-row-store.js'
import type { Learner, LearnerSummary } from './learner.js'

/**
 * What is written for one summary. Somebody ready keeps the moment they were first seen so: one write is for who was ready
 * before, one for who was not, and in whatever order they come only one of them changes that moment.
 */
const summaryWrites = (
  _id: string,
  summary: LearnerSummary,
  readyAt: Date,
): AnyBulkWriteOperation<LearnerRow>[] =>
  summary.ready
    ? [
        { updateOne: { filter: { _id, 'summary.ready': true }, update: { $set: { summary } } } },
        {
          updateOne: {
            filter: { _id, 'summary.ready': { $ne: true } },
            update: { $set: { summary, readyAt } },
          },
        },
      ]
    : [{ updateOne: { filter: { _id }, update: { $set: { summary }, $unset: { readyAt: 1 } } } }]

/** What is new of a summary against the one that is kept: everything, the edition of the rules alone, or nothing. */
function newsOf(summary: LearnerSummary, kept: LearnerSummary | undefined) {
  if (!kept) return 'all'
  if (!isDeepStrictEqual({ ...kept, rulesVersion: summary.rulesVersion }, summary)) return 'all'
  return kept.rulesVersion === summary.rulesVersion ? 'nothing' : 'edition'
}

/**
 * Writes rebuilt summaries as they are now. Those that say what the kept ones say only take the edition of the rules, all in
 * one write: after a change of the rules that is nearly everybody. `kept`: the summaries as they were read before.
 */
export async function saveSummaries(
  summaries: ReadonlyMap<string, LearnerSummary>,
  now: Date,
  kept: ReadonlyMap<string, LearnerSummary> = new Map(),
): Promise<void> {
  const news = [...summaries].map(
    ([id, summary]) => ({ id, summary, is: newsOf(summary, kept.get(id)) }) as const,
  )
  const changed = news.filter(({ is }) => is === 'all')
  if (changed.length > 0)
    await Learners.bulkWrite(
      changed.flatMap(({ id, summary }) => summaryWrites(id, summary, now)),
      { ordered: false, throwOnValidationError: true },
    )
  const same = news.filter(({ is }) => is === 'edition')
  for (const edition of new Set(same.map(({ summary }) => summary.rulesVersion)))
    await Learners.updateMany(
      {
        _id: {
          $in: same.filter(({ summary }) => summary.rulesVersion === edition).map(({ id }) => id),
        },
      },
      { $set: { 'summary.rulesVersion': edition } },
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
