import { z } from 'zod'
import { seedBadge } from '../badges/badge-input.js'
import { evidenceLevels } from '../providers/evidence.js'

const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,99}$/)
const text = z.string().min(1).max(1000)
const soc = z.string().regex(/^\d{2}-\d{4}$/)
const month = z.string().regex(/^\d{4}(-\d{2}){0,2}$/)
const day = z.iso.date()
const url = z.url({ protocol: /^https?$/ })

/** Where a row was read, and whether its main facts were read there. */
const origin = { source: text, confirmed: z.boolean() }
const about = { about: text }

export const badgesFile = z.strictObject({ ...about, badges: z.array(seedBadge) })

export const providerBadgesFile = z.strictObject({
  ...about,
  provider: slug,
  badges: z.array(
    z.strictObject({
      id: z.string().regex(/^\d{1,10}$/),
      name: text,
      courseSlug: slug.optional(),
      courseTitle: text.optional(),
      stageTitle: text.optional(),
      url: url.optional(),
      confirmed: z.boolean(),
      seenIn: text,
    }),
  ),
})

export const collegesFile = z.strictObject({
  ...about,
  colleges: z.array(
    z.strictObject({
      slug,
      name: text,
      shortName: text,
      kind: z.enum(['community college', 'public university']),
      city: text.optional(),
      url: url.optional(),
      termSystem: text.optional(),
      portlandArea: z.boolean(),
      remembered: z.array(z.enum(['city', 'termSystem'])).default([]),
      note: text.optional(),
      ...origin,
    }),
  ),
})

export const coursesFile = z.strictObject({
  ...about,
  courses: z.array(
    z.strictObject({
      college: slug,
      subject: text,
      number: text,
      title: text.optional(),
      credits: z.number().positive().max(20).optional(),
      unit: z.enum(['quarter', 'semester']).optional(),
      catalogYear: text.optional(),
      topics: z.array(text).default([]),
      confirmedFields: text.optional(),
      note: text.optional(),
      ...origin,
    }),
  ),
})

export const tuitionFile = z.strictObject({
  ...about,
  tuition: z.array(
    z.strictObject({
      college: slug,
      academicYear: text.optional(),
      kind: z.enum(['tuition', 'fee', 'cpl_fee', 'tuition_and_fees']),
      residency: text,
      amountCents: z.number().int().positive(),
      unit: z.enum(['credit', 'term', 'flat', 'year']),
      note: text.optional(),
      ...origin,
    }),
  ),
})

export const boardsFile = z.strictObject({
  ...about,
  boards: z.array(
    z.strictObject({
      slug,
      name: text,
      counties: z.array(text).min(1),
      url: url.optional(),
      note: text.optional(),
      ...origin,
    }),
  ),
})

export const centersFile = z.strictObject({
  ...about,
  centers: z.array(
    z.strictObject({
      slug,
      name: text,
      operator: text.optional(),
      address: text.optional(),
      city: text.optional(),
      state: z.string().length(2),
      postalCode: text.optional(),
      phone: text.optional(),
      url: url.optional(),
      board: slug,
      asOf: month.optional(),
      status: z.enum(['current', 'unconfirmed', 'historical']),
      statusNote: text.optional(),
      note: text.optional(),
      confirmedFields: text,
      ...origin,
    }),
  ),
})

export const communitiesFile = z.strictObject({
  ...about,
  communities: z.array(
    z.strictObject({
      slug,
      name: text,
      state: z.string().length(2),
      kind: text,
      yearJoined: z.number().int().min(2015).max(2017).optional(),
      joined: month.optional(),
      figures: text.optional(),
      figureSource: text.optional(),
      ...origin,
    }),
  ),
})

export const employersFile = z.strictObject({
  ...about,
  employers: z.array(
    z.strictObject({
      slug,
      name: text,
      community: slug,
      kind: z.enum(['employer', 'provider', 'board']),
      role: text.optional(),
      detail: text.optional(),
      date: text.optional(),
      ...origin,
    }),
  ),
})

export const occupationsFile = z.strictObject({
  ...about,
  occupations: z.array(
    z.strictObject({
      soc,
      title: text,
      onetSoc: text.optional(),
      codeSource: text.optional(),
      wageCents: z.number().int().positive().optional(),
      wageStat: text.optional(),
      wagePeriod: month.optional(),
      wageIsOld: z.literal(true).optional(),
      wageSource: text.optional(),
      usEmploymentMay2022: z.number().int().positive().optional(),
      employmentSource: text.optional(),
      note: text.optional(),
      confirmed: z.boolean(),
    }),
  ),
})

export const skillsFile = z.strictObject({
  ...about,
  skills: z.array(
    z.strictObject({
      name: text,
      category: text,
      topic: text.optional(),
      onetExample: text,
      socCodes: z.array(soc).default([]),
      hotTechnology: z.array(soc).default([]),
      inDemand: z.array(soc).default([]),
      socByJudgement: z.array(soc).default([]),
      ...origin,
    }),
  ),
})

export const techhireTotalsFile = z.strictObject({
  ...about,
  totals: z.array(
    z.strictObject({
      asOf: month,
      communities: text.optional(),
      employers: text.optional(),
      trainingPartners: text.optional(),
      placed: text.optional(),
      other: text.optional(),
      ...origin,
    }),
  ),
})

const wholeNumber = z.number().int().nonnegative()

export const programFile = z.strictObject({
  id: slug,
  community: slug,
  name: text,
  board: slug,
  zone: text,
  goal: z.number().int().positive(),
  promised: z.strictObject({
    ojtPlaces: wholeNumber,
    internships: wholeNumber,
    creditPlaces: wholeNumber,
  }),
  published: z.strictObject({
    asOf: day,
    signedUp: wholeNumber,
    withBadge: wholeNumber,
    openings: wholeNumber,
  }),
  ...origin,
})

export const agreementsFile = z.strictObject({
  ...about,
  demonstration: z.literal(true),
  agreements: z.array(
    z.strictObject({
      series: slug,
      version: z.number().int().positive(),
      college: slug,
      course: text,
      courseTitle: text,
      credits: z.number().positive().max(20),
      unit: z.enum(['quarter', 'semester']),
      badges: z.strictObject({
        of: z.array(slug).min(1),
        atLeast: z.number().int().positive().optional(),
      }),
      lowestLevel: z.enum(evidenceLevels),
      mayShareBadges: z.boolean(),
      fills: z.enum(['requirement', 'elective']),
      from: day,
      to: day.optional(),
      note: text.optional(),
      source: text,
    }),
  ),
})

const rule = <S extends z.core.$ZodLooseShape>(shape: S) => z.strictObject({ id: slug, ...shape })
const level = z.enum(evidenceLevels)

export const readinessRulesFile = z.strictObject({
  ...about,
  version: z.number().int().positive(),
  from: day,
  rules: z.array(
    z.discriminatedUnion('kind', [
      rule({ kind: z.literal('track-finished') }),
      rule({ kind: z.literal('evidence-level'), lowestLevel: level }),
      rule({
        kind: z.literal('course-badges'),
        count: z.number().int().positive(),
        lowestLevel: level,
      }),
      rule({ kind: z.literal('contact') }),
      rule({ kind: z.literal('agreement') }),
    ]),
  ),
})

export const paceFile = z.strictObject({
  source: z.string(),
  gapDays: z.array(z.number().nonnegative()).min(1),
})
