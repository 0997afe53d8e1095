import { z } from 'zod'
import { listQuery } from '../http/list.js'
import { emptyAsNone, idText, optionalText } from '../http/parse.js'
import { claimStates, decisions } from './claim.js'
import { longestTarget } from './service-target.js'

export const claimParams = z.strictObject({ id: idText })

export const claimBody = z.strictObject({ agreement: idText })

export const decisionBody = z.strictObject({
  decision: z.enum(decisions),
  credits: z.number().optional(),
  reason: optionalText(2000),
})

const amount = z
  .string()
  .trim()
  .transform((text) => (text === '' ? undefined : Number(text.replace(',', '.'))))
  .refine((value) => value === undefined || Number.isFinite(value), 'claims:error.number')
  .optional()

/** The same from a form: every field comes as text. */
export const decisionForm = z.strictObject({
  decision: z.enum(decisions, 'claims:error.decision'),
  credits: amount,
  reason: optionalText(2000),
})

export const answerForm = z.strictObject({
  answer: z.string().trim().min(1, 'claims:error.answer').max(2000),
})

export const appealForm = z.strictObject({
  reason: z.string().trim().min(1, 'claims:error.appeal').max(2000),
})

/** Why a learner withdraws, if they want to say. */
export const withdrawForm = z.strictObject({ reason: optionalText(2000) })

export const takeBackForm = z.strictObject({
  reason: z.string().trim().min(1, 'claims:error.reason').max(2000),
})

/** Within how many business days a college means to answer. */
export const settingsForm = z.strictObject({
  answerWithin: z
    .string()
    .trim()
    .regex(/^\d{1,3}$/, 'claims:error.target')
    .transform(Number)
    .refine((days) => days >= 1 && days <= longestTarget, 'claims:error.target'),
})

export const changesQuery = z.strictObject(listQuery)

/** A college's queue. `agreement`: the series of its versions. `overdue`: the college has not answered within its target. */
export const queueQuery = z.strictObject({
  ...listQuery,
  state: emptyAsNone(z.enum([...claimStates, 'open', 'all'])),
  agreement: emptyAsNone(idText),
  overdue: emptyAsNone(z.enum(['yes'])),
  order: emptyAsNone(z.enum(['oldest', 'newest'])),
})
export type QueueQuery = z.output<typeof queueQuery>
