import type { Day } from '../calendar.js'
import type { EvidenceLevel } from '../providers/evidence.js'

interface Aged {
  /** What it rests on may be at most so many months old; without it, it never ages. */
  readonly months?: number
}

/**
 * What "job-ready" means, as data of one program. Every rule asks for something that more evidence can only bring nearer:
 * no rule counts against a person. `tracks` narrows a rule to some tracks; without it any track will do. `ownWord` lets the
 * learner's own word count; `checkedBy: 'person'` that a person opened the link and not only the program.
 */
export type Rule =
  | { readonly id: string; readonly kind: 'track-finished'; readonly tracks?: readonly string[] }
  | {
      readonly id: string
      readonly kind: 'evidence-level'
      readonly lowestLevel: EvidenceLevel
      readonly tracks?: readonly string[]
    }
  | {
      readonly id: string
      readonly kind: 'course-badges'
      readonly count: number
      readonly lowestLevel: EvidenceLevel
      readonly badges?: readonly string[]
    }
  | { readonly id: string; readonly kind: 'contact' }
  | { readonly id: string; readonly kind: 'agreement' }
  | { readonly id: string; readonly kind: 'resume' }
  | (Aged & { readonly id: string; readonly kind: 'portfolio'; readonly checkedBy?: 'person' })
  | (Aged & { readonly id: string; readonly kind: 'mentor-sign-off' })
  | (Aged & {
      readonly id: string
      readonly kind: 'interview-practice'
      readonly count: number
      readonly ownWord?: boolean
    })
  | {
      readonly id: string
      readonly kind: 'skill-age'
      readonly months: number
      readonly lowestLevel: EvidenceLevel
    }
  | { readonly id: string; readonly kind: 'credit'; readonly count: number }

export const scopeKinds = ['track', 'center', 'employer'] as const

/** Whose additional rules these are; `id` is a track's slug or an organization's id, `name` as it was when published. */
export interface Scope {
  readonly kind: (typeof scopeKinds)[number]
  readonly id: string
  readonly name: string
}

/** "center:0190…": how lists and addresses name a scope. */
export const scopeKey = ({ kind, id }: Pick<Scope, 'kind' | 'id'>): string => `${kind}:${id}`

/**
 * One version of rules; append-only. Versions are numbered through a community. Without a scope they are the program's own;
 * with one they are asked on top of the program's, for that track, center or employer.
 */
export interface RuleSet {
  readonly id: string
  readonly communityId: string
  readonly version: number
  readonly scope?: Scope
  readonly from: Day
  readonly rules: readonly Rule[]
  readonly publishedBy: string
  readonly publishedAt: Date
}

/** The one that begins last first; of those of one day the one that was published last. */
const latestFirst = (versions: readonly RuleSet[]) =>
  [...versions].sort((a, b) => b.from.localeCompare(a.from) || b.version - a.version)

/**
 * The program's version in force on a day: each from its day on until another begins, in whatever order they were published.
 * The first one also before its day, so that there always is one.
 */
export const rulesInForce = (versions: readonly RuleSet[], on: Day): RuleSet | undefined => {
  const byDay = latestFirst(versions.filter(({ scope }) => scope === undefined))
  return byDay.find(({ from }) => from <= on) ?? byDay.at(-1)
}

/** A version of additional rules; it always has a scope. */
export type ScopedRuleSet = RuleSet & { readonly scope: Scope }

const isScoped = (version: RuleSet): version is ScopedRuleSet => version.scope !== undefined

/** The additional rules in force on a day, one version for each scope; a version without rules ends them. */
export function scopedInForce(versions: readonly RuleSet[], on: Day): ScopedRuleSet[] {
  const begun = latestFirst(versions.filter(({ from }) => from <= on)).filter(isScoped)
  const latest = new Map(begun.toReversed().map((one) => [scopeKey(one.scope), one]))
  return [...latest.values()].filter(({ rules }) => rules.length > 0)
}

/**
 * How many versions have begun by that day, of the program and of every scope: grows with every publication and with every
 * day on which a version published earlier begins, so that a number tells whether a summary is behind.
 */
export const editionOf = (versions: readonly RuleSet[], on: Day): number =>
  versions.length === 0 ? 0 : Math.max(1, versions.filter(({ from }) => from <= on).length)

/** What a rule asks, as the params of its words: count, level, months, who checks. */
export const paramsOf = (rule: Rule): Readonly<Record<string, string | number>> => ({
  ...('count' in rule && { count: rule.count }),
  ...('lowestLevel' in rule && { level: rule.lowestLevel }),
  ...('months' in rule && { months: rule.months }),
  ...('checkedBy' in rule && { by: rule.checkedBy }),
  ...('ownWord' in rule && rule.ownWord && { own: 'yes' }),
})

/** What is wrong with a set of rules, as locale keys by field; empty when it may be published. Only a scope may ask nothing. */
export function faultsOf(
  rules: readonly Rule[],
  scope?: Scope,
): { field: string; message: string }[] {
  const faults: { field: string; message: string }[] = []
  if (rules.length === 0 && !scope)
    faults.push({ field: 'rules', message: 'readiness:error.noRules' })
  rules.forEach((rule, index) => {
    const field = `rules[${index}]`
    if (rules.findIndex(({ id }) => id === rule.id) !== index)
      faults.push({ field: `${field}.id`, message: 'readiness:error.sameId' })
    const wrongCount = 'count' in rule && !isCount(rule.count, mostOf(rule))
    if (wrongCount) faults.push({ field: `${field}.count`, message: 'readiness:error.count' })
    if ('months' in rule && !isCount(rule.months, 120))
      faults.push({ field: `${field}.months`, message: 'readiness:error.months' })
  })
  return faults
}

const mostOf = (rule: Rule) => (rule.kind === 'course-badges' ? (rule.badges?.length ?? 100) : 100)

const isCount = (value: number, most: number) =>
  Number.isInteger(value) && value >= 1 && value <= most
