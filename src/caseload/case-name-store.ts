import { Cases, type CaseRow } from './case-row-store.js'

/** Raised when names are to be found by other words than before; the job then makes them anew. */
const edition = 1

const isBehind = {
  edition: { $in: [null, ...Array.from({ length: edition - 1 }, (_, at) => at + 1)] },
}

/** The learners of cases that are not yet found by name, of at most `limit` cases, and how many cases that are in all. */
export async function casesUnnamed(
  limit: number,
): Promise<{ readonly learnerIds: string[]; readonly cases: number }> {
  const rows = await Cases.find(isBehind, { learnerId: 1 })
    .limit(limit)
    .lean<Pick<CaseRow, 'learnerId'>[]>()
  const cases = rows.length === 0 ? 0 : await Cases.countDocuments(isBehind)
  return { learnerIds: [...new Set(rows.map(({ learnerId }) => learnerId))], cases }
}

/** Has the job make the words of a learner's cases anew, should whoever renames them not come to it. */
export async function noteRename(learnerId: string): Promise<void> {
  await Cases.updateMany({ learnerId }, { $unset: { edition: 1 } })
}

/** Writes what the cases of learners are found by, at every center. Safe to repeat. */
export async function saveWords(
  names: readonly { readonly learnerId: string; readonly words: readonly string[] }[],
): Promise<void> {
  if (names.length === 0) return
  await Cases.bulkWrite(
    names.map(({ learnerId, words }) => ({
      updateMany: { filter: { learnerId }, update: { $set: { words: [...words], edition } } },
    })),
  )
}
