import { z } from 'zod'
import { listQuery } from '../http/list.js'
import { emptyAsNone, idText, optionalText, slugText } from '../http/parse.js'
import { referralStates } from './referral.js'

export const readyOrders = ['longest-ready', 'newly-ready', 'name'] as const

/** Filters of the job-ready list; the same for page, CSV and API. */
const readyFilters = {
  center: emptyAsNone(idText),
  track: emptyAsNone(slugText),
  q: optionalText(100),
  order: emptyAsNone(z.enum(readyOrders)),
}

export const readyQuery = z.strictObject({ ...listQuery, ...readyFilters })
export type ReadyQuery = z.output<typeof readyQuery>

/** Over the API one asks for the ready ones by name: nobody else is on the list. */
export const readyApiQuery = z.strictObject({
  ...listQuery,
  ...readyFilters,
  ready: z.literal('true').optional(),
})

/** At which of one's centers: for who works at several. */
export const todayQuery = z.object({ center: emptyAsNone(idText) })

export const queueStates = ['open', 'all', ...referralStates.slice(1)] as const

/** Filters of the referral queue. `days`: standing in their state for that long or longer. */
export const queueQuery = z.strictObject({
  ...listQuery,
  center: emptyAsNone(idText),
  state: emptyAsNone(z.enum(queueStates)),
  days: emptyAsNone(
    z
      .string()
      .regex(/^\d{1,4}$/)
      .transform(Number),
  ),
  order: emptyAsNone(z.enum(['oldest', 'newest'])),
})
/** Over the API also: what changed since a moment, the earliest change first, for a system that keeps up. */
export const queueApiQuery = z.strictObject({
  ...queueQuery.shape,
  since: emptyAsNone(z.iso.datetime({ offset: true }).transform((text) => new Date(text))),
})
export type QueueApiQuery = z.output<typeof queueApiQuery>
export type QueueQuery = z.output<typeof queueQuery>

export const findLearnersQuery = z.strictObject({ ...listQuery, q: optionalText(100) })
