import { z } from 'zod'
import { isDay } from '../calendar.js'
import { manyOf, optionalText } from '../http/parse.js'
import type { EntryForm } from './entry.js'
import { readHours } from './hours-text.js'
import { isZone } from './zone.js'

/** The usual clocks of the United States, as IANA names; an entry may keep another. */
export const zones = [
  'America/Los_Angeles',
  'America/Boise',
  'America/Denver',
  'America/Phoenix',
  'America/Chicago',
  'America/New_York',
  'America/Anchorage',
  'Pacific/Honolulu',
] as const

/** As much as any other way into the directory lets in: what an import brought must not keep staff from changing a phone. */
const longest = 100_000

const hours = optionalText(longest).superRefine((text, context) => {
  const { faults } = readHours(text ?? '', '')
  for (const { message } of faults.slice(0, 1)) context.addIssue({ code: 'custom', message })
})

const emptyIsNone = <T extends z.ZodType>(schema: T) =>
  z.preprocess((raw) => (raw === '' ? undefined : raw), schema.optional())

const linesUpTo = (most: number) =>
  optionalText(longest).refine(
    (text) => (text ?? '').split('\n').length <= most,
    'centers:field.tooManyLines',
  )

export const steps = ['preview', 'save'] as const

/** The form of an entry; `step` says whether it is shown first or kept. */
export const entryForm = z
  .strictObject({
    description: optionalText(4000),
    email: emptyIsNone(z.email().max(200)),
    website: emptyIsNone(z.url({ protocol: /^https?$/, hostname: z.regexes.domain }).max(300)),
    phone: emptyIsNone(
      z
        .string()
        .trim()
        .max(40)
        .regex(/^[+(]*\d[\p{L}\d\s().,/#+:-]*$/u, 'centers:field.phone')
        .refine((text) => text.replace(/\D/g, '').length >= 3, 'centers:field.phone'),
    ),
    extension: emptyIsNone(
      z
        .string()
        .regex(/^\d{1,6}$/, 'centers:field.extension')
        .transform(Number),
    ),
    address: optionalText(200),
    city: optionalText(100),
    postalCode: emptyIsNone(z.string().regex(/^\d{5}(-\d{4})?$/, 'centers:field.postalCode')),
    transportation: optionalText(500),
    languages: manyOf(z.string().max(20)).refine(
      (codes) =>
        codes.length <= 40 &&
        new Set(codes).size === codes.length &&
        codes.every((code) => /^[a-z]{2,3}$/.test(code)),
      'centers:field.languageCode',
    ),
    accessibility: linesUpTo(100),
    hours,
    services: linesUpTo(500),
    zone: z.string().max(50).refine(isZone, 'centers:field.zone'),
    accepting: emptyIsNone(z.literal('true')).transform((value) => value === 'true'),
    acceptingUntil: emptyIsNone(z.string().refine(isDay, 'http:field.notADate')),
    confirmed: emptyIsNone(z.literal('true')).transform((value) => value === 'true'),
    version: z
      .string()
      .regex(/^\d{1,9}$/)
      .transform(Number),
    step: z.enum(steps).default('preview'),
  })
  .refine(({ accepting, acceptingUntil }) => accepting || acceptingUntil === undefined, {
    path: ['acceptingUntil'],
    message: 'centers:field.untilWithoutAccepting',
  }) satisfies z.ZodType<EntryForm>
export type EntryFormInput = z.output<typeof entryForm>
