import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import type { Mentee } from './list-mentees.js'
import type { MenteeQuery } from './mentoring-input.js'

const date = (on: string | undefined, words: Words) =>
  on === undefined ? null : { date: on, text: words.day(on) }

/** What the learner is on, as far as the pairing lets the mentor see it. */
function stuckText({ learner, pairing }: Mentee, words: Words): string | null {
  if (!pairing.allows.includes('progress')) return words.t('mentoring:mentees.notShown')
  const { ready, stuckOn, tracks } = learner.summary
  if (ready) return words.t('common:status.ready.word')
  if (!stuckOn) return tracks.length === 0 ? words.t('mentoring:mentees.noTrack') : null
  return words.t('mentoring:mentees.stuckOn', {
    step: stuckOn.stepTitle,
    day: words.day(stuckOn.since),
  })
}

const activity = ({ learner, pairing }: Mentee): string | undefined =>
  pairing.allows.includes('progress') ? learner.summary.lastActivityOn : undefined

/** A row of the mentor's list. */
export const menteeRow = (mentee: Mentee, words: Words) => ({
  cells: [
    {
      text: mentee.learner.name,
      href: words.href(to(paths.mentorLearner, { id: mentee.learner.id })),
    },
    mentee.contact.isQuiet
      ? {
          tag: {
            word: words.t('mentoring:mentees.quiet', { count: mentee.contact.days }),
            tone: 'wait',
          },
        }
      : words.t('mentoring:mentees.days', { count: mentee.contact.days }),
    date(activity(mentee), words),
    date(mentee.pairing.lastMeetingOn, words),
    stuckText(mentee, words),
    {
      links: [
        {
          href: words.href(to(paths.newMeeting, { id: mentee.learner.id })),
          text: words.t('mentoring:mentees.log'),
        },
        {
          href: words.href(to(paths.newNudge, { id: mentee.learner.id })),
          text: words.t('mentoring:mentees.nudge'),
        },
      ],
    },
  ],
})

const keys = [
  'id',
  'name',
  'daysWithoutContact',
  'lastActivityOn',
  'lastMeetingOn',
  'stuckOn',
  'pairedSince',
] as const

export const menteeColumns = (words: Words) =>
  keys.map((key) => ({ key, header: words.t(`mentoring:csv.${key}`) }))

/** The same row for the export. */
export const menteeCsvRow = (mentee: Mentee, words: Words): Record<string, string | number> => ({
  id: mentee.learner.id,
  name: mentee.learner.name,
  daysWithoutContact: mentee.contact.days,
  lastActivityOn: activity(mentee) ?? '',
  lastMeetingOn: mentee.pairing.lastMeetingOn ?? '',
  stuckOn: stuckText(mentee, words) ?? '',
  pairedSince: mentee.pairing.startedOn,
})

/** The filters of the mentor's list as fields of the filter bar. */
export const menteeFields = (
  query: MenteeQuery,
  tracks: readonly { readonly value: string; readonly label: string }[],
  { t }: Words,
) => [
  { name: 'q', type: 'search', label: t('mentoring:mentees.q'), value: query.q ?? '' },
  {
    name: 'track',
    type: 'select',
    label: t('mentoring:mentees.track'),
    prompt: t('mentoring:mentees.all'),
    options: tracks,
    value: query.track ?? '',
  },
  {
    name: 'flag',
    type: 'select',
    label: t('mentoring:mentees.flag'),
    prompt: t('mentoring:mentees.all'),
    options: [{ value: 'quiet', label: t('mentoring:mentees.quietOnly') }],
    value: query.flag ?? '',
  },
]
