import type { Organization } from '../access/organization.js'
import type { Day } from '../calendar.js'
import { paths, to, withQuery } from '../http/paths.js'
import type { Words } from '../http/words.js'
import { offeredOn, type Agreement } from '../agreements/agreement.js'
import { badgesText, creditsText, worthCell } from '../credits/credit-view.js'
import { agreementFacts } from '../agreements/proposal-view.js'
import type { Worth } from './tuition.js'

/** A row of the public crosswalk with what the credit is worth. */
export const publicRow = (
  agreement: Agreement,
  worth: Worth | undefined,
  names: ReadonlyMap<string, string>,
  words: Words,
) => ({ cells: [...crosswalkRow(agreement, names, words).cells, worthCell(worth, words)] })

/** A row of the crosswalk. */
export const crosswalkRow = (
  agreement: Agreement,
  names: ReadonlyMap<string, string>,
  words: Words,
) => ({
  cells: [
    {
      text: agreement.course,
      href: words.href(to(paths.publicAgreement, { id: agreement.id })),
      sub: agreement.courseTitle,
    },
    agreement.collegeName,
    creditsText(agreement.credits, agreement.unit, words),
    {
      text: badgesText(agreement, names, words),
      sub: words.t('credits:atLeast', {
        level: words.t(`common:level.${agreement.lowestLevel}.word`).toLowerCase(),
      }),
    },
    {
      text: words.t(`credits:fills.${agreement.fills}`),
      sub: words.t(`agreements:force.${forceOf(agreement)}`),
    },
    {
      text: termText(agreement, words),
      sub: words.t('agreements:version', { version: agreement.version }),
    },
  ],
})

/** How far it binds; an invented one never does, whatever it says. */
const forceOf = ({ advisory, demonstration }: Agreement) =>
  demonstration ? 'demonstration' : advisory ? 'advisory' : 'binding'

const termText = ({ from, to: until }: Pick<Agreement, 'from' | 'to'>, words: Words) =>
  until === undefined
    ? words.t('agreements:since', { from: words.day(from) })
    : words.t('agreements:between', { from: words.day(from), to: words.day(until) })

/** The crosswalk's filters for partials/filter-bar.ejs. */
export const crosswalkFields = (
  chosen: {
    readonly badge?: string | undefined
    readonly track?: string | undefined
    readonly course?: string | undefined
    readonly fills?: string | undefined
    readonly college?: string | undefined
    readonly on?: Day | undefined
  },
  names: ReadonlyMap<string, string>,
  tracks: readonly { readonly value: string; readonly label: string }[],
  colleges: readonly Pick<Organization, 'id' | 'name'>[],
  { t }: Words,
) => [
  {
    name: 'course',
    type: 'search',
    label: t('crosswalk:crosswalk.course'),
    value: chosen.course ?? '',
  },
  {
    name: 'badge',
    type: 'select',
    label: t('crosswalk:crosswalk.badge'),
    prompt: t('crosswalk:crosswalk.anyBadge'),
    options: [...names].map(([value, label]) => ({ value, label })),
    value: chosen.badge ?? '',
  },
  {
    name: 'track',
    type: 'select',
    label: t('crosswalk:crosswalk.track'),
    prompt: t('crosswalk:crosswalk.anyTrack'),
    options: tracks,
    value: chosen.track ?? '',
  },
  {
    name: 'fills',
    type: 'select',
    label: t('credits:column.fills'),
    prompt: t('crosswalk:crosswalk.anyFills'),
    options: (['requirement', 'elective'] as const).map((value) => ({
      value,
      label: t(`credits:fills.${value}`),
    })),
    value: chosen.fills ?? '',
  },
  {
    name: 'college',
    type: 'select',
    label: t('crosswalk:crosswalk.college'),
    prompt: t('crosswalk:crosswalk.anyCollege'),
    options: colleges.map(({ id, name }) => ({ value: id, label: name })),
    value: chosen.college ?? '',
  },
  { name: 'on', type: 'date', label: t('crosswalk:crosswalk.on'), value: chosen.on ?? '' },
]

const agreementTag = (
  agreement: Agreement,
  offered: ReadonlySet<string>,
  today: Day,
  { t }: Words,
) => {
  const state = offered.has(agreement.id) ? 'offered' : agreement.from > today ? 'later' : 'past'
  return {
    word: t(`crosswalk:agreementState.${state}`),
    tone: state === 'offered' ? 'good' : 'plain',
  }
}

const offeredIds = (agreements: readonly Agreement[], today: Day) =>
  new Set(offeredOn(agreements, today).map(({ id }) => id))

/** A college's own agreements, every version, with where each stands today; the newest of each can be changed or ended. */
export const agreementRows = (
  agreements: readonly Agreement[],
  names: ReadonlyMap<string, string>,
  today: Day,
  words: Words,
) => {
  const offered = offeredIds(agreements, today)
  const newest = new Map(agreements.map(({ series, version }) => [series, version]))
  return agreements.map((agreement) => {
    const row = crosswalkRow(agreement, names, words)
    const tag = agreementTag(agreement, offered, today, words)
    const isNewest = newest.get(agreement.series) === agreement.version && !agreement.retired
    const link = (path: string, key: string) => ({
      href: words.href(withQuery(path, { agreement: agreement.id })),
      text: words.t(key),
    })
    const links = [
      link(paths.newProposal, 'agreements:stale.propose'),
      link(paths.retireAgreement, 'agreements:stale.retire'),
    ]
    return {
      cells: [
        ...row.cells.slice(0, 1),
        ...row.cells.slice(2),
        { tag },
        isNewest ? { links } : null,
      ],
    }
  })
}

/** The public page of one agreement: all it says, and its versions. */
export function agreementPage(
  agreement: Agreement,
  versions: readonly Agreement[],
  names: ReadonlyMap<string, string>,
  worth: Worth | undefined,
  today: Day,
  words: Words,
) {
  const offered = offeredIds(versions, today)
  const { text, sub } = worthCell(worth, words)
  return {
    id: agreement.id,
    heading: `${agreement.course} ${agreement.courseTitle}`,
    college: agreement.collegeName,
    tag: agreementTag(agreement, offered, today, words),
    demonstration: agreement.demonstration,
    facts: [
      ...agreementFacts(agreement, names, words),
      { term: words.t('credits:worth.term'), lines: [text, sub] },
    ],
    badges: agreement.badges.of.map((slug) => ({
      href: words.href(to(paths.badge, { slug })),
      text: names.get(slug) ?? slug,
    })),
    versions: versions.map((one) => ({
      cells: [
        {
          text: words.t('agreements:version', { version: one.version }),
          href: words.href(to(paths.publicAgreement, { id: one.id })),
        },
        one.retired ? null : creditsText(one.credits, one.unit, words),
        one.retired
          ? words.t('agreements:retiredFrom', { from: words.day(one.from) })
          : termText(one, words),
        { tag: agreementTag(one, offered, today, words) },
      ],
    })),
  }
}
