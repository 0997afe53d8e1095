import type { Organization } from '../access/organization.js'
import { dayOf, type Day } from '../calendar.js'
import { paths, to, withQuery } from '../http/paths.js'
import type { Words } from '../http/words.js'
import { recordPage } from '../learners/record-page-view.js'
import { offeredOn, type Agreement } from './agreement.js'
import { isOpen, moves, type Claim } from './claim.js'
import {
  ageOf,
  badgesText,
  claimTimeline,
  creditsText,
  creditTag,
  statusWords,
  totalText,
  worthCell,
} from './credit-view.js'
import type { Worth } from './tuition.js'
import type { QueuedClaim } from './list-claims.js'
import { agreementFacts } from './proposal-view.js'
import type { OpenedClaim } from './open-claim.js'
import type { OwnCredit } from './read-own-credit.js'
import { totalCredits, type RecordCredit } from './record-credit.js'

const nameList = (slugs: readonly string[], names: ReadonlyMap<string, string>, { lang }: Words) =>
  new Intl.ListFormat(lang).format(slugs.map((slug) => names.get(slug) ?? slug))

function matchCard(line: RecordCredit, own: OwnCredit, words: Words) {
  const { t } = words
  const mayClaim = own.mayClaimAt.has(line.collegeId)
  return {
    id: line.agreement,
    heading: `${line.course} ${line.courseTitle}`,
    college: line.collegeName,
    credits: creditsText(line.credits, line.unit, words),
    badges: t('credits:own.restsOn', { badges: nameList(line.badges, own.badgeNames, words) }),
    kept:
      line.kept && line.earnedOn !== undefined
        ? t('credits:own.kept', { on: words.day(line.earnedOn), version: line.version })
        : undefined,
    insteadOf:
      line.insteadOf === undefined
        ? undefined
        : t('credits:own.insteadOf', { course: line.insteadOf }),
    demonstration: line.demonstration,
    mayClaim,
    consentHref: words.href(
      withQuery(paths.newConsent, { purpose: 'credit', party: line.collegeId, next: paths.credit }),
    ),
  }
}

function claimCard(claim: Claim, own: OwnCredit, words: Words) {
  const { agreement } = claim
  return {
    id: claim.id,
    heading: `${agreement.course} ${agreement.courseTitle}`,
    college: claim.collegeName,
    credits: creditsText(claim.granted ?? agreement.credits, agreement.unit, words),
    tag: creditTag(claim.state, words, true),
    timeline: claimTimeline(claim, words),
    answerHref:
      claim.state === 'more' ? words.href(to(paths.answerClaim, { id: claim.id })) : undefined,
    consentEnded:
      isOpen(claim.state) && !own.mayClaimAt.has(claim.collegeId)
        ? words.href(
            withQuery(paths.newConsent, {
              purpose: 'credit',
              party: claim.collegeId,
              next: paths.credit,
            }),
          )
        : undefined,
  }
}

/** A learner's credit: what can be claimed, and what became of claims. */
export function ownCreditPage(own: OwnCredit, words: Words) {
  const given = totalCredits(own.lines, ['granted', 'part'])
  const open = totalCredits(own.lines, ['match'])
  return {
    worth: open.length > 0 ? totalText(open, words) : undefined,
    given: given.length > 0 ? totalText(given, words) : undefined,
    matches: own.lines
      .filter(({ status }) => status === 'match')
      .map((line) => matchCard(line, own, words)),
    claims: own.claims.map((claim) => claimCard(claim, own, words)),
    words: statusWords(['match', 'claimed', 'more', 'granted', 'part', 'refused'], words),
    crosswalkHref: words.href(paths.crosswalk),
  }
}

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
      sub: words.t(`credits:force.${agreement.advisory ? 'advisory' : 'binding'}`),
    },
    {
      text: termText(agreement, words),
      sub: words.t('credits:version', { version: agreement.version }),
    },
  ],
})

