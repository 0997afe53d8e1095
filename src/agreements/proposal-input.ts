import { z } from 'zod'
import { isDay } from '../calendar.js'
import { listQuery } from '../http/list.js'
import { idText, manyOf, optionalText, slugText } from '../http/parse.js'
import { evidenceLevels } from '../providers/evidence.js'
import { creditUnits } from './agreement.js'
import type { Course } from './course.js'
import { proposalStates, proposalSteps, type Terms } from './proposal.js'

const emptyAsNone = <T extends z.ZodType>(schema: T) =>
  z.preprocess((raw) => (raw === '' ? undefined : raw), schema.optional())

const number = z.preprocess(
  (raw) =>
    typeof raw === 'string'
      ? raw.trim() === ''
        ? undefined
        : Number(raw.trim().replace(',', '.'))
      : raw,
  z.number('claims:error.number'),
)
const whole = z.preprocess(
  (raw) => (typeof raw === 'string' ? (raw.trim() === '' ? undefined : Number(raw)) : raw),
  z.number('agreements:error.whole').int('agreements:error.whole').optional(),
)
const day = z.string().refine(isDay, 'http:field.notADate')
const optionalDay = emptyAsNone(day)
const choice = <const T extends readonly string[]>(values: T, message: string) =>
  z.enum(values, message)

/** How many fields for a badge the form has. */
export const badgeFields = 8

/** What an agreement says, from a form or a call: badges as a list. */
const termsFields = {
  course: z.string().trim().min(1, 'agreements:error.chooseCourse').max(40),
  credits: number,
  unit: choice(creditUnits, 'agreements:error.unit'),
  badges: manyOf(emptyAsNone(slugText)).transform((slugs) =>
    slugs.filter((slug): slug is string => slug !== undefined),
  ),
  atLeast: whole,
  lowestLevel: choice(evidenceLevels, 'agreements:error.level'),
  maxAgeMonths: whole,
  mayShareBadges: emptyAsNone(z.union([z.literal('true').transform(() => true), z.boolean()])),
  fills: choice(['requirement', 'elective'], 'agreements:error.fills'),
  conditions: optionalText(1000),
  catalogYear: optionalText(20),
  force: choice(['binding', 'advisory'], 'agreements:error.force'),
  from: day,
  to: optionalDay,
  note: optionalText(1000),
  decidedBy: optionalText(200),
  internalNote: optionalText(1000),
  why: optionalText(1000),
}
export const termsForm = z.strictObject(termsFields)
export type TermsForm = z.output<typeof termsForm>

/** A proposal of a new agreement, or of the next version of `series`. */
export const proposalBody = z.strictObject({
  college: idText,
  series: emptyAsNone(z.string().regex(/^[\w-]{1,100}$/)),
  ...termsFields,
})

/** To end an agreement from a day on. */
export const retireForm = z.strictObject({ from: day, why: optionalText(1000) })

export const proposalParams = z.strictObject({ id: idText })

/** What the form for a new proposal is filled with. */
export const newProposalQuery = z.strictObject({
  college: emptyAsNone(idText),
  course: emptyAsNone(z.string().max(40)),
  badge: emptyAsNone(slugText),
  agreement: emptyAsNone(idText),
})

export const retireQuery = z.strictObject({ agreement: emptyAsNone(idText) })

export const stepBody = z.strictObject({
  step: z.enum(proposalSteps, 'agreements:error.step'),
  revision: whole,
  reviewers: manyOf(idText),
  reason: optionalText(2000),
})
export type StepBody = z.output<typeof stepBody>

export const proposalQuery = z.strictObject({
  ...listQuery,
  state: emptyAsNone(z.enum(proposalStates)),
})

export const affectedQuery = z.strictObject(listQuery)

/** The terms a form or call stands for; the title is the catalog's. */
export function termsOf(form: TermsForm, course: Course | undefined): Terms {
  const { conditions, catalogYear, note, decidedBy, internalNote, maxAgeMonths } = form
  return {
    course: course?.code ?? form.course,
    courseTitle: course?.title ?? course?.code ?? form.course,
    credits: form.credits,
    unit: form.unit,
    badges: {
      of: form.badges,
      ...(form.atLeast !== undefined &&
        form.atLeast !== form.badges.length && { atLeast: form.atLeast }),
    },
    lowestLevel: form.lowestLevel,
    ...(maxAgeMonths !== undefined && { maxAgeMonths }),
    mayShareBadges: form.mayShareBadges === true,
    fills: form.fills,
    ...(conditions !== undefined && { conditions }),
    ...(catalogYear !== undefined && { catalogYear }),
    ...(form.force === 'advisory' && { advisory: true }),
    from: form.from,
    ...(form.to !== undefined && { to: form.to }),
    ...(decidedBy !== undefined && { decidedBy }),
    ...(note !== undefined && { note }),
    ...(internalNote !== undefined && { internalNote }),
  }
}
