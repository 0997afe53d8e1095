import { z } from 'zod'
import { idText } from '../http/parse.js'

export const duplicateParams = z.strictObject({ id: idText })

/** What a person decided on a pair: which record stays, or that they are two people. */
export const duplicateForm = z
  .strictObject({
    decision: z.enum(['merge', 'different']),
    keep: z.preprocess((raw) => (raw === '' ? undefined : raw), idText.optional()),
  })
  .refine(({ decision, keep }) => decision === 'different' || keep !== undefined, {
    path: ['keep'],
    message: 'duplicates:error.keep',
  })
