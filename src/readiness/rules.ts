import type { Day } from '../calendar.js'
import type { EvidenceLevel } from '../providers/evidence.js'

/**
 * What "job-ready" means, as data of one program. Every rule asks for something that more evidence can only bring nearer:
 * no rule counts against a person. `tracks` narrows a rule to some tracks; without it any track will do.
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

export type RuleKind = Rule['kind']
export const ruleKinds = [
  'track-finished',
  'evidence-level',
  'course-badges',
  'contact',
  'agreement',
] as const satisfies readonly RuleKind[]

/** One version of a program's rules; append-only, the highest version whose day has come is in force. */
export interface RuleSet {
  readonly id: string
  readonly communityId: string
  readonly version: number
  readonly from: Day
  readonly rules: readonly Rule[]
  readonly publishedBy: string
  readonly publishedAt: Date
}

/** What a program starts with: one finished track on the provider's own word, five course badges, a way to reach you. */
export const firstRules: readonly Rule[] = [
  { id: 'finished-track', kind: 'track-finished' },
  { id: 'confirmed-track', kind: 'evidence-level', lowestLevel: 'provider-confirmed' },
  { id: 'course-badges', kind: 'course-badges', count: 5, lowestLevel: 'provider-confirmed' },
  { id: 'contact', kind: 'contact' },
  { id: 'program-agreement', kind: 'agreement' },
]

/** The version in force on a day; the first one also before its day, so that there always is one. */
export const rulesInForce = (versions: readonly RuleSet[], on: Day): RuleSet | undefined => {
  const byVersion = [...versions].sort((a, b) => b.version - a.version)
  return byVersion.find(({ from }) => from <= on) ?? byVersion.at(-1)
}

/** What is wrong with a set of rules, as locale keys by field; empty when it may be published. */
export function faultsOf(rules: readonly Rule[]): { field: string; message: string }[] {
  const faults: { field: string; message: string }[] = []
  if (rules.length === 0) faults.push({ field: 'rules', message: 'readiness:error.noRules' })
  rules.forEach((rule, index) => {
    const field = `rules[${index}]`
    if (rules.findIndex(({ id }) => id === rule.id) !== index)
      faults.push({ field: `${field}.id`, message: 'readiness:error.sameId' })
    if (rule.kind !== 'course-badges') return
    const most = rule.badges?.length ?? 100
    if (!Number.isInteger(rule.count) || rule.count < 1 || rule.count > most)
      faults.push({ field: `${field}.count`, message: 'readiness:error.count' })
  })
  return faults
}
