import type { AppointmentNews } from '../appointments/appointment-news.js'
import { whenText } from '../appointments/appointment.js'
import { paths, to, withQuery } from '../http/paths.js'
import type { Words } from '../http/words.js'
import type { Learner } from '../learners/learner.js'
import { timelineView } from '../referrals/referral-view.js'
import type { ReferralEvent } from '../referrals/referral.js'
import { mostNews, referralNewsFor, type NewsLine, type Reader } from './news.js'
import type { DeskNews, DeskToday } from './read-today.js'

const time = (at: Date, words: Words) => ({ date: at.toISOString(), text: words.time(at) })

/** What happened to an appointment, with the times it was and is at. */
function appointmentText({ kind, slot, movedTo }: AppointmentNews, { t, lang }: Words): string {
  const when = whenText(slot.startsAt, slot.zone, lang)
  const next = movedTo ? whenText(movedTo.startsAt, movedTo.zone, lang) : ''
  if (kind === 'moved') return t(`caseload:news.moved${next ? 'To' : ''}`, { when, next })
  return t(`caseload:news.${kind}`, { when })
}

function eventCell(event: ReferralEvent, words: Words) {
  const [line] = timelineView({ timeline: [event] }, words)
  return { text: line?.word ?? '', sub: [line?.who, line?.text].filter(Boolean).join(': ') }
}

const nameOf = (learner: Pick<Learner, 'name'> | undefined, { t }: Words) =>
  learner?.name ?? t('referrals:queue.unknownLearner')

const readyRows = ({ ready }: DeskNews, words: Words) =>
  ready.map(({ id, name, place, summary, readyAt }) => ({
    cells: [
      { text: name, href: words.href(to(paths.staffLearner, { id })) },
      {
        text: words.t('caseload:news.ready'),
        ...(summary.readySince !== undefined && {
          sub: words.t('caseload:news.readySince', { on: words.day(summary.readySince) }),
        }),
      },
      readyAt ? { ...time(readyAt, words), ...(place.city && { sub: place.city }) } : null,
    ],
  }))

const referralRows = (
  { referrals, since }: DeskNews,
  { learners, reader }: Pick<DeskToday, 'learners'> & { readonly reader: Reader },
  words: Words,
) =>
  referrals
    .flatMap((referral) => {
      const event = referralNewsFor(referral, since, reader)
      return event ? [{ referral, event }] : []
    })
    .sort((a, b) => b.event.at.getTime() - a.event.at.getTime())
    .map(({ referral: { id, learnerId }, event }) => ({
      cells: [
        {
          text: nameOf(learners.get(learnerId), words),
          href: words.href(to(paths.referral, { id })),
        },
        eventCell(event, words),
        time(event.at, words),
      ],
    }))

const appointmentRows = ({ appointments: { news, names } }: DeskNews, words: Words) =>
  news.map((one) => ({
    cells: [
      {
        text: names.get(one.booking.learnerId) ?? words.t('appointments:show.hidden'),
        href: words.href(to(paths.appointment, { id: one.booking.id })),
      },
      appointmentText(one, words),
      time(one.at, words),
    ],
  }))

const caseRows = (
  { cases }: DeskNews,
  learners: DeskToday['learners'],
  words: Words,
  center: string | undefined,
) =>
  cases.map(({ learnerId, news }) => ({
    cells: [
      {
        text: nameOf(learners.get(learnerId), words),
        href: words.href(withQuery(to(paths.staffCase, { id: learnerId }), { center })),
      },
      { text: words.t(`caseload:news.${news.kind}`), sub: news.byName },
      time(news.at, words),
    ],
  }))

/** What is new on Today, by kind; a kind without news is left out. Null at the first look. */
export function newsView(
  { news, learners }: Pick<DeskToday, 'news' | 'learners'>,
  reader: Reader,
  words: Words,
  center?: string,
) {
  if (!news) return null
  const kinds = [
    {
      id: 'ready',
      rows: readyRows(news, words),
      path: withQuery(paths.readyList, { order: 'newly-ready' }),
    },
    {
      id: 'referrals',
      rows: referralRows(news, { learners, reader }, words),
      path: withQuery(paths.referralQueue, { center, state: 'all', order: 'newest' }),
    },
    {
      id: 'appointments',
      rows: appointmentRows(news, words),
      path: withQuery(paths.calendar, { center }),
    },
    {
      id: 'cases',
      rows: caseRows(news, learners, words, center),
      path: withQuery(paths.cases, { center }),
    },
  ]
  return {
    lookedAt: words.time(news.since),
    kinds: kinds
      .filter(({ rows }) => rows.length > 0)
      .map(({ id, rows, path }) => ({
        id: `news-${id}`,
        heading: words.t(`caseload:news.kind.${id}`),
        rows: rows.slice(0, mostNews),
        moreHref: rows.length > mostNews ? words.href(path) : null,
      })),
  }
}

/** A line of what is new about one case. */
export function newsRow(line: NewsLine, words: Words) {
  const { t } = words
  const cells = (what: object | string, by: string | null) => ({
    cells: [time(line.at, words), what, by],
  })
  switch (line.what) {
    case 'ready':
      return cells(t('caseload:news.ready'), null)
    case 'referral':
      return cells(
        { text: t('caseload:news.referral'), ...subOf(eventCell(line.event, words).text) },
        line.event.by,
      )
    case 'appointment':
      return cells(appointmentText(line.news, words), null)
    default:
      return cells({ text: t(`caseload:news.${line.what}`), ...subOf(line.text) }, line.by || null)
  }
}

const subOf = (sub: string | undefined) => (sub ? { sub } : {})
