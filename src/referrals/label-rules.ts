import { dayOf } from '../calendar.js'
import type { Words } from '../http/words.js'
import { ruleLabel } from '../readiness/proof-view.js'
import { ruleVersions } from '../readiness/rule-store.js'
import { paramsOf, rulesInForce } from '../readiness/rules.js'

/** What each rule asks, by the rule's id, in the order of the rules. */
export type RuleLabels = ReadonlyMap<string, string>

/** The rules in force in a community, in the same words as every proof; one query. */
export async function labelRules(
  communityId: string,
  words: Words,
  now: Date,
): Promise<RuleLabels> {
  const inForce = rulesInForce(await ruleVersions(communityId), dayOf(now))
  const labelled = (inForce?.rules ?? []).map((rule): [string, string] => [
    rule.id,
    ruleLabel({ kind: rule.kind, params: paramsOf(rule) }, words),
  ])
  return new Map(labelled)
}
