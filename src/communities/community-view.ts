import { z } from 'zod'
import type { Organization } from '../access/organization.js'
import { placeOf } from '../centers/center-view.js'
import { isKey, translator } from '../http/language.js'
import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import { monthWords, trackWords } from '../tracks/track-view.js'
import type { Community, NamedOf, NationalTotal } from './community.js'
import type { CommunityQuery } from './community-input.js'
import { counterTiles } from './counter-view.js'
import type { ListedCommunity } from './list-communities.js'
import type { CommunityRead, RunningProgram } from './read-community.js'

const english = translator('en')

/** The word for a code of the reference data; the code itself where nobody has given it one. */
const named = (section: 'kind' | 'state', code: string, { t }: Words): string => {
  const key = `communities:${section}.${code.replace(/\s+/g, '-')}`
  return isKey(key) ? t(key) : code
}

/** A day, month or year in words; undefined is unknown. */
const joinedWords = ({ joined, yearJoined }: Community, words: Words): string | undefined => {
  if (joined === undefined) return yearJoined === undefined ? undefined : String(yearJoined)
  return dateWords(joined, words)
}

const dateWords = (date: string, words: Words): string =>
  date.length === 10 ? words.day(date) : monthWords(date, words.lang)

/** The goals in the reader's language, as long as the English there is still what the source says; else as it says. */
function figuresOf({ slug, figures }: Community, words: Words) {
  if (figures === undefined) return undefined
  const key = `communities:figures.${slug}`
  return isKey(key) && english(key) === figures
    ? { text: words.t(key), lang: words.lang }
    : { text: figures, lang: 'en' as const }
}

const unconfirmed = ({ confirmed }: Community, { t }: Words) =>
  confirmed ? {} : { sub: t('communities:list.unconfirmed') }

/** A row of the directory. */
export const communityRow = ({ community, program }: ListedCommunity, words: Words) => ({
  cells: [
    {
      text: community.name,
      href: words.href(to(paths.community, { slug: community.slug })),
      ...unconfirmed(community, words),
    },
    named('state', community.state, words),
    named('kind', community.kind, words),
    joinedWords(community, words) ?? words.t('communities:unknown'),
    program ? { tag: { word: program.name, tone: 'good' } } : words.t('communities:list.noProgram'),
  ],
})

/** The fields of the search; only states that have a community are offered. */
export function communityFields(
  query: Pick<CommunityQuery, 'q' | 'state'>,
  states: readonly string[],
  words: Words,
) {
  const options = [...new Set(states)]
    .map((value) => ({ value, label: named('state', value, words) }))
    .sort((a, b) => a.label.localeCompare(b.label, words.lang))
  return [
    { name: 'q', type: 'search', label: words.t('communities:list.q'), value: query.q ?? '' },
    {
      name: 'state',
      type: 'select',
      label: words.t('communities:column.state'),
      value: query.state ?? '',
      options: [{ value: '', label: words.t('communities:list.anyState') }, ...options],
    },
  ]
}

/** How far the lists name what was counted, in sentences with source and day. */
export const namedWords = (count: NamedOf | undefined, words: Words) =>
  count && {
    counted: words.t('communities:national.counted', {
      count: count.counted,
      day: words.day(count.asOf),
    }),
    source: count.source,
    named: words.t('communities:national.named', {
      named: count.named,
      missing: Math.max(count.counted - count.named, 0),
      later: count.later,
    }),
  }

/** The national figures, newest first, each with its day and source; empty is "not in that source". */
export const totalRows = (totals: readonly NationalTotal[], words: Words) =>
  totals.toReversed().map((total) => ({
    cells: [
      { date: total.asOf, text: dateWords(total.asOf, words) },
      total.communities ?? null,
      total.employers ?? null,
      total.trainingPartners === undefined ? null : { text: total.trainingPartners, lang: 'en' },
      total.placed === undefined ? null : { text: total.placed, lang: 'en' },
      { text: total.source, lang: 'en', ...(total.other !== undefined && { sub: total.other }) },
    ],
  }))

const csvKeys = [
  'slug',
  'name',
  'state',
  'kind',
  'joined',
  'figures',
  'figureSource',
  'program',
  'confirmed',
  'source',
] as const

