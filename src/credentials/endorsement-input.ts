import { z } from 'zod'
import { idText, slugText } from '../http/parse.js'

/** What an organization says of a badge. */
export const endorsementBody = z.strictObject({
  badge: slugText,
  organization: idText.optional(),
  comment: z.string().trim().min(20).max(1000),
})

export const endorsementParams = z.strictObject({ id: idText })
