import type { Award, Badge } from '../badges/badge.js'
import { descriptionOf } from '../badges/badge-view.js'
import { criteriaLine, type Line } from '../badges/criteria-view.js'
import type { Names } from '../badges/read-badge.js'
import { wordsIn } from '../http/words.js'
import { providerOf } from '../providers/evidence.js'
import type { CourseWords } from './course-alignment.js'
import type { AchievementWords, DocumentWords } from './document.js'

/** Documents are written in English, as their `inLanguage` says. */
const words = wordsIn('en')

const markdown = (lines: readonly Line[], indent = ''): string =>
  lines
    .map(({ text, of = [] }) =>
      [`${indent}- ${text}`, ...(of.length > 0 ? [markdown(of, `${indent}  `)] : [])].join('\n'),
    )
    .join('\n')

/** What a badge takes, as Markdown. */
export function criteriaText(badge: Badge, names: Names): string {
  const { text, of = [] } = criteriaLine(badge.criteria, names, words)
  return of.length > 0 ? `${text}\n\n${markdown(of)}` : text
}

/** The words of a badge's achievement. */
export function achievementWords(badge: Badge, names: Names): AchievementWords {
  return {
    description: descriptionOf(badge, words),
    criteria: criteriaText(badge, names),
    levelName: words.t('credentials:document.levelName'),
    skill: ({ socCodes }) =>
      words.t('credentials:document.skill', { codes: socCodes.slice(0, 5).join(', ') }),
  }
}

/** The words of one award's document. `providers` are the names of providers by slug. */
export function documentWords(
  award: Award,
  badge: Badge,
  names: Names,
  providers: ReadonlyMap<string, string>,
): DocumentWords {
  return {
    ...achievementWords(badge, names),
    narrative: words.t(`credentials:document.narrative.${award.evidenceLevel}`),
    evidence: (fact) => ({
      name: fact.title,
      narrative: words.t(`credentials:document.evidence.${fact.kind}`, {
        title: fact.title,
        provider: providerOf(fact, providers),
        day: fact.earnedOn,
        level: words.t(`credentials:document.level.${fact.level}`),
      }),
    }),
    more: (count) => words.t('credentials:document.more', { count }),
  }
}

/** The name of an endorsement. */
export const endorsementName = (badge: string, organization: string): string =>
  words.t('credentials:document.endorsementName', { badge, organization })

/** What stands beside a course: how much credit the college recommends, with how many other badges, by which agreement. */
export const courseWords: CourseWords = ({ credits, unit, version, from, to, ...rest }, others) =>
  [
    words.t(`credentials:document.credit.${unit}`, { count: credits }),
    others > 0 ? words.t('credentials:document.others', { count: others }) : '',
    to === undefined
      ? words.t('credentials:document.openAgreement', { version, from })
      : words.t('credentials:document.agreement', { version, from, to }),
    words.t('credentials:document.notAwarded'),
    rest.demonstration ? words.t('credentials:document.demonstration') : '',
  ]
    .filter((part) => part !== '')
    .join(' ')