/** The columns of the download. */
export const communityColumns = ({ t }: Words) =>
  csvKeys.map((key) => ({ key, header: t(`communities:csv.${key}`) }))

/** A community as a row of the download; empty is unknown. */
export const communityCells = ({ community, program }: ListedCommunity, { t }: Words) => ({
  slug: community.slug,
  name: community.name,
  state: community.state,
  kind: community.kind,
  joined: community.joined ?? String(community.yearJoined ?? ''),
  figures: community.figures ?? '',
  figureSource: community.figureSource ?? '',
  program: program?.name ?? '',
  confirmed: t(community.confirmed ? 'communities:csv.yes' : 'communities:csv.no'),
  source: community.source,
})

const aboutOf = (community: Community, words: Words) => ({
  place: named('state', community.state, words),
  kind: named('kind', community.kind, words),
  facts: [
    { term: words.t('communities:column.kind'), text: named('kind', community.kind, words) },
    { term: words.t('communities:column.state'), text: named('state', community.state, words) },
    {
      term: words.t('communities:column.joined'),
      text: joinedWords(community, words) ?? words.t('communities:unknown'),
    },
  ],
  figures: figuresOf(community, words),
  figureSource: community.figureSource ?? community.source,
  source: community.source,
  isConfirmed: community.confirmed,
})

const organizationLink = ({ name, url }: Organization) => ({
  text: name,
  ...(url !== undefined && { href: url }),
})

/** What runs here: the program with its counters, and whom one meets in it. */
function runningOf(running: RunningProgram, organizations: readonly Organization[], words: Words) {
  const { program, counters, centers, tracks } = running
  const { goal, boardId } = program
  const boards = organizations.filter(({ kind, id }) => kind === 'board' || id === boardId)
  return {
    name: program.name,
    isDemonstration: program.demonstration,
    counters: counterTiles(counters, words),
    goal: goal !== undefined && words.t('communities:show.goal', { goal: words.number(goal) }),
    boards: boards.map(organizationLink),
    centers: centers.map((center) => ({
      text: center.name,
      href: words.href(to(paths.center, { id: center.id })),
      note: placeOf(center, words),
    })),
    tracks: tracks
      .filter(({ status }) => status === 'published')
      .map((track) => ({
        text: trackWords(track, 'title', words),
        href: words.href(to(paths.track, { slug: track.slug })),
      })),
    colleges: organizations.filter(({ kind }) => kind === 'college').map(organizationLink),
  }
}

/** Employers and providers that a public source names; others have not asked to stand on a public page. */
const namedInSource = (organizations: readonly Organization[]) =>
  organizations
    .filter(({ kind, source }) => source !== undefined && ['employer', 'provider'].includes(kind))
    .map((one) => ({ ...organizationLink(one), source: one.source }))

/** The page of one community. */
export const communityPage = (
  { slug, community, organizations, running }: CommunityRead,
  words: Words,
) => ({
  name: community?.name ?? running?.program.name ?? slug,
  about: community && aboutOf(community, words),
  running: running && runningOf(running, organizations, words),
  employers: namedInSource(organizations),
})

const known = z.string().nullable()

/** A community as outside tools read it; null is "nobody has found it". */
export const communityAnswer = z.object({
  slug: z.string(),
  name: z.string(),
  state: z.string(),
  kind: z.string(),
  joined: known,
  yearJoined: z.number().nullable(),
  figures: known,
  figureSource: known,
  source: z.string(),
  confirmed: z.boolean(),
  program: z.object({ id: z.string(), name: z.string(), goal: z.number().nullable() }).nullable(),
})

export const communityJson = ({
  community,
  program,
}: ListedCommunity): z.output<typeof communityAnswer> => ({
  slug: community.slug,
  name: community.name,
  state: community.state,
  kind: community.kind,
  joined: community.joined ?? null,
  yearJoined: community.yearJoined ?? null,
  figures: community.figures ?? null,
  figureSource: community.figureSource ?? null,
  source: community.source,
  confirmed: community.confirmed,
  program: program ? { id: program.id, name: program.name, goal: program.goal ?? null } : null,
})
