import type { CurrentRules, LearnerStanding } from '../learners/summary.js'
import { scopeKey, type Rule, type Scope } from './rules.js'
import type { TrialCounts } from './rule-trial-store.js'

/** How many learners of each kind a trial keeps, to show those the editor may see. */
const sampleSize = 25

export interface TrialFindings {
  readonly counts: TrialCounts
  readonly lacks: Readonly<Record<string, number>>
  readonly becomes: readonly string[]
  readonly noLonger: readonly string[]
}

export const noFindings: TrialFindings = {
  counts: { before: 0, after: 0, becomes: 0, noLonger: 0 },
  lacks: {},
  becomes: [],
  noLonger: [],
}

/** The rules as they would be with these in place of what the program, or that scope, asks now. */
export function rulesWith(
  current: CurrentRules,
  rules: readonly Rule[],
  scope: Scope | undefined,
): CurrentRules {
  if (!scope) return { ...current, program: { version: 0, rules } }
  const others = current.scoped.filter((one) => scopeKey(one.scope) !== scopeKey(scope))
  return {
    ...current,
    scoped: rules.length === 0 ? others : [...others, { version: 0, rules, scope }],
  }
}

const proofsThatCount = ({ proof, scoped }: LearnerStanding, scope: Scope | undefined) => [
  proof,
  ...scoped
    .filter((one) => scope !== undefined && scopeKey(one.scope) === scopeKey(scope))
    .map((one) => one.proof),
]

/** Ready under the program's rules and, when a scope is given, under that scope's too. */
const isReadyFor = (standing: LearnerStanding, scope: Scope | undefined): boolean =>
  proofsThatCount(standing, scope).every(({ ready }) => ready)

/** The findings with one more learner looked at, before and after. */
export function addFinding(
  found: TrialFindings,
  learnerId: string,
  before: LearnerStanding,
  after: LearnerStanding,
  scope: Scope | undefined,
): TrialFindings {
  const [was, will] = [isReadyFor(before, scope), isReadyFor(after, scope)]
  const { counts } = found
  const sums = {
    before: counts.before + Number(was),
    after: counts.after + Number(will),
    becomes: counts.becomes + Number(!was && will),
    noLonger: counts.noLonger + Number(was && !will),
  }
  if (was === will) return { ...found, counts: sums }
  const keep = (ids: readonly string[]) => (ids.length < sampleSize ? [...ids, learnerId] : ids)
  if (will) return { ...found, counts: sums, becomes: keep(found.becomes) }
  const missed = proofsThatCount(after, scope).flatMap(({ rules }) =>
    rules.filter(({ met }) => !met).map(({ id }) => id),
  )
  const lacks = { ...found.lacks }
  for (const id of new Set(missed)) lacks[id] = (lacks[id] ?? 0) + 1
  return { ...found, counts: sums, lacks, noLonger: keep(found.noLonger) }
}
