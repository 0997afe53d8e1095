/**
 * What is new since somebody last looked: what others did, never what they did themselves. Rows from before accounts were
 * noted name who did something only; there two people of one name are one.
 */
import type { AppointmentNews } from '../appointments/appointment-news.js'
import type { Referral, ReferralEvent } from '../referrals/referral.js'
import { newsByOthers, notesForStaff, type Case, type CaseNewsKind, type Note } from './case.js'
import type { Plan } from './plan.js'
import type { Task } from './task-store.js'

/** So many of a kind are told on Today, which leads to the list of the rest. */
export const mostNews = 10

export interface Reader {
  readonly accountId: string
  readonly name: string
}

const isOwn = (
  { accountId, name }: Reader,
  byAccountId: string | undefined,
  by: string,
): boolean => (byAccountId === undefined ? by === name : byAccountId === accountId)

/**
 * The last event of a referral after a moment that somebody else caused. What the learner's side asked, or the program
 * reminded of, before the reader answered is no news; what a colleague did is, whatever the reader did since.
 */
export const referralNewsFor = (
  { timeline }: Pick<Referral, 'timeline'>,
  since: Date,
  reader: Reader,
): ReferralEvent | undefined => eventsFor(timeline, since, reader).at(-1)

const eventsFor = (
  timeline: readonly ReferralEvent[],
  since: Date,
  reader: Reader,
): ReferralEvent[] => {
  const isMine = ({ byAccountId, by }: ReferralEvent) => isOwn(reader, byAccountId, by)
  const answered = timeline.findLastIndex(isMine)
  return timeline.filter(
    (event, index) =>
      event.at > since && !isMine(event) && (index > answered || event.side === 'center'),
  )
}

/** One line of what is new about a case. */
export type NewsLine = { readonly at: Date } & (
  | { readonly what: 'ready' }
  | { readonly what: 'referral'; readonly event: ReferralEvent }
  | { readonly what: 'appointment'; readonly news: AppointmentNews }
  | { readonly what: CaseNewsKind; readonly by: string; readonly text?: string }
)

/** Everything a line of news about one case may come from. */
export interface CaseFacts {
  readonly one: Case
  readonly readyAt?: Date | undefined
  readonly notes: readonly Note[]
  readonly tasks: readonly Task[]
  readonly plan: Plan | undefined
  readonly referrals: readonly Referral[]
  readonly appointments: readonly AppointmentNews[]
}

const noteLines = (notes: readonly Note[], { accountId }: Reader): NewsLine[] =>
  notesForStaff(notes, accountId)
    .filter(({ byAccountId }) => byAccountId !== accountId)
    .map(({ at, byName, text }) => ({ at, what: 'note', by: byName, text }))

const taskLines = (tasks: readonly Task[], reader: Reader): NewsLine[] =>
  tasks.flatMap((task): NewsLine[] => {
    const { text, madeAt, madeBy, doneAt, doneBy = '' } = task
    return [
      ...(madeAt && !isOwn(reader, task.madeByAccountId, madeBy)
        ? [{ at: madeAt, what: 'task', by: madeBy, text } as const]
        : []),
      ...(doneAt && !isOwn(reader, task.doneByAccountId, doneBy)
        ? [{ at: doneAt, what: 'taskDone', by: doneBy, text } as const]
        : []),
    ]
  })

function planLines(plan: Plan | undefined, reader: Reader): NewsLine[] {
  if (!plan) return []
  const { updatedAt, updatedBy, updatedByAccountId, agreedAt, goal } = plan
  return [
    ...(isOwn(reader, updatedByAccountId, updatedBy)
      ? []
      : [{ at: updatedAt, what: 'plan', by: updatedBy, text: goal } as const]),
    ...(agreedAt ? [{ at: agreedAt, what: 'agreed', by: '' } as const] : []),
  ]
}

/** What nothing but the case itself remembers: who looks after it, that it was closed or opened again, a step that is done. */
const onlyHere: readonly CaseNewsKind[] = ['assigned', 'closed', 'reopened', 'step']

function ownLines(one: Case, { accountId }: Reader): NewsLine[] {
  const news = newsByOthers(one, accountId)
  return news && onlyHere.includes(news.kind)
    ? [{ at: news.at, what: news.kind, by: news.byName }]
    : []
}

/** What is new about a case for one reader, the latest first. */
export function caseNewsFor(facts: CaseFacts, since: Date, reader: Reader): NewsLine[] {
  const { readyAt, referrals, appointments } = facts
  const lines: NewsLine[] = [
    ...(readyAt ? [{ at: readyAt, what: 'ready' } as const] : []),
    ...referrals.flatMap(({ timeline }) =>
      eventsFor(timeline, since, reader).map((event): NewsLine => ({
        at: event.at,
        what: 'referral',
        event,
      })),
    ),
    ...appointments.map((news): NewsLine => ({ at: news.at, what: 'appointment', news })),
    ...noteLines(facts.notes, reader),
    ...taskLines(facts.tasks, reader),
    ...planLines(facts.plan, reader),
    ...ownLines(facts.one, reader),
  ]
  return lines.filter(({ at }) => at > since).sort((a, b) => b.at.getTime() - a.at.getTime())
}
