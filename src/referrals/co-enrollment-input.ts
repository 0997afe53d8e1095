import { z } from 'zod'
import { isDay } from '../calendar.js'
import { idText } from '../http/parse.js'
import { enrollmentPrograms } from './co-enrollment.js'
import { longestReason } from './referral-input.js'
import { seemsSsn } from './stated.js'

const day = z.string().refine(isDay, 'http:field.notADate')

/** A program a learner is in, from when, and until when if that is known. */
export const enrollmentInput = z.strictObject({
  program: z.enum(enrollmentPrograms),
  startOn: day,
  endOn: z.preprocess((raw) => (raw === '' ? undefined : raw), day.optional()),
})

export const stayParams = z.strictObject({ id: idText, stay: idText })

/** Why a reported program is taken back. */
export const takeBackInput = z.strictObject({
  reason: z
    .string('handoff:takeBack.needed')
    .trim()
    .min(1, 'handoff:takeBack.needed')
    .max(longestReason)
    .refine((text) => !seemsSsn(text), 'referrals:field.noSsn'),
})
