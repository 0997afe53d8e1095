import type { Actor } from '../access/actor.js'
import { dayOf, daysBetween, type Day } from '../calendar.js'
import { paths, to, withQuery } from '../http/paths.js'
import type { Words } from '../http/words.js'
import { desksOf } from '../referrals/desk.js'
import { stateTag } from '../referrals/referral-view.js'
import type { CaseQuery } from './case-input.js'
import { caseListStates } from './case-input.js'
import {
  caseColumns,
  noteKinds,
  noteReaders,
  notesForStaff,
  showsReady,
  usualColumns,
  type Case,
  type CaseColumn,
  type Note,
} from './case.js'
import { closingPart } from './closing-view.js'
import type { SavedView } from './desk-memory-store.js'
import type { ListedCase } from './list-cases.js'
import { colleagueChoices, holderField, type Holders } from './holder-view.js'
import { newsRow } from './news-view.js'
import type { OpenedCase } from './open-case.js'
import { planView } from './plan-view.js'
import type { Task } from './task-store.js'

const stateOf = (state: Case['state'], words: Words) =>
  state === 'none' || state === 'closed'
    ? { word: words.t(`caseload:state.${state}`), tone: 'plain' }
    : stateTag(state, words)

const readySince = ({ one, learner }: ListedCase): Day | undefined =>
  learner && showsReady(one, learner) ? learner.summary.readySince : undefined

const dayCell = (day: Day | undefined, words: Words) =>
  day === undefined ? null : { date: day, text: words.day(day) }

/** One column of one case, as a cell. */
function cellOf(column: CaseColumn, listed: ListedCase, words: Words, now: Date) {
  const { one, learner } = listed
  switch (column) {
    case 'state':
      return { tag: stateOf(one.state, words) }
    case 'age':
      return words.t('referrals:queue.days', { count: daysBetween(dayOf(one.since), dayOf(now)) })
    case 'assigned':
      return one.assignedName ?? null
    case 'touched':
      return dayCell(one.touchedAt && dayOf(one.touchedAt), words)
    case 'place':
      return learner?.place.city || null
    case 'ready':
      return dayCell(readySince(listed), words)
  }
}

export const chosenColumns = ({ columns }: Pick<CaseQuery, 'columns'>): readonly CaseColumn[] =>
  columns.length === 0 ? usualColumns : caseColumns.filter((one) => columns.includes(one))

/** The page of a case; at which center, for who works at several. */
export const caseHref = (learnerId: string, words: Words, center?: string): string =>
  words.href(withQuery(to(paths.staffCase, { id: learnerId }), { center }))

/** A row of the caseload: a checkbox, the name, and the chosen columns. */
export const caseRow = (
  listed: ListedCase,
  columns: readonly CaseColumn[],
  words: Words,
  now: Date,
  center?: string,
) => {
  const name = listed.learner?.name ?? words.t('referrals:queue.unknownLearner')
  const { learnerId } = listed.one
  return {
    cells: [
      { checkbox: { name: 'learners', value: learnerId, label: name } },
      { text: name, href: caseHref(learnerId, words, center) },
      ...columns.map((column) => cellOf(column, listed, words, now)),
    ],
  }
}

export const tableColumns = (columns: readonly CaseColumn[], { t }: Words) => [
  { label: t('caseload:column.pick'), labelHidden: true },
  { label: t('caseload:column.name') },
  ...columns.map((column) => ({ label: t(`caseload:column.${column}`) })),
]

const csvKeys = ['id', 'name', ...caseColumns] as const

export const caseCsvColumns = ({ t }: Words) =>
  csvKeys.map((key) => ({ key, header: t(`caseload:column.${key}`) }))

/** The same case for the export; every column, since a file has room. */
export const caseCsvRow = (listed: ListedCase, words: Words, now: Date) => ({
  id: listed.one.learnerId,
  name: listed.learner?.name ?? '',
  state: stateOf(listed.one.state, words).word,
  age: daysBetween(dayOf(listed.one.since), dayOf(now)),
  assigned: listed.one.assignedName ?? '',
  touched: listed.one.touchedAt ? dayOf(listed.one.touchedAt) : '',
  place: listed.learner?.place.city ?? '',
  ready: readySince(listed) ?? '',
})

