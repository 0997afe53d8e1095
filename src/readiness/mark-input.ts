import { z } from 'zod'
import { isDay } from '../calendar.js'
import { idText, optionalText } from '../http/parse.js'
import { practiceKinds } from './mark.js'

export const markParams = z.strictObject({ id: idText })
export const takeBackParams = z.strictObject({ id: idText, mark: idText })

const note = optionalText(1000)

export const signOffInput = z.strictObject({
  sure: z.literal('yes', 'readiness:error.sure'),
  note,
})

export const practiceInput = z.strictObject({
  on: z.string().refine(isDay, 'http:field.notADate'),
  about: z.enum(practiceKinds),
  note,
})

export const portfolioInput = z.strictObject({
  url: z.string().max(500),
  sure: z.literal('yes', 'readiness:error.opened'),
  note,
})

export const emptyInput = z.strictObject({})
