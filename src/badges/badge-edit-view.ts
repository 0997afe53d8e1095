import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import type { Award, Badge } from './badge.js'
import {
  badgeForm,
  conditionKinds,
  conditionsOf,
  formOf,
  padded,
  type BadgeForm,
} from './badge-form-input.js'
import { criteriaLine } from './criteria-view.js'
import type { Names } from './read-badge.js'

const conditionColumns = badgeForm.pick({ kind: true, provider: true, what: true, number: true })

/** The form of a badge's next version: as it is now, or the conditions as typed. */
export function badgeEditPage(badge: Badge | undefined, typed: unknown, words: Words) {
  const shown = badge ? formOf(badge.criteria) : { needed: 'all', conditions: padded([]) }
  const rows = conditionColumns.strip().safeParse(typed)
  const isTyped = rows.success && rows.data.kind.length > 0
  return {
    slug: badge?.slug,
    action: words.href(to(paths.previewBadge, { slug: badge?.slug ?? 'new' })),
    awards: badge && words.href(to(paths.badgeAwards, { slug: badge.slug })),
    isTooDeep: shown === undefined,
    conditions: isTyped ? padded(conditionsOf(rows.data)) : (shown?.conditions ?? padded([])),
    kinds: conditionKinds.map((value) => ({ value, label: words.t(`badges:condition.${value}`) })),
    values: {
      name: badge?.name ?? '',
      description: badge?.description ?? '',
      lowestLevel: badge?.lowestLevel ?? 'self-reported',
      skills: badge?.skills.join(', ') ?? '',
      status: badge?.status ?? 'published',
      needed: shown?.needed ?? 'all',
    },
  }
}

/** The preview: what the badge would take, beside what it takes now, and how many would newly earn it. */
export function badgePreview(
  preview: {
    readonly badge: Badge
    readonly before: Badge | undefined
    readonly names: Names
    readonly effect: { readonly lookedAt: number; readonly newly: number; readonly isAll: boolean }
    readonly form: BadgeForm
  },
  words: Words,
) {
  const { badge, before, names, effect } = preview
  const numbers = { newly: words.number(effect.newly), looked: words.number(effect.lookedAt) }
  return {
    title: badge.name,
    description: badge.description,
    takes: [criteriaLine(badge.criteria, names, words)],
    tookBefore: before && [criteriaLine(before.criteria, names, words)],
    lowestLevel: badge.lowestLevel,
    isRetired: badge.status === 'retired',
    effect: words.t(effect.isAll ? 'badges:preview.effect' : 'badges:preview.effectPart', {
      count: effect.newly,
      ...numbers,
    }),
    back: words.href(to(paths.editBadge, { slug: before?.slug ?? 'new' })),
    fields: Object.entries(preview.form).flatMap(([name, value]) =>
      [value].flat().map((one) => ({ name, value: one })),
    ),
  }
}

/** Awards of a badge as a manager sees them. */
export const awardRow = (award: Award, name: string, words: Words) => ({
  name,
  awardedOn: { date: award.awardedOn, text: words.day(award.awardedOn) },
  level: award.evidenceLevel,
  withdraw: words.href(to(paths.withdrawAward, { id: award.id })),
})
