import { Learners } from './learner-row-store.js'

/** Remembers the center each learner turned to last, by learner id; one write for many. */
export async function chooseCenters(chosen: ReadonlyMap<string, string>): Promise<void> {
  if (chosen.size === 0) return
  await Learners.bulkWrite(
    [...chosen].map(([_id, centerId]) => ({
      updateOne: { filter: { _id }, update: { $set: { centerId } } },
    })),
    { ordered: false, throwOnValidationError: true },
  )
}
