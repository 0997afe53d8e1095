import type { Badge } from '../badges/badge.js'
import { dayOf, type Day } from '../calendar.js'
import { paths, to, withQuery } from '../http/paths.js'
import type { Words } from '../http/words.js'
import type { Learner } from '../learners/learner.js'
import { evidenceLevels } from '../providers/evidence.js'
import { ruleLabel } from './proof-view.js'
import type { RuleTrial } from './rule-trial-store.js'
import type { RulesForm } from './rules-input.js'
import { paramsOf, scopeKey, type Rule, type RuleSet, type Scope } from './rules.js'
import { trackTitle } from '../tracks/track-view.js'

/** A rule in the words of the proof. */
const ruleText = (rule: Rule, words: Words): string =>
  ruleLabel({ kind: rule.kind, params: paramsOf(rule) }, words)

const find = <K extends Rule['kind']>(rules: readonly Rule[], kind: K) =>
  rules.find((rule): rule is Extract<Rule, { kind: K }> => rule.kind === kind)

const asks = ['track-finished', 'contact', 'agreement', 'resume', 'mentor-sign-off'] as const

/** What the form shows at first: the rules in force. */
export function formOf(rules: readonly Rule[], from: Day, scope: Scope | undefined): RulesForm {
  const badges = find(rules, 'course-badges')
  const portfolio = find(rules, 'portfolio')
  const signOff = find(rules, 'mentor-sign-off')
  const practice = find(rules, 'interview-practice')
  return {
    scope: scope && scopeKeyOf(scope),
    ask: asks.filter((kind) => rules.some((rule) => rule.kind === kind)),
    trackLevel: find(rules, 'evidence-level')?.lowestLevel ?? '',
    badges: badges?.count ?? 0,
    badgesOf: [...(badges?.badges ?? [])],
    badgesLevel: badges?.lowestLevel ?? 'provider-confirmed',
    portfolio: portfolio === undefined ? '' : (portfolio.checkedBy ?? 'any'),
    practice: practice?.count ?? 0,
    ownWord: practice?.ownWord === true ? ['yes'] : [],
    skillMonths: find(rules, 'skill-age')?.months ?? 0,
    markMonths: portfolio?.months ?? signOff?.months ?? practice?.months ?? 0,
    credit: find(rules, 'credit')?.count ?? 0,
    from,
  }
}

const scopeKeyOf = ({ kind, id }: Scope) => `${kind}:${id}` as const

/** Whose rules: "Your program", "Center North". */
const scopeName = (scope: Scope | undefined, words: Words): string =>
  scope
    ? words.t(`readiness:scope.${scope.kind}`, { name: nameOf(scope, words) })
    : words.t('readiness:scope.program')

const nameOf = ({ kind, id, name }: Scope, words: Words): string =>
  kind === 'track' ? trackTitle({ slug: id, title: name }, words) : name

export interface RulesShown {
  readonly versions: readonly RuleSet[]
  readonly scope: Scope | undefined
  readonly scopes: readonly Scope[]
  readonly inForce: RuleSet | undefined
  readonly badges: readonly Pick<Badge, 'slug' | 'name' | 'kind'>[]
  readonly today: Day
}

/** The rules page: whose, what is in force, the form, and every version. */
export function rulesPage(shown: RulesShown, words: Words) {
  const { t } = words
  const { inForce, scope, today } = shown
  const rules = inForce?.rules ?? []
  return {
    whose: scopeName(scope, words),
    isScoped: scope !== undefined,
    scopes: [
      { value: '', label: t('readiness:scope.program') },
      ...shown.scopes.map((one) => ({ value: scopeKey(one), label: scopeName(one, words) })),
    ],
    inForce: inForce && {
      text: t('readiness:rules.inForce', {
        version: inForce.version,
        from: words.day(inForce.from),
      }),
      rules: rules.map((rule) => ruleText(rule, words)),
    },
    form: formOf(rules, today, scope),
    action: withQuery(words.href(paths.readinessRules), { scope: scope && scopeKey(scope) }),
    today,
    asks: asks.map((value) => ({ value, label: t(`readiness:rules.asks.${value}`) })),
    levels: evidenceLevels.map((value) => ({ value, label: t(`common:level.${value}.word`) })),
    portfolios: (['', 'any', 'person'] as const).map((value) => ({
      value,
      label: t(`readiness:rules.portfolios.${value || 'none'}`),
    })),
    badges: shown.badges
      .filter(({ kind }) => kind === 'course')
      .map(({ slug, name }) => ({ value: slug, label: name })),
    versions: shown.versions.toReversed().map((version) => ({
      cells: [
        words.number(version.version),
        scopeName(version.scope, words),
        { date: version.from, text: words.day(version.from) },
        version.rules.map((rule) => ruleText(rule, words)).join(' · ') || null,
        version.publishedBy,
      ],
    })),
  }
}

/** What a trial has found so far, and the few of them whom the editor may see. */
export function trialPage(
  trial: RuleTrial,
  seen: { readonly becomes: readonly Learner[]; readonly noLonger: readonly Learner[] },
  words: Words,
) {
  const { t, number } = words
  const isDone = trial.state === 'done'
  const count = (value: number) =>
    isDone ? number(value) : t('readiness:trial.atLeast', { number: number(value) })
  const rows = (learners: readonly Learner[]) =>
    learners.map(({ id, name, place }) => ({
      cells: [
        { text: name, href: words.href(to(paths.staffLearner, { id })) },
        place.city === '' ? null : place.city,
      ],
    }))
  return {
    whose: scopeName(trial.scope, words),
    isDone,
    from: t('readiness:trial.from', { from: words.day(trial.from) }),
    rules: trial.rules.map((rule) => ruleText(rule, words)),
    progress: {
      value: trial.looked,
      max: Math.max(trial.total, trial.looked, 1),
      text: t('readiness:trial.looked', {
        looked: number(trial.looked),
        total: number(Math.max(trial.total, trial.looked)),
      }),
    },
    stats: (['before', 'after', 'becomes', 'noLonger'] as const).map((key) => ({
      value: count(trial.counts[key]),
      label: t(`readiness:trial.${key}`),
    })),
    lacks: trial.rules.flatMap((rule) => {
      const lacking = trial.lacks[rule.id] ?? 0
      return lacking === 0 ? [] : [{ cells: [ruleText(rule, words), number(lacking)] }]
    }),
    becomes: rows(seen.becomes),
    noLonger: rows(seen.noLonger),
    isPast: trial.from < dayOf(trial.startedAt),
  }
}
