import { dayOf } from '../calendar.js'
import type { Words } from '../http/words.js'
import { disclosureSentence } from './consent-view.js'
import type { Disclosure } from './disclosure.js'

const likeness = (row: Disclosure): string =>
  JSON.stringify([
    dayOf(row.at),
    row.actorId,
    row.actorName,
    row.organizationId,
    row.learnerId,
    row.records,
    row.consentIds,
    row.channel,
    row.basis,
    row.purpose,
  ])

/** The looks, newest first, with those of one person at the same things one after the other on one day taken together. */
function taken(rows: readonly Disclosure[]): (readonly [Disclosure, number])[] {
  const groups: [Disclosure, number][] = []
  for (const row of rows) {
    const last = groups.at(-1)
    if (last && likeness(last[0]) === likeness(row)) last[1] += 1
    else groups.push([row, 1])
  }
  return groups
}

/**
 * The rows of "who looked at my record", newest first; one says so where it was a record joined into this one. The same look
 * again on the same day is one row with its count; the download has each.
 */
export const disclosureRows = (rows: readonly Disclosure[], words: Words, ownId: string) =>
  taken(rows).map(([row, count]) => {
    const sentence = disclosureSentence(row, words)
    const look =
      row.learnerId === ownId
        ? sentence
        : words.t('learners:disclosures.joined', { look: sentence })
    return {
      cells: [
        { date: row.at.toISOString(), text: words.time(row.at) },
        count === 1 ? look : words.t('learners:disclosures.times', { look, count }),
        words.t(`learners:basis.${row.basis}`),
      ],
    }
  })