const termText = ({ from, to: until }: Pick<Agreement, 'from' | 'to'>, words: Words) =>
  until === undefined
    ? words.t('credits:since', { from: words.day(from) })
    : words.t('credits:between', { from: words.day(from), to: words.day(until) })

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
    label: t('credits:crosswalk.course'),
    value: chosen.course ?? '',
  },
  {
    name: 'badge',
    type: 'select',
    label: t('credits:crosswalk.badge'),
    prompt: t('credits:crosswalk.anyBadge'),
    options: [...names].map(([value, label]) => ({ value, label })),
    value: chosen.badge ?? '',
  },
  {
    name: 'track',
    type: 'select',
    label: t('credits:crosswalk.track'),
    prompt: t('credits:crosswalk.anyTrack'),
    options: tracks,
    value: chosen.track ?? '',
  },
  {
    name: 'fills',
    type: 'select',
    label: t('credits:column.fills'),
    prompt: t('credits:crosswalk.anyFills'),
    options: (['requirement', 'elective'] as const).map((value) => ({
      value,
      label: t(`credits:fills.${value}`),
    })),
    value: chosen.fills ?? '',
  },
  {
    name: 'college',
    type: 'select',
    label: t('credits:crosswalk.college'),
    prompt: t('credits:crosswalk.anyCollege'),
    options: colleges.map(({ id, name }) => ({ value: id, label: name })),
    value: chosen.college ?? '',
  },
  { name: 'on', type: 'date', label: t('credits:crosswalk.on'), value: chosen.on ?? '' },
]

/** A row of a college's queue. */
export const queueRow = ({ claim, learnerName }: QueuedClaim, words: Words, now: Date) => ({
  cells: [
    { text: learnerName, href: words.href(to(paths.collegeClaim, { id: claim.id })) },
    { text: claim.agreement.course, sub: claim.agreement.courseTitle },
    creditsText(claim.granted ?? claim.agreement.credits, claim.agreement.unit, words),
    { tag: creditTag(claim.state, words) },
    { date: dayOf(claim.filedAt), text: words.dayOfInstant(claim.filedAt) },
    isOpen(claim.state) ? words.t('credits:queue.days', { count: ageOf(claim, now) }) : null,
  ],
})

/** A claim on a college's desk. */
export function claimPage({ claim, learnerName, record }: OpenedClaim, words: Words) {
  const { t } = words
  const { agreement } = claim
  return {
    heading: t('credits:claim.heading', { name: learnerName, course: agreement.course }),
    tag: creditTag(claim.state, words),
    demonstration: claim.demonstration,
    facts: [
      { term: t('credits:column.course'), text: `${agreement.course} ${agreement.courseTitle}` },
      {
        term: t('credits:column.credits'),
        text: creditsText(agreement.credits, agreement.unit, words),
      },
      {
        term: t('credits:claim.agreement'),
        text: t('credits:claim.version', { version: agreement.version }),
      },
      { term: t('credits:claim.asks'), level: agreement.lowestLevel },
      { term: t('credits:claim.filed'), text: words.time(claim.filedAt) },
    ],
    badges: claim.badges.map((badge) => ({
      cells: [
        badge.name,
        { date: badge.awardedOn, text: words.day(badge.awardedOn) },
        { level: badge.evidenceLevel },
        record ? { tag: standing(badge.awardId, record, words) } : null,
      ],
    })),
    timeline: claimTimeline(claim, words),
    record: record && recordPage(record, words, false),
    decisions: Object.keys(moves[claim.state])
      .filter((decision) => record !== undefined || decision === 'refuse')
      .map((decision) => ({
        value: decision,
        label: t(`credits:decision.${decision}.label`, {
          full: creditsText(agreement.credits, agreement.unit, words),
        }),
      })),
    full: agreement.credits,
    unit: t(`credits:unit.${agreement.unit}`),
  }
}

const standing = (awardId: string, record: NonNullable<OpenedClaim['record']>, { t }: Words) =>
  record.awards?.some(({ id }) => id === awardId)
    ? { word: t('credits:claim.stands'), tone: 'good' }
    : { word: t('credits:claim.withdrawn'), tone: 'stop' }

const agreementTag = (
  agreement: Agreement,
  offered: ReadonlySet<string>,
  today: Day,
  { t }: Words,
) => {
  const state = offered.has(agreement.id) ? 'offered' : agreement.from > today ? 'later' : 'past'
  return {
    word: t(`credits:agreementState.${state}`),
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
      link(paths.newProposal, 'credits:stale.propose'),
      link(paths.retireAgreement, 'credits:stale.retire'),
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
          text: words.t('credits:version', { version: one.version }),
          href: words.href(to(paths.publicAgreement, { id: one.id })),
        },
        one.retired ? null : creditsText(one.credits, one.unit, words),
        one.retired
          ? words.t('credits:retiredFrom', { from: words.day(one.from) })
          : termText(one, words),
        { tag: agreementTag(one, offered, today, words) },
      ],
    })),
  }
}
