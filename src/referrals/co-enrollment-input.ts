import { z } from 'zod'
import { isDay } from '../calendar.js'
import { enrollmentPrograms } from './co-enrollment.js'

const day = z.string().refine(isDay, 'http:field.notADate')

/** A program a learner is in, from when, and until when if that is known. */
export const enrollmentInput = z.strictObject({
  program: z.enum(enrollmentPrograms),
  startOn: day,
  endOn: z.preprocess((raw) => (raw === '' ? undefined : raw), day.optional()),
})
