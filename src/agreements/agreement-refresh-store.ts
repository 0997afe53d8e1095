import { Agreements, edition, toRow, versionsOf, type AgreementRow } from './agreement-store.js'

/** Rows of an earlier edition, or from before there were editions. */
const isBehind = {
  edition: { $in: [null, ...Array.from({ length: edition - 1 }, (_, at) => at + 1)] },
}

/** Series with versions that are not found by what they should be, at most `limit`, and how many versions that are in all. */
export async function seriesBehind(
  limit: number,
): Promise<{ readonly series: string[]; readonly versions: number }> {
  const rows = await Agreements.find(isBehind, { series: 1 })
    .limit(limit)
    .lean<Pick<AgreementRow, 'series'>[]>()
  const versions = rows.length === 0 ? 0 : await Agreements.countDocuments(isBehind)
  return { series: [...new Set(rows.map(({ series }) => series))], versions }
}

/** Writes anew what the versions of these series are found by. Safe to repeat. */
export async function refreshSeries(series: readonly string[]): Promise<void> {
  const versions = await versionsOf(series)
  const rows = versions.map((one) => toRow(one, versions))
  await Agreements.bulkWrite(
    rows.map(({ _id, words, keys, edition, inherited }) => ({
      updateOne: {
        filter: { _id },
        update: {
          $set: { words, keys, edition, ...(inherited && { inherited }) },
          ...(!inherited && { $unset: { inherited: 1 } }),
        },
      },
    })),
  )
}

/** The same for all, whatever edition they are of. */
export async function refreshAllSeries(): Promise<void> {
  for (const series of await Agreements.distinct('series')) await refreshSeries([series])
}