/** The filters of the table and its columns, as fields of the filter bar. */
export function caseFields(
  query: CaseQuery,
  {
    holders,
    desks,
  }: {
    readonly holders: Holders
    readonly desks: readonly { readonly id: string; readonly name: string }[]
  },
  words: Words,
) {
  const { t } = words
  const stateWord = (state: (typeof caseListStates)[number]) =>
    state === 'open' || state === 'all' ? t(`referrals:queue.${state}`) : stateOf(state, words).word
  return [
    ...(desks.length > 1
      ? [
          {
            name: 'center',
            type: 'select',
            label: t('referrals:queue.center'),
            options: desks.map(({ id, name }) => ({ value: id, label: name })),
            value: query.center ?? desks[0]?.id ?? '',
          },
        ]
      : []),
    {
      name: 'q',
      type: 'search',
      label: t('caseload:cases.q'),
      hint: t('caseload:cases.qHint'),
      value: query.q ?? '',
    },
    {
      name: 'state',
      type: 'select',
      label: t('caseload:column.state'),
      options: caseListStates.map((value) => ({ value, label: stateWord(value) })),
      value: query.state ?? 'open',
    },
    holderField(query.assigned, holders, words),
    {
      name: 'days',
      type: 'number',
      label: t('referrals:queue.daysAtLeast'),
      inputmode: 'numeric',
      min: 0,
      max: 9999,
      value: query.days ?? '',
    },
    {
      name: 'order',
      type: 'select',
      label: t('referrals:ready.order'),
      options: ['oldest', 'newest'].map((value) => ({
        value,
        label: t(`referrals:order.${value}`),
      })),
      value: query.order ?? 'oldest',
    },
    {
      name: 'columns',
      type: 'checkboxes',
      label: t('caseload:columns'),
      options: caseColumns.map((value) => ({ value, label: t(`caseload:column.${value}`) })),
      checked: chosenColumns(query),
    },
  ]
}

/** A kept view as a link; its query was written by the table itself. */
export const viewLinks = (views: readonly SavedView[], words: Words) =>
  views.map(({ id, name, query }) => ({
    name,
    href: words.href(query === '' ? paths.cases : `${paths.cases}?${query}`),
    dropHref: words.href(to(paths.dropCaseView, { id })),
  }))

/** The query of a view without its place in the list. */
export const viewQuery = (query: CaseQuery): string => {
  const { columns, center, q, state, assigned, days, order } = query
  const base = withQuery('', { center, q, state, assigned, days, order }).replace(/^\?/, '')
  const chosen = columns.map((column) => `columns=${column}`)
  return [base, ...chosen].filter((part) => part !== '').join('&')
}

export const noteChoices = ({ t }: Words) => ({
  kinds: noteKinds.map((value) => ({ value, label: t(`caseload:noteKind.${value}`) })),
  readers: noteReaders.map((value) => ({ value, label: t(`caseload:reader.${value}`) })),
})

const noteRow = (note: Note, words: Words) => ({
  cells: [
    { date: dayOf(note.at), text: words.time(note.at) },
    words.t(`caseload:noteKind.${note.kind}`),
    note.text,
    note.byName,
    words.t(`caseload:reader.${note.readers}`),
  ],
})

const taskRow = (task: Task, words: Words, center: string | undefined) => ({
  cells: [
    task.text,
    { date: task.dueOn, text: words.day(task.dueOn) },
    task.assignedName,
    task.isOpen
      ? {
          text: words.t('caseload:task.finish'),
          href: words.href(
            withQuery(to(paths.finishTask, { id: task.learnerId, task: task.id }), { center }),
          ),
        }
      : words.t('caseload:task.done'),
  ],
})

/** One task, before it is marked as done; without a name, as the center wrote it. */
export const finishPage = (task: Task, back: string, { t, day, href }: Words) => ({
  back: { href: href(back), text: t('caseload:task.back') },
  facts: [
    { term: t('caseload:task.what'), text: task.text },
    { term: t('caseload:task.due'), text: day(task.dueOn) },
    { term: t('caseload:task.who'), text: task.assignedName },
  ],
})

/** A task on Today: what, for whom, until when. */
export const dueRow = (task: Task, name: string, today: Day, words: Words, center?: string) => ({
  cells: [
    { text: task.text, href: caseHref(task.learnerId, words, center) },
    name,
    {
      date: task.dueOn,
      text: words.day(task.dueOn),
      ...(task.dueOn < today && { sub: words.t('caseload:task.late') }),
    },
  ],
})

/** The page of one case. */
export function casePage(opened: OpenedCase, reader: Actor, words: Words, now: Date) {
  const { one, learner, colleagues, plan, desk } = opened
  const { accountId } = reader
  const center = desksOf(reader).length > 1 ? desk.organizationId : undefined
  const at = (path: string) => words.href(withQuery(to(path, { id: learner.id }), { center }))
  return {
    name: learner.name,
    isDemonstration: learner.demonstration,
    state: stateOf(one.state, words),
    assigned: one.assignedName ?? words.t('caseload:nobody'),
    assignedTo: one.assignedTo ?? '',
    recordHref: at(paths.staffLearner),
    ...closingPart(one, at, words),
    back: {
      href: words.href(withQuery(paths.cases, { center })),
      text: words.t('caseload:cases.title'),
    },
    news: opened.news
      ? {
          since: words.time(opened.news.since),
          rows: opened.news.lines.map((line) => newsRow(line, words)),
        }
      : null,
    today: dayOf(now),
    me: accountId,
    colleagues: colleagueChoices(colleagues),
    ...noteChoices(words),
    notes: notesForStaff(opened.notes, accountId).map((note) => noteRow(note, words)),
    tasks: opened.tasks.map((task) => taskRow(task, words, center)),
    plan: plan ? planView(plan, words) : null,
    to: {
      notes: at(paths.caseNotes),
      assign: at(paths.assignCase),
      tasks: at(paths.caseTasks),
      plan: at(paths.casePlan),
      steps: at(paths.casePlanSteps),
    },
  }
}
