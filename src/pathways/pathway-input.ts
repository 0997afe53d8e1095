import { z } from 'zod'
import { isDay } from '../calendar.js'
import { listQuery } from '../http/list.js'
import { emptyAsNone, idText, manyOf, optionalText } from '../http/parse.js'
import { applicationDecisions, applicationStates } from './pathway.js'

const day = z.string().refine(isDay, 'http:field.notADate')
/** A new pathway; `plan` are agreement ids of the college. */
export const pathwayForm = z.strictObject({
  name: z.string().trim().min(3).max(120),
  about: z.string().trim().min(3).max(2000),
  places: z
    .string()
    .trim()
    .regex(/^\d{1,4}$/, 'pathways:error.places')
    .transform(Number),
  plan: manyOf(idText),
  opensOn: day,
  closesOn: day,
  startsOn: day,
  endsOn: day,
})
export type PathwayForm = z.output<typeof pathwayForm>

export const pathwayParams = z.strictObject({ id: idText })

export const applyBody = z.strictObject({ why: optionalText(1000) })

export const leaveForm = z.strictObject({})

export const applicationsQuery = z.strictObject({
  ...listQuery,
  state: emptyAsNone(z.enum(applicationStates)),
})

const decision = z.enum(applicationDecisions, 'claims:error.decision')

/** One decision on several applications, from a form. */
export const decideForm = z.strictObject({
  decision,
  applications: manyOf(idText),
  reason: optionalText(1000),
})
export type DecideForm = z.output<typeof decideForm>

export const decideBody = z.strictObject({ decision, reason: optionalText(1000) })
