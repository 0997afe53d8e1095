import { z } from 'zod'

const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,99}$/)
const words = (most: number) => z.string().trim().min(1).max(most)

const seedStep = z.strictObject({
  id: slug,
  title: words(200),
  courseSlug: slug,
  slugConfirmed: z.boolean(),
  providerBadges: z.array(words(100)).max(100).default([]),
  badgesSeen: z.array(words(100)).max(100).optional(),
  kind: z.literal('workshop').optional(),
  group: slug.optional(),
  after: z.array(slug).max(20).default([]),
  minutes: z.number().int().positive().max(100_000).optional(),
})

const seedVersion = z.strictObject({
  version: words(40),
  order: z.number().int().positive(),
  title: words(200),
  summary: words(1000),
  topic: words(200),
  status: z.enum(['published', 'list-not-found']),
  occupation: z
    .string()
    .regex(/^\d{2}-\d{4}$/)
    .optional(),
  occupationBasis: z.literal('judgement').optional(),
  hours: z.number().positive().max(10_000).optional(),
  note: z.string().optional(),
  source: words(500),
  confirmed: z.boolean(),
  groups: z
    .array(z.strictObject({ id: slug, title: words(200), choose: z.number().int() }))
    .default([]),
  steps: z.array(seedStep).max(100),
})

/** One track with all its versions as it stands in seed/tracks. */
export const seedTrack = z.strictObject({
  slug,
  provider: slug,
  providerTitle: words(200),
  versions: z.array(seedVersion).min(1),
})
export type SeedTrack = z.output<typeof seedTrack>
