import type { Day } from '../calendar.js'
import type { Words } from '../http/words.js'
import { evidenceLevels } from '../providers/evidence.js'
import { ruleLabel } from './proof-view.js'
import type { RulesForm } from './rules-input.js'
import { rulesInForce, type Rule, type RuleSet } from './rules.js'

/** A rule in the words of the proof. */
export const ruleText = (rule: Rule, words: Words): string =>
  ruleLabel(
    {
      kind: rule.kind,
      params: {
        ...('count' in rule && { count: rule.count }),
        ...('lowestLevel' in rule && { level: rule.lowestLevel }),
      },
    },
    words,
  )

/** What the form shows at first: the rules in force. */
export function formOf(rules: readonly Rule[], from: Day): RulesForm {
  const track = rules.find((rule) => rule.kind === 'evidence-level')
  const badges = rules.find((rule) => rule.kind === 'course-badges')
  const asks = ['track-finished', 'contact', 'agreement'] as const
  return {
    ask: asks.filter((kind) => rules.some((rule) => rule.kind === kind)),
    trackLevel: track?.lowestLevel ?? '',
    badges: badges?.count ?? 0,
    badgesLevel: badges?.lowestLevel ?? 'provider-confirmed',
    from,
  }
}

/** The rules page: what is in force, the form, and every version. */
export function rulesPage(versions: readonly RuleSet[], form: RulesForm, today: Day, words: Words) {
  const { t } = words
  const inForce = rulesInForce(versions, today)
  const levels = evidenceLevels.map((level) => ({
    value: level,
    label: t(`common:level.${level}.word`),
  }))
  return {
    inForce: inForce && {
      text: t('readiness:rules.inForce', {
        version: inForce.version,
        from: words.day(inForce.from),
      }),
      rules: inForce.rules.map((rule) => ruleText(rule, words)),
    },
    form,
    today,
    asks: [
      { value: 'track-finished', label: t('readiness:rules.trackFinished') },
      { value: 'contact', label: t('readiness:rules.contact') },
      { value: 'agreement', label: t('readiness:rules.agreement') },
    ],
    levels,
    versions: versions.toReversed().map((version) => ({
      cells: [
        words.number(version.version),
        { date: version.from, text: words.day(version.from) },
        version.rules.map((rule) => ruleText(rule, words)).join(' · '),
        version.publishedBy,
      ],
    })),
  }
}
