import { z } from 'zod'
import { listQuery } from '../http/list.js'
import { idText, optionalText } from '../http/parse.js'
import { weekdays } from './listing.js'

/** '' is no choice. */
const choice = <T extends z.ZodType>(schema: T) =>
  z.preprocess((raw) => (raw === '' ? undefined : raw), schema.optional())

export const openChoices = ['now', ...weekdays] as const

const filters = {
  q: optionalText(100),
  near: optionalText(100),
  language: choice(z.string().regex(/^[a-z]{2,3}$/, 'centers:field.languageCode')),
  open: choice(z.enum(openChoices)),
  service: optionalText(100),
  accepting: choice(z.literal('true')),
}

export const centerQuery = z.strictObject({ ...listQuery, ...filters })
export type CenterQuery = z.output<typeof centerQuery>

export const centerParams = z.strictObject({ id: idText })
