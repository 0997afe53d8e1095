import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import type { Criteria } from './badge.js'
import type { Missing } from './missing.js'
import type { Names } from './read-badge.js'

/** One line of what a badge takes, with what belongs below it. */
export interface Line {
  readonly text: string
  readonly href?: string
  readonly of?: readonly Line[]
}

const badgeLink = (slug: string, words: Words) => words.href(to(paths.badge, { slug }))

const countWords = (key: string, atLeast: number | undefined, of: number, words: Words) =>
  atLeast === undefined || atLeast >= of
    ? words.t(`badges:takes.all.${key}`)
    : words.t(`badges:takes.some.${key}`, { count: atLeast, of })

const openBadgeLine = (
  { name }: { readonly name?: string },
  issuer: string,
  achievement: string,
  names: Names,
  words: Words,
): Line => ({
  text: words.t('badges:takes.openBadge', {
    name: name ?? achievement,
    issuer: names.issuers.get(issuer) ?? issuer,
  }),
})

/** Criteria in words. */
export function criteriaLine(criteria: Criteria, names: Names, words: Words): Line {
  const { t } = words
  switch (criteria.kind) {
    case 'steps': {
      const track = names.tracks.get(criteria.track)
      const href = words.href(to(paths.track, { slug: criteria.track }))
      const title = track?.title ?? criteria.track
      if (criteria.steps === 'all') return { text: t('badges:takes.track', { title }), href }
      const titleOf = (id: string) => track?.steps.find((step) => step.id === id)?.title ?? id
      return {
        text: t('badges:takes.steps', { title }),
        href,
        of: criteria.steps.map((id) => ({ text: titleOf(id) })),
      }
    }
    case 'provider-badges':
      return {
        text: countWords('providerBadges', criteria.atLeast, criteria.badges.length, words),
        of: criteria.badges.map((id) => ({ text: names.providerBadges.get(id) ?? id })),
      }
    case 'any-provider-badge':
      return { text: t('badges:takes.any') }
    case 'completion':
      return {
        text: t('badges:takes.course', {
          title: names.courses.get(criteria.course) ?? criteria.course,
        }),
      }
    case 'exam':
      return {
        text:
          criteria.minScore === undefined
            ? t('badges:takes.exam', { exam: criteria.exam })
            : t('badges:takes.examScore', { exam: criteria.exam, score: criteria.minScore }),
      }
    case 'open-badge':
      return openBadgeLine(criteria, criteria.issuer, criteria.achievement, names, words)
    case 'badges':
      return {
        text: countWords('badges', criteria.atLeast, criteria.badges.length, words),
        of: criteria.badges.map((slug) => ({
          text: names.badges.get(slug) ?? slug,
          href: badgeLink(slug, words),
        })),
      }
    case 'all-of':
    case 'at-least':
      return {
        text: countWords(
          'ways',
          criteria.kind === 'all-of' ? undefined : criteria.count,
          criteria.of.length,
          words,
        ),
        of: criteria.of.map((part) => criteriaLine(part, names, words)),
      }
  }
}

/** What is missing, in words: for a learner, "you still need". */
export function missingLine(missing: Missing, names: Names, words: Words): Line {
  const { t } = words
  switch (missing.kind) {
    case 'provider-badge':
      return {
        text: t('badges:missing.providerBadge', {
          name: names.providerBadges.get(missing.item) ?? missing.item,
        }),
      }
    case 'any-provider-badge':
      return { text: t('badges:takes.any') }
    case 'completion':
      return {
        text: t('badges:takes.course', { title: names.courses.get(missing.item) ?? missing.item }),
      }
    case 'exam':
      return {
        text:
          missing.minScore === undefined
            ? t('badges:takes.exam', { exam: missing.item })
            : t('badges:takes.examScore', { exam: missing.item, score: missing.minScore }),
      }
    case 'open-badge':
      return openBadgeLine(missing, missing.provider, missing.item, names, words)
    case 'badge':
      return {
        text: t('badges:missing.badge', { name: names.badges.get(missing.item) ?? missing.item }),
        href: badgeLink(missing.item, words),
      }
    case 'step':
      return { text: t('badges:missing.step', { title: missing.title }) }
    case 'track':
      return { text: t('badges:missing.track', { track: missing.item }) }
    case 'some':
      return {
        text: t('badges:missing.some', { count: missing.count }),
        of: missing.of.map((option) => optionLine(option, names, words)),
      }
  }
}

function optionLine(option: readonly Missing[], names: Names, words: Words): Line {
  const [only] = option
  if (option.length === 1 && only) return missingLine(only, names, words)
  return {
    text: words.t('badges:missing.allOf'),
    of: option.map((one) => missingLine(one, names, words)),
  }
}
