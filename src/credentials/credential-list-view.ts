import type { Badge } from '../badges/badge.js'
import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import type { CredentialsQuery } from './credential-input.js'
import { changeKinds, type Changed, type ChangeKind } from './credential-change.js'
import { credentialStates, type CredentialState } from './credential.js'
import type { NamedLine } from './list-credentials.js'

const tones = { live: 'good', suspended: 'wait', revoked: 'stop' } as const

const stateTag = (state: CredentialState, words: Words) => ({
  word: words.t(`credentials:state.${state}`),
  tone: tones[state],
})

/** One line of the list, with the box that picks it. */
export const credentialRow = (line: NamedLine, words: Words) => ({
  cells: [
    {
      checkbox: {
        name: 'ids',
        value: line.id,
        label: words.t('credentials:list.pick', { badge: line.badgeName, name: line.learnerName }),
      },
    },
    {
      text: line.learnerName,
      href: words.href(to(paths.credential, { id: line.id })),
      sub: line.badgeName,
    },
    { tag: stateTag(line.state, words), sub: line.reason ?? '' },
    words.number(line.copyCount),
    { date: line.signedAt.toISOString(), text: words.time(line.signedAt) },
  ],
})

export const credentialCsv = (line: NamedLine) => ({
  id: line.id,
  learner: line.learnerName,
  badge: line.badge,
  state: line.state,
  reason: line.reason ?? '',
  copies: line.copyCount,
  signedAt: line.signedAt.toISOString(),
})
export const csvColumns = [
  'id',
  'learner',
  'badge',
  'state',
  'reason',
  'copies',
  'signedAt',
] as const

/** The filters and the choice of a change, beside the list. */
export function listFields(query: CredentialsQuery, badges: readonly Badge[], words: Words) {
  const { t } = words
  return {
    filters: [
      {
        name: 'badge',
        type: 'select',
        label: t('credentials:list.badge'),
        prompt: t('credentials:list.any'),
        value: query.badge ?? '',
        options: badges.map(({ slug, name }) => ({ value: slug, label: name })),
      },
      {
        name: 'state',
        type: 'select',
        label: t('credentials:list.state'),
        prompt: t('credentials:list.any'),
        value: query.state ?? '',
        options: credentialStates.map((value) => ({
          value,
          label: t(`credentials:state.${value}`),
        })),
      },
    ],
    change: {
      name: 'kind',
      type: 'select',
      label: t('credentials:list.change'),
      required: true,
      options: changeKinds.map((value) => ({
        value,
        label: t(`credentials:change.${value}.name`),
      })),
    },
    keep: Object.entries(query).flatMap(([name, value]) =>
      value === undefined ? [] : [{ name, value: String(value) }],
    ),
  }
}

export const stateWords = (words: Words) =>
  credentialStates.map((state) => ({
    ...stateTag(state, words),
    means: words.t(`credentials:means.${state}`),
  }))

/** The page that asks for a reason before anything is changed. */
export const changePage = (kind: ChangeKind, lines: readonly NamedLine[], words: Words) => ({
  kind,
  heading: words.t(`credentials:change.${kind}.heading`, { count: lines.length }),
  lead: words.t(`credentials:change.${kind}.lead`),
  submit: words.t(`credentials:change.${kind}.name`),
  ids: lines.map(({ id }) => id),
  rows: lines.map((line) => ({
    cells: [line.learnerName, line.badgeName, { tag: stateTag(line.state, words) }],
  })),
})

/** What became of many, when it did not work for all. */
export const changedPage = (
  kind: ChangeKind,
  changed: readonly Changed[],
  lines: readonly NamedLine[],
  words: Words,
) => ({
  done: words.t('credentials:changed.done', {
    count: changed.filter(({ outcome }) => outcome === 'done').length,
  }),
  name: words.t(`credentials:change.${kind}.name`),
  rows: changed
    .filter(({ outcome }) => outcome === 'refused')
    .map(({ id, why = '' }) => {
      const line = lines.find((one) => one.id === id)
      return { cells: [line?.learnerName ?? id, line?.badgeName ?? null, words.t(why)] }
    }),
})
