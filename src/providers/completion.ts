import { isDay } from '../calendar.js'
import { canBeEarnedOn, type EvidenceKind, type ReportedFact } from './evidence.js'
import type { Refusal, RefusalReason } from './import.js'

/**
 * What a provider confirms about one learner, however it arrives: who (by e-mail), which course, on which day; if wanted a
 * score from 0 to 100, and a kind. `kind` is completion (when empty), exam or provider-badge; for the last two, `item` is
 * the provider's own id and `course` may be empty.
 */
export const completionFields = [
  'email',
  'course',
  'completed_on',
  'score',
  'kind',
  'item',
] as const
export type CompletionField = (typeof completionFields)[number]

/** One completion as text, before it is checked. */
export type CompletionCells = Readonly<
  Partial<Record<CompletionField, string>> & Record<'email' | 'course' | 'completed_on', string>
>

/** One completion that is right; whether somebody with that address is a learner is not known yet. */
export interface Completion {
  readonly email: string
  readonly fact: ReportedFact
}

/** What completions are read against: the provider, its courses (slug to title), and now. */
export interface CompletionTerms {
  readonly provider: string
  readonly courses: ReadonlyMap<string, string>
  readonly now: Date
}

const formula = /^[=+\-@]/
const email = /^[^\s@|"'<>()]{1,64}@[^\s@|"'<>()]{1,180}\.[^\s@|"'<>()]{2,63}$/
const item = /^[\w][\w.-]{0,99}$/
const kinds: readonly string[] = ['completion', 'exam', 'provider-badge'] satisfies EvidenceKind[]

const kindOf = (cells: CompletionCells): string => (cells.kind ?? '') || 'completion'

/** What is wrong, one reason a field; a cell that a spreadsheet would run as a formula is wrong wherever it is. */
export function errorsIn(
  cells: CompletionCells,
  { courses, now }: CompletionTerms,
): Omit<Refusal, 'row'>[] {
  const day = cells.completed_on
  const isCompletion = kindOf(cells) === 'completion'
  const checks: [CompletionField, RefusalReason, boolean][] = [
    ['email', 'missing', cells.email === ''],
    ['email', 'email', !email.test(cells.email)],
    ['course', 'missing', isCompletion && cells.course === ''],
    ['course', 'unknownCourse', cells.course !== '' && !courses.has(cells.course)],
    ['completed_on', 'missing', day === ''],
    ['completed_on', 'day', !isDay(day)],
    ['completed_on', 'dayOutOfRange', !canBeEarnedOn(day, now)],
    ['score', 'score', !isScore(cells.score ?? '')],
    ['kind', 'kind', !kinds.includes(kindOf(cells))],
    ['item', 'missing', !isCompletion && (cells.item ?? '') === ''],
    ['item', 'item', !isItem(cells, isCompletion)],
  ]
  const formulas = completionFields.filter((name) => formula.test(cells[name] ?? ''))
  const found = new Map<CompletionField, RefusalReason>(formulas.map((name) => [name, 'formula']))
  for (const [field, reason, isWrong] of checks) {
    if (isWrong && !found.has(field)) found.set(field, reason)
  }
  return [...found].map(([field, reason]) => ({ field, reason }))
}

const isScore = (text: string) =>
  text === '' || (/^\d{1,3}(\.\d{1,2})?$/.test(text) && Number(text) <= 100)

const isItem = (cells: CompletionCells, isCompletion: boolean) => {
  const text = cells.item ?? ''
  return isCompletion ? text === '' || text === cells.course : item.test(text)
}

/** The completion in cells without errors. */
export function completionIn(
  cells: CompletionCells,
  { provider, courses }: CompletionTerms,
): Completion {
  const kind = kindOf(cells) as EvidenceKind
  const courseTitle = courses.get(cells.course)
  const id = kind === 'completion' ? cells.course : (cells.item ?? '')
  const fact = {
    provider,
    kind,
    item: id,
    title: kind === 'completion' ? (courseTitle ?? id) : id,
    earnedOn: cells.completed_on,
    ...(courseTitle === undefined ? {} : { courseSlug: cells.course, courseTitle }),
    ...((cells.score ?? '') === '' ? {} : { score: Number(cells.score) }),
  }
  return { email: cells.email.toLowerCase(), fact }
}
