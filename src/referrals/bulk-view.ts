import { z } from 'zod'
import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import { bulkOutcomes, type BulkOutcome, type BulkResult } from './bulk.js'
import { referralStates } from './referral.js'

const tones: Readonly<Record<BulkOutcome, string>> = {
  asked: 'good',
  prepared: 'wait',
  'open-already': 'info',
  waiting: 'wait',
  unknown: 'stop',
}

export const bulkAnswer = z.object({
  items: z.array(
    z.object({
      learner: z.object({ id: z.string() }),
      outcome: z.enum(bulkOutcomes),
      referral: z.object({ id: z.string(), state: z.enum(referralStates) }).optional(),
    }),
  ),
})

/** The results for outside tools, in the order they were asked. */
export const bulkJson = (results: readonly BulkResult[]) => ({
  items: results.map(({ learnerId, outcome, referral }) => ({
    learner: { id: learnerId },
    outcome,
    ...(referral && { referral: { id: referral.id, state: referral.state } }),
  })),
})

/** The results as a table: what became of each, in words that say the next step. */
export const bulkRows = (results: readonly BulkResult[], words: Words) =>
  results.map(({ learnerId, name, outcome, referral }) => ({
    cells: [
      {
        text: name ?? learnerId,
        ...(referral && { href: words.href(to(paths.referral, { id: referral.id })) }),
      },
      { tag: { word: words.t(`handoff:bulk.outcome.${outcome}`), tone: tones[outcome] } },
      words.t(
        `handoff:bulk.next.${outcome === 'open-already' && !referral ? 'open-there' : outcome}`,
      ),
    ],
  }))
