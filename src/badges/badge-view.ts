import { needed } from '../agreements/agreement.js'
import { translator } from '../http/language.js'
import { paths, to, withQuery } from '../http/paths.js'
import type { Words } from '../http/words.js'
import { trackWords } from '../tracks/track-view.js'
import { mostHoldersCounted, type Award, type Badge } from './badge.js'
import { criteriaLine, missingLine } from './criteria-view.js'
import type { BadgeList } from './list-badges.js'
import type { BadgePage, Names } from './read-badge.js'

const english = translator('en')

/** The description in the reader's language: of a reference badge by its kind, of an edited one as it was written. */
export function descriptionOf(badge: Badge, words: Words): string {
  const key = `badges:reference.${badge.kind}`
  const params =
    badge.kind === 'milestone'
      ? { title: badge.name.replace(/, whole track$/, '') }
      : { title: badge.name }
  return badge.kind !== 'other' && english(key, params) === badge.description
    ? words.t(key, params)
    : badge.description
}

/** A badge in a list. */
export function badgeRow(badge: Badge, award: Award | undefined, words: Words) {
  return {
    title: badge.name,
    href: words.href(to(paths.badge, { slug: badge.slug })),
    kind: badge.kind === 'other' ? ('course' as const) : badge.kind,
    earned: award !== undefined,
    note: badge.skills.slice(0, 3).join(', '),
    ...(award && {
      on: words.day(award.awardedOn),
      date: award.awardedOn,
      level: award.evidenceLevel,
    }),
  }
}

const holdersWords = (holders: number, words: Words) =>
  holders >= mostHoldersCounted
    ? words.t('badges:holders.many', { number: words.number(mostHoldersCounted) })
    : words.t('badges:holders.count', { count: holders, number: words.number(holders) })

/** The page of one badge: what it takes, what it is worth, and for a learner how far they are. */
export function badgePage(page: BadgePage, words: Words) {
  const { badge, names, agreements, tracks, skills } = page
  return {
    slug: badge.slug,
    title: badge.name,
    description: descriptionOf(badge, words),
    isRetired: badge.status === 'retired',
    kind: badge.kind,
    takes: [criteriaLine(badge.criteria, names, words)],
    lowestLevel: badge.lowestLevel,
    version: words.t('badges:version', { version: badge.version }),
    holders: holdersWords(page.holders, words),
    skills: skills.map(({ name }) => name),
    tracks: tracks.map((track) => ({
      text: trackWords(track, 'title', words),
      href: words.href(to(paths.track, { slug: track.slug })),
    })),
    credits: agreements.map((agreement) => ({
      college: agreement.collegeName,
      course: `${agreement.course} ${agreement.courseTitle}`,
      credits: words.t(`badges:credit.${agreement.unit}`, { count: agreement.credits }),
      fills: words.t(`badges:credit.${agreement.fills}`),
      others: needed(agreement.badges) > 1 ? words.t('badges:credit.others') : '',
      demonstration: agreement.demonstration,
    })),
    crosswalk: words.href(withQuery(paths.crosswalk, { badge: badge.slug })),
    endorsements: page.endorsements.map(({ organizationName, comment, createdAt, id }) => ({
      name: organizationName,
      comment,
      on: words.dayOfInstant(createdAt),
      href: to(paths.endorsement, { id }),
    })),
    own: page.own && ownView(page.own, names, words),
  }
}

function ownView(own: NonNullable<BadgePage['own']>, names: Names, words: Words) {
  const { award, decision } = own
  if (award?.state === 'withdrawn' && award.withdrawn)
    return {
      state: 'withdrawn' as const,
      text: words.t('badges:own.withdrawn', {
        day: words.day(award.withdrawn.on),
        reason: award.withdrawn.reason,
      }),
    }
  if (award)
    return {
      state: 'earned' as const,
      text: words.t('badges:own.earned', { day: words.day(award.awardedOn) }),
      level: award.evidenceLevel,
      evidence: words.t('badges:own.evidence', { count: award.facts.length }),
      credentialHref: words.href(to(paths.credential, { id: award.id })),
    }
  return {
    state: 'open' as const,
    text: words.t('badges:own.open'),
    missing: decision.missing.map((missing) => missingLine(missing, names, words)),
  }
}

const sections = ['first', 'milestone', 'course', 'other'] as const

/** The catalog of badges in sections, with the filter by track. */
export function badgeCatalog(list: BadgeList, track: string, words: Words) {
  const { badges, tracks, own } = list
  const row = (badge: Badge) => badgeRow(badge, own?.get(badge.slug), words)
  return {
    isOwn: own !== undefined,
    sections: sections
      .map((kind) => ({
        kind,
        heading: words.t(`badges:section.${kind}`),
        badges: badges.filter((badge) => badge.kind === kind).map(row),
      }))
      .filter((section) => section.badges.length > 0),
    filters: {
      action: words.href(paths.badges),
      label: words.t('badges:index.filter'),
      fields: [
        {
          name: 'track',
          type: 'select',
          label: words.t('badges:index.track'),
          prompt: words.t('badges:index.allTracks'),
          value: track,
          options: tracks.map((one) => ({
            value: one.slug,
            label: trackWords(one, 'title', words),
          })),
        },
      ],
      ...(track !== '' && { clear: words.href(paths.badges) }),
    },
  }
}
