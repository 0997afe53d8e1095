import { z } from 'zod'
import { listQuery } from '../http/list.js'
import { optionalText, slugText } from '../http/parse.js'

const state = z.preprocess(
  (raw) => (raw === '' ? undefined : raw),
  z
    .string()
    .regex(/^[A-Z]{2}$/, 'communities:field.state')
    .optional(),
)

export const communityQuery = z.strictObject({ ...listQuery, q: optionalText(100), state })
export type CommunityQuery = z.output<typeof communityQuery>

export const communityParams = z.strictObject({ slug: slugText })
