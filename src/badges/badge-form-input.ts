import { z } from 'zod'
import { manyOf } from '../http/parse.js'
import { evidenceLevels } from '../providers/evidence.js'
import type { Badge, Criteria } from './badge.js'

/** The ways a condition of the form can be met; `all-of` and `at-least` are the form itself. */
export const conditionKinds = [
  'completion',
  'provider-badges',
  'any-provider-badge',
  'steps',
  'badges',
  'exam',
  'open-badge',
] as const
type ConditionKind = (typeof conditionKinds)[number]

const slug = z
  .string()
  .trim()
  .regex(/^[a-z0-9][a-z0-9-]{0,99}$/, { message: 'badges:error.slug' })
const cell = manyOf(z.string().trim().max(2000))

/** The form on which a manager writes the next version of a badge; conditions come as columns of equal length. */
export const badgeForm = z.strictObject({
  slug: slug.optional(),
  name: z.string().trim().min(1).max(200),
  description: z.string().trim().min(1).max(1000),
  lowestLevel: z.enum(evidenceLevels),
  skills: z.string().trim().max(1000),
  status: z.enum(['published', 'retired']),
  needed: z.string().regex(/^(all|[1-4])$/, { message: 'badges:error.needed' }),
  kind: cell,
  provider: cell,
  what: cell,
  number: cell,
})
export type BadgeForm = z.output<typeof badgeForm>

/** One condition as the form shows it. */
export interface Condition {
  readonly kind: ConditionKind | ''
  readonly provider: string
  /** Ids or slugs with spaces between; of `steps` the track, then its steps or nothing for all; of an Open Badge its id, then its name. */
  readonly what: string
  readonly number: string
}

const words = (text: string) => text.split(/[\s,;]+/).filter(Boolean)
const digits = (text: string) => (/^\d{1,3}$/.test(text) ? Number(text) : undefined)

/** The conditions of the form that are filled in, with their row. */
export const conditionsOf = (form: Pick<BadgeForm, 'kind' | 'provider' | 'what' | 'number'>) =>
  form.kind
    .map((kind, row) => ({
      row,
      kind: conditionKinds.find((one) => one === kind) ?? ('' as const),
      provider: form.provider[row] ?? '',
      what: form.what[row] ?? '',
      number: form.number[row] ?? '',
    }))
    .filter(({ kind }) => kind !== '')

function criteriaOf({ kind, provider, what, number }: Condition): Criteria | undefined {
  const items = words(what)
  const [first = '', ...others] = items
  const count = digits(number)
  switch (kind) {
    case 'completion':
      return { kind, provider, course: first }
    case 'provider-badges':
      return { kind, provider, badges: items, ...(count !== undefined && { atLeast: count }) }
    case 'any-provider-badge':
      return { kind, provider, except: items }
    case 'steps':
      return { kind, track: first, steps: others.length > 0 ? others : 'all' }
    case 'badges':
      return { kind, badges: items, ...(count !== undefined && { atLeast: count }) }
    case 'exam':
      return { kind, provider, exam: first, ...(count !== undefined && { minScore: count }) }
    case 'open-badge': {
      const [achievement = '', ...name] = what.trim().split(/\s+/)
      return { kind, issuer: provider, achievement, ...(name[0] && { name: name.join(' ') }) }
    }
    case '':
      return undefined
  }
}

/** The criteria of the form: one condition by itself, several under `all-of` or `at-least`. */
export function criteriaOfForm(form: BadgeForm): Criteria {
  const of = conditionsOf(form).flatMap((condition) => criteriaOf(condition) ?? [])
  const [only] = of
  if (of.length === 1 && only) return only
  return form.needed === 'all'
    ? { kind: 'all-of', of }
    : { kind: 'at-least', count: Number(form.needed), of }
}

const noCondition: Condition = { kind: '', provider: 'treehouse', what: '', number: '' }

function conditionFrom(criteria: Criteria): Condition | undefined {
  const number = (value: number | undefined) => (value === undefined ? '' : String(value))
  switch (criteria.kind) {
    case 'completion':
      return { ...noCondition, ...criteria, what: criteria.course }
    case 'provider-badges':
      return { ...criteria, what: criteria.badges.join(' '), number: number(criteria.atLeast) }
    case 'any-provider-badge':
      return { ...noCondition, ...criteria, what: criteria.except.join(' ') }
    case 'steps': {
      const steps = criteria.steps === 'all' ? [] : criteria.steps
      return { ...noCondition, kind: 'steps', what: [criteria.track, ...steps].join(' ') }
    }
    case 'badges':
      return {
        ...noCondition,
        kind: 'badges',
        what: criteria.badges.join(' '),
        number: number(criteria.atLeast),
      }
    case 'exam':
      return { ...criteria, what: criteria.exam, number: number(criteria.minScore) }
    case 'open-badge': {
      const { kind, issuer, achievement, name = '' } = criteria
      return { ...noCondition, kind, provider: issuer, what: `${achievement} ${name}`.trim() }
    }
    case 'all-of':
    case 'at-least':
      return undefined
  }
}

const rows = 4

/** Criteria as the form shows them; undefined when they are nested deeper than the form can show. */
export function formOf(
  criteria: Criteria,
): { readonly needed: string; readonly conditions: readonly Condition[] } | undefined {
  const parts =
    criteria.kind === 'all-of' || criteria.kind === 'at-least' ? criteria.of : [criteria]
  const known = parts.flatMap((part) => conditionFrom(part) ?? [])
  if (known.length < parts.length || parts.length > rows) return undefined
  return {
    needed: criteria.kind === 'at-least' ? String(criteria.count) : 'all',
    conditions: padded(known),
  }
}

/** Conditions with empty ones after them, up to the rows of the form. */
export const padded = (conditions: readonly Condition[]): Condition[] => [
  ...conditions,
  ...Array.from({ length: Math.max(rows - conditions.length, 0) }, () => noCondition),
]

/** The next version of a badge as the form says. */
export const badgeOfForm = (form: BadgeForm, slug: string, before: Badge | undefined): Badge => ({
  slug,
  version: (before?.version ?? 0) + 1,
  name: form.name,
  description: form.description,
  kind: before?.kind ?? 'other',
  criteria: criteriaOfForm(form),
  lowestLevel: form.lowestLevel,
  skills: form.skills
    .split(',')
    .map((skill) => skill.trim())
    .filter(Boolean),
  ...(before?.track !== undefined && { track: before.track }),
  status: form.status,
})
