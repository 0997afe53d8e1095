import { z } from 'zod'
import { listQuery } from '../http/list.js'
import { emptyAsNone, idText, optionalText } from '../http/parse.js'
import { weekdays } from './listing.js'

export const openChoices = ['now', ...weekdays] as const

const filters = {
  q: optionalText(100),
  near: optionalText(100),
  language: emptyAsNone(z.string().regex(/^[a-z]{2,3}$/, 'centers:field.languageCode')),
  open: emptyAsNone(z.enum(openChoices)),
  service: optionalText(100),
  accepting: emptyAsNone(z.literal('true')),
}

export const centerQuery = z.strictObject({ ...listQuery, ...filters })
export type CenterQuery = z.output<typeof centerQuery>

export const centerParams = z.strictObject({ id: idText })
