import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import type { Change, ChangeKind } from './change.js'
import type { History, Subject } from './history-store.js'

const tones: Readonly<Record<ChangeKind, 'good' | 'stop' | 'plain'>> = {
  approved: 'good',
  declined: 'stop',
  edited: 'plain',
  invited: 'good',
  roleGiven: 'good',
  roleTaken: 'stop',
  closed: 'stop',
  reopened: 'good',
}

const headOf = ({ kind, role, organization = '' }: Change, { t }: Words) =>
  t(`access:history.${kind}`, {
    role: role === undefined ? '' : t(`access:role.${role}`),
    organization,
  })

const detailOf = ({ reason, edits = [] }: Change, { t }: Words) =>
  [
    ...edits.map(({ field, from, to: after }) =>
      t('access:history.edit', {
        field: t(`access:history.field.${field}`),
        from: from === '' ? t('access:history.nothing') : from,
        to: after === '' ? t('access:history.nothing') : after,
      }),
    ),
    ...(reason === undefined ? [] : [reason]),
  ].join(' ')

/** What was changed about one record, for partials/timeline.ejs. */
export const changeTimeline = (changes: readonly Change[], words: Words) =>
  changes.map((change) => ({
    word: headOf(change, words),
    who: change.byName,
    on: words.time(change.at),
    date: change.at.toISOString(),
    text: detailOf(change, words),
    tone: tones[change.kind],
  }))

const hrefOf = (subject: Subject, id: string) =>
  to(subject === 'people' ? paths.person : paths.organization, { id })

/** One row of the list: a record and what was changed about it, newest first. */
export const historyRow = (subject: Subject, history: History, words: Words) => ({
  cells: [
    {
      text: history.name,
      ...(history.isHere && { href: words.href(hrefOf(subject, history.id)) }),
    },
    { date: history.lastChangeAt.toISOString(), text: words.time(history.lastChangeAt) },
    {
      lines: history.changes.map((change) =>
        words.t('access:history.line', {
          what: [headOf(change, words), detailOf(change, words)].filter(Boolean).join(': '),
          who: change.byName,
          on: words.dayOfInstant(change.at),
        }),
      ),
    },
  ],
})

/** One row for each change, for a spreadsheet. */
export const historyCsv = ({ name, changes }: History) =>
  changes.map((change) => ({
    at: change.at.toISOString(),
    about: name,
    change: change.kind,
    by: change.byName,
    role: change.role ?? '',
    organization: change.organization ?? '',
    edits: (change.edits ?? [])
      .map(({ field, from, to: after }) => `${field}: ${from} > ${after}`)
      .join('; '),
    reason: change.reason ?? '',
  }))

export const historyColumns = [
  'at',
  'about',
  'change',
  'by',
  'role',
  'organization',
  'edits',
  'reason',
].map((key) => ({ key, header: key }))

/** What the list may be of. */
export const subjectOptions = ({ t }: Words) =>
  (['organizations', 'people'] as const).map((value) => ({
    value,
    label: t(`access:${value}.title`),
  }))
