import { z } from 'zod'
import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import type { Learner } from '../learners/learner.js'
import type { RuleLabels } from './label-rules.js'
import { readyOrders, type ReadyQuery } from './staff-input.js'

/** One job-ready learner as staff may see them under the program agreement: nothing more than this. */
export const readyAnswer = z.object({
  id: z.string(),
  name: z.string(),
  place: z.object({ city: z.string(), postalCode: z.string().optional() }),
  tracks: z.array(
    z.object({
      slug: z.string(),
      stepsDone: z.number(),
      stepsTotal: z.number(),
      finishedOn: z.string().optional(),
    }),
  ),
  readySince: z.string(),
  rules: z.array(z.object({ id: z.string(), met: z.boolean() })),
})

export const readyJson = ({ id, name, place, summary }: Learner): z.output<typeof readyAnswer> => ({
  id,
  name,
  place,
  tracks: summary.tracks.map(({ slug, done, total, finishedOn }) => ({
    slug,
    stepsDone: done,
    stepsTotal: total,
    ...(finishedOn !== undefined && { finishedOn }),
  })),
  readySince: summary.readySince ?? '',
  rules: summary.rulesMet.map((rule) => ({ id: rule, met: true })),
})

const metWords = (met: readonly string[], labels: RuleLabels, { t }: Words) =>
  [...labels.keys()].every((rule) => met.includes(rule))
    ? t('referrals:ready.allRules', { count: met.length })
    : met.map((rule) => labels.get(rule) ?? rule).join(', ')

/** Finished tracks first: they are what the list is about. */
const trackWords = ({ summary }: Learner, words: Words) =>
  finishedFirst(summary.tracks).map(({ title, done, total, finishedOn }) =>
    finishedOn === undefined
      ? words.t('referrals:ready.trackPart', { title, done, total })
      : words.t('referrals:ready.trackDone', { title }),
  )

type Tracks = Learner['summary']['tracks']

const finishedFirst = (tracks: Tracks): Tracks => [
  ...tracks.filter(({ finishedOn }) => finishedOn !== undefined),
  ...tracks.filter(({ finishedOn }) => finishedOn === undefined),
]

/** What is finished to be read at a glance, what was only begun below it. */
function trackCell(learner: Learner, words: Words) {
  const all = trackWords(learner, words)
  const finished = learner.summary.tracks.filter(({ finishedOn }) => finishedOn !== undefined)
  const [first, rest] = [all.slice(0, finished.length), all.slice(finished.length)]
  if (first.length === 0) return rest.join(', ') || null
  return { text: first.join(', '), ...(rest.length > 0 && { sub: rest.join(', ') }) }
}

/** The same row with a box to tick, for asking for many at once. */
export const tickRow = (learner: Learner, labels: RuleLabels, words: Words) => ({
  cells: [
    {
      checkbox: {
        name: 'learners',
        value: learner.id,
        label: words.t('handoff:bulk.tick', { name: learner.name }),
      },
    },
    ...readyRow(learner, labels, words).cells,
  ],
})

/** A row of the job-ready table. */
export const readyRow = (learner: Learner, labels: RuleLabels, words: Words) => ({
  cells: [
    { text: learner.name, href: words.href(to(paths.staffLearner, { id: learner.id })) },
    learner.place.city === '' ? null : learner.place.city,
    trackCell(learner, words),
    {
      date: learner.summary.readySince ?? '',
      text: learner.summary.readySince ? words.day(learner.summary.readySince) : '',
    },
    metWords(learner.summary.rulesMet, labels, words),
  ],
})

const readyKeys = ['id', 'name', 'city', 'postalCode', 'tracks', 'readySince', 'rules'] as const

export const readyColumns = (words: Words) =>
  readyKeys.map((key) => ({ key, header: words.t(`referrals:csv.${key}`) }))

/** The same row for the export. */
export const readyCsvRow = (learner: Learner, words: Words): Record<string, string> => ({
  id: learner.id,
  name: learner.name,
  city: learner.place.city,
  postalCode: learner.place.postalCode ?? '',
  tracks: trackWords(learner, words).join('; '),
  readySince: learner.summary.readySince ?? '',
  rules: learner.summary.rulesMet.join('; '),
})

interface Choice {
  readonly value: string
  readonly label: string
}

/** The filters of the job-ready list as fields of the filter bar. */
export const readyFields = (
  query: ReadyQuery,
  choices: { readonly tracks: readonly Choice[]; readonly centers: readonly Choice[] },
  { t }: Words,
) => [
  { name: 'q', type: 'search', label: t('referrals:ready.q'), value: query.q ?? '' },
  {
    name: 'track',
    type: 'select',
    label: t('referrals:ready.track'),
    prompt: t('referrals:filter.all'),
    options: choices.tracks,
    value: query.track ?? '',
  },
  {
    name: 'center',
    type: 'select',
    label: t('referrals:ready.center'),
    prompt: t('referrals:filter.all'),
    options: choices.centers,
    value: query.center ?? '',
  },
  {
    name: 'order',
    type: 'select',
    label: t('referrals:ready.order'),
    options: readyOrders.map((value) => ({ value, label: t(`referrals:order.${value}`) })),
    value: query.q === undefined ? (query.order ?? 'longest-ready') : 'name',
  },
]
