import { z } from 'zod'
import { emptyAsNone, idText } from '../http/parse.js'

/** Which program year, in which columns; with `head` the file names its columns in a first row. */
export const extractQuery = z.strictObject({
  year: emptyAsNone(
    z
      .string()
      .regex(/^20\d\d$/)
      .transform(Number),
  ),
  schema: emptyAsNone(z.string().regex(/^[\w.-]{1,40}$/)),
  head: emptyAsNone(z.literal('yes')),
})

export const gainParams = z.strictObject({ id: idText })
export const ownGainParams = z.strictObject({ id: idText, gain: idText })
export const takeBackInput = z.strictObject({
  reason: z.string().trim().min(1, 'reports:problem.reason').max(1000),
})
export const gainInput = z.strictObject({ evidence: z.string().min(1).max(300) })
