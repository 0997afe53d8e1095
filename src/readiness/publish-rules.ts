import { communitiesOf, type Actor } from '../access/actor.js'
import { dayOf, type Day } from '../calendar.js'
import { newId } from '../ids.js'
import type { Ports } from '../ports.js'
import { invalid, notAllowed, refused } from '../problems.js'
import { insertRuleSet, ruleVersions } from './rule-store.js'
import { faultsOf, scopeKey, type Rule, type RuleSet, type Scope } from './rules.js'

/** The community whose rules a manager edits. Throws not-allowed to anybody else. */
export function managedCommunity(actor: Actor): string {
  const [communityId] = communitiesOf(actor, 'manager')
  if (communityId === undefined) throw notAllowed()
  return communityId
}

/** Rules that were tried: what they would change was counted against the rules of that moment. */
export interface TriedRules {
  readonly rules: readonly Rule[]
  readonly from: Day
  readonly scope?: Scope
  readonly startedAt: Date
}

const keyOf = (scope: Scope | undefined) => scope && scopeKey(scope)

/**
 * Publishes rules as the next version from a day on, for the program or for one scope; earlier versions stay. Throws invalid
 * for rules nobody could meet or a day that is over, refused when somebody published for the same since they were tried: what
 * the other one asks for would go unseen. So is the same again.
 */
export async function publishRules(
  { rules, from, scope, startedAt }: TriedRules,
  actor: Actor,
  ports: Pick<Ports, 'now'>,
): Promise<RuleSet> {
  const communityId = managedCommunity(actor)
  const now = ports.now()
  const faults = faultsOf(rules, scope)
  if (from < dayOf(now)) faults.push({ field: 'from', message: 'readiness:error.from' })
  if (faults.length > 0) throw invalid(faults)
  const versions = await ruleVersions(communityId)
  const isNewer = (one: RuleSet) => keyOf(one.scope) === keyOf(scope) && one.publishedAt > startedAt
  if (versions.some(isNewer)) throw refused('readiness:error.overtaken')
  const version = (versions.at(-1)?.version ?? 0) + 1
  const ruleSet = { id: newId(), communityId, version, ...(scope && { scope }), from, rules }
  const published = { ...ruleSet, publishedBy: actor.name, publishedAt: now }
  if (!(await insertRuleSet(published))) throw refused('readiness:error.quicker')
  return published
}
