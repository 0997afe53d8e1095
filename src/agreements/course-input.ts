import { z } from 'zod'
import { emptyAsNone, optionalText } from '../http/parse.js'
import { creditUnits } from './agreement.js'
import { tidyCode } from './course.js'

/** A course as its college enters it. */
export const courseForm = z.strictObject({
  code: z.string().max(40).transform(tidyCode),
  title: optionalText(200),
  credits: z.preprocess(
    (raw) =>
      typeof raw === 'string'
        ? raw.trim() === ''
          ? undefined
          : Number(raw.replace(',', '.'))
        : raw,
    z.number('claims:error.number').optional(),
  ),
  unit: emptyAsNone(z.enum(creditUnits, 'agreements:error.unit')),
  catalogYear: optionalText(20),
  topics: optionalText(500),
  status: z.enum(['offered', 'withdrawn']),
})
export type CourseForm = z.output<typeof courseForm>

export const courseQuery = z.strictObject({ code: emptyAsNone(z.string().max(40)) })
