import type { Words } from '../http/words.js'
import { kindsInWords } from './consent-view.js'
import { listDisclosures } from './list-disclosures.js'

/** All disclosures of a learner, newest first, as rows of a download. */
export async function* disclosureCsvRows(learnerId: string, words: Words) {
  let cursor: string | undefined
  do {
    const page = await listDisclosures(learnerId, 200, cursor)
    for (const row of page.items)
      yield {
        at: row.at.toISOString(),
        who: row.actorName,
        organization: row.organizationName,
        records: kindsInWords(row.records, words),
        basis: words.t(`learners:basis.${row.basis}`),
        purpose: row.purpose,
        channel: words.t(`learners:channel.${row.channel}`),
        record: row.learnerId,
        hash: row.hash,
      }
    cursor = page.next
  } while (cursor !== undefined)
}
