import { z } from 'zod'
import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import { referralStates, type Referral } from './referral.js'

interface Result {
  readonly learnerId: string
  readonly name?: string
  readonly outcome: 'asked' | 'prepared' | 'open-already' | 'waiting' | 'unknown'
  readonly referral?: Referral
}

const tones: Readonly<Record<Result['outcome'], string>> = {
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
      outcome: z.enum(['asked', 'prepared', 'open-already', 'waiting', 'unknown']),
      referral: z.object({ id: z.string(), state: z.enum(referralStates) }).optional(),
    }),
  ),
})

/** The results for outside tools, in the order they were asked. */
export const bulkJson = (results: readonly Result[]) => ({
  items: results.map(({ learnerId, outcome, referral }) => ({
    learner: { id: learnerId },
    outcome,
    ...(referral && { referral: { id: referral.id, state: referral.state } }),
  })),
})

/** The results as a table: what became of each, in words that say the next step. */
export const bulkRows = (results: readonly Result[], words: Words) =>
  results.map(({ learnerId, name, outcome, referral }) => ({
    cells: [
      {
        text: name ?? learnerId,
        ...(referral && { href: words.href(to(paths.referral, { id: referral.id })) }),
      },
      { tag: { word: words.t(`handoff:bulk.outcome.${outcome}`), tone: tones[outcome] } },
      words.t(`handoff:bulk.next.${outcome}`),
    ],
  }))
