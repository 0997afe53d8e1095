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

/** Writes rebuilt summaries as they are now; one bulk write. */
export async function saveSummaries(
  summaries: ReadonlyMap<string, LearnerSummary>,
  now: Date,
): Promise<void> {
  if (summaries.size === 0) return
  await Learners.bulkWrite(
    [...summaries].flatMap(([id, summary]) => summaryWrites(id, summary, now)),
    { ordered: false, throwOnValidationError: true },
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
