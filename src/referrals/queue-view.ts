import { dayOf } from '../calendar.js'
import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import type { Learner } from '../learners/learner.js'
import type { Center } from '../centers/center.js'
import { overdueOf } from './overdue.js'
import type { Referral } from './referral.js'
import { ageOf, delayCell, stateTag } from './referral-view.js'
import { queueStates, type QueueQuery } from './staff-input.js'

/** A row of the referral queue. */
export const queueRow = (
  referral: Referral,
  learner: Pick<Learner, 'name'> | undefined,
  words: Words,
  now: Date,
) => ({
  cells: [
    {
      text: learner?.name ?? words.t('referrals:queue.unknownLearner'),
      href: words.href(to(paths.referral, { id: referral.id })),
    },
    {
      tag: stateTag(referral.state, words),
      ...(referral.substate && { sub: words.t(`referrals:substate.${referral.substate}.word`) }),
    },
    words.t('referrals:queue.days', { count: ageOf(referral, now) }),
    delayCell(referral, words, now, 'queue'),
    words.t(referral.proof.ready ? 'common:status.ready.word' : 'common:status.not-ready.word'),
    { date: dayOf(referral.askedAt), text: words.dayOfInstant(referral.askedAt) },
  ],
})

const queueKeys = [
  'id',
  'learnerId',
  'name',
  'state',
  'substate',
  'days',
  'overdue',
  'ready',
  'askedOn',
] as const

export const queueColumns = (words: Words) =>
  queueKeys.map((key) => ({ key, header: words.t(`referrals:csv.${key}`) }))

/** The same row for the export. */
export const queueCsvRow = (
  referral: Referral,
  learner: Pick<Learner, 'name'> | undefined,
  words: Words,
  now: Date,
): Record<string, string | number> => ({
  id: referral.id,
  learnerId: referral.learnerId,
  name: learner?.name ?? '',
  state: words.t(`common:status.${referral.state}.word`),
  substate: referral.substate ? words.t(`referrals:substate.${referral.substate}.word`) : '',
  days: ageOf(referral, now),
  overdue: overdueOf(referral, now)?.kind ?? '',
  ready: words.t(
    referral.proof.ready ? 'common:status.ready.word' : 'common:status.not-ready.word',
  ),
  askedOn: dayOf(referral.askedAt),
})

const stateWord = (state: string, { t }: Words) =>
  state === 'open' || state === 'all'
    ? t(`referrals:queue.${state}`)
    : t(`common:status.${state}.word`)

/** The filters of the queue as fields of the filter bar. */
export const queueFields = (
  query: QueueQuery,
  desks: readonly Pick<Center, 'id' | 'name'>[],
  words: Words,
) => [
  ...(desks.length > 1
    ? [
        {
          name: 'center',
          type: 'select',
          label: words.t('referrals:queue.center'),
          options: desks.map(({ id, name }) => ({ value: id, label: name })),
          value: query.center ?? desks[0]?.id ?? '',
        },
      ]
    : []),
  {
    name: 'state',
    type: 'select',
    label: words.t('referrals:queue.state'),
    options: queueStates.map((value) => ({ value, label: stateWord(value, words) })),
    value: query.state ?? 'open',
  },
  {
    name: 'days',
    type: 'number',
    label: words.t('referrals:queue.daysAtLeast'),
    inputmode: 'numeric',
    min: 0,
    max: 9999,
    value: query.days ?? '',
  },
  {
    name: 'order',
    type: 'select',
    label: words.t('referrals:ready.order'),
    options: ['oldest', 'newest'].map((value) => ({
      value,
      label: words.t(`referrals:order.${value}`),
    })),
    value: query.order ?? 'oldest',
  },
]
