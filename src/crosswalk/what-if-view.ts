import { z } from 'zod'
import type { Words } from '../http/words.js'
import { agreementAnswer, agreementJson, worthText } from '../credits/credit-view.js'
import { publicRow } from './crosswalk-view.js'
import type { WhatIfRead } from './read-what-if.js'

export const whatIfAnswer = z.object({
  on: z.string(),
  isOwn: z.boolean(),
  items: z.array(agreementAnswer.extend({ added: z.boolean() })),
})

/** What-if for outside tools: `added` is what could not be had without the badges asked about. */
export const whatIfJson = ({
  result,
  worth,
  on,
  isOwn,
}: WhatIfRead): z.output<typeof whatIfAnswer> => ({
  on,
  isOwn,
  items: result.with.map((match) => ({
    ...agreementJson(match.agreement, worth.get(match.agreement)),
    added: result.added.includes(match),
  })),
})

/** The answer on the page: each course with what it is worth, the new ones first. */
export function whatIfPage(
  { result, worth, isOwn }: WhatIfRead,
  names: ReadonlyMap<string, string>,
  words: Words,
) {
  const worths = result.added.map(({ agreement }) => worth.get(agreement))
  const isAdded = new Set(result.added)
  const rows = [...result.added, ...result.with.filter((match) => !isAdded.has(match))]
  return {
    isOwn,
    count: result.added.length,
    worth: worthText(worths, words),
    rows: rows.map((match) => {
      const row = publicRow(match.agreement, worth.get(match.agreement), names, words)
      const tag = {
        word: words.t(isAdded.has(match) ? 'crosswalk:whatIf.added' : 'crosswalk:whatIf.already'),
        tone: isAdded.has(match) ? 'good' : 'plain',
      }
      return { cells: [...row.cells, { tag }] }
    }),
    hasDemonstration: rows.some(({ agreement }) => agreement.demonstration),
  }
}
