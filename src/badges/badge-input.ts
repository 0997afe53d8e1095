import { z } from 'zod'
import { evidenceLevels } from '../providers/evidence.js'
import type { Criteria } from './badge.js'

const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,99}$/)
const item = z.string().trim().min(1).max(100)
const items = z.array(item).min(1).max(200)
const count = z.number().int().min(1).max(200)

/** Fields that are absent, never undefined: what `exactOptionalPropertyTypes` asks of the domain types. */
const without =
  <K extends string>(key: K) =>
  <T extends { [P in K]?: unknown }>(value: T) => {
    const { [key]: optional, ...rest } = value
    return (optional === undefined ? rest : value) as T & { [P in K]?: NonNullable<T[P]> }
  }

const flat = [
  z.strictObject({
    kind: z.literal('steps'),
    track: slug,
    steps: z.union([z.literal('all'), z.array(slug).min(1).max(100)]),
  }),
  z
    .strictObject({
      kind: z.literal('provider-badges'),
      provider: slug,
      badges: items,
      atLeast: count.optional(),
    })
    .transform(without('atLeast')),
  z.strictObject({
    kind: z.literal('any-provider-badge'),
    provider: slug,
    except: z.array(item).max(200),
  }),
  z.strictObject({ kind: z.literal('completion'), provider: slug, course: item }),
  z
    .strictObject({
      kind: z.literal('exam'),
      provider: slug,
      exam: item,
      minScore: z.number().min(0).max(100).optional(),
    })
    .transform(without('minScore')),
  z
    .strictObject({
      kind: z.literal('open-badge'),
      issuer: z.string().regex(/^(did:|https:\/\/)\S{1,500}$/),
      achievement: z.string().regex(/^\S{1,1000}$/),
      name: z.string().trim().min(1).max(200).optional(),
    })
    .transform(without('name')),
  z
    .strictObject({
      kind: z.literal('badges'),
      badges: z.array(slug).min(1).max(200),
      atLeast: count.optional(),
    })
    .transform(without('atLeast')),
] as const

const deepest = 4

const nested = (depth: number): z.ZodType<Criteria> => {
  if (depth === 0) return z.union(flat)
  const of = z
    .array(nested(depth - 1))
    .min(1)
    .max(20)
  return z.union([
    ...flat,
    z.strictObject({ kind: z.literal('all-of'), of }),
    z.strictObject({ kind: z.literal('at-least'), count, of }),
  ])
}

/** Criteria as they stand in seed files; at most four levels deep. Whether they make sense: faultsOfCriteria. */
export const criteriaSchema: z.ZodType<Criteria> = nested(deepest)

/** One badge as it stands in seed files. */
export const seedBadge = z.strictObject({
  slug,
  name: z.string().trim().min(1).max(200),
  description: z.string().trim().min(1).max(1000),
  kind: z.enum(['first', 'course', 'milestone', 'other']),
  criteria: criteriaSchema,
  lowestLevel: z.enum(evidenceLevels),
  skills: z.array(z.string().min(1).max(100)).max(50),
  track: slug.optional(),
  source: z.string().min(1),
  confirmed: z.boolean(),
})
