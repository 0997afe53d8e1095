import { parse } from 'csv-parse/sync'
import { isDay } from '../calendar.js'
import { invalid } from '../problems.js'
import type { CsvLine } from './csv-lines.js'
import { canBeEarnedOn, type EvidenceKind, type ReportedFact } from './evidence.js'
import type { Refusal, RefusalReason } from './import.js'

/**
 * A roster: what a provider confirms about its learners, one completion a row, as CSV in UTF-8 with commas. The header
 * names the columns, in any order: email, course, completed_on, then if wanted score, and kind with item. `kind` is
 * completion (when empty), exam or provider-badge; for the last two, `item` is the provider's own id and `course` may be
 * empty. Rows stand on their own: a wrong one is refused by row and column, the others are recorded.
 */
export const rosterColumns = ['email', 'course', 'completed_on', 'score', 'kind', 'item'] as const
export type RosterColumn = (typeof rosterColumns)[number]

const required: readonly RosterColumn[] = ['email', 'course', 'completed_on']

/** One good row: what is reported, and about whom. */
export interface RosterRow {
  readonly row: number
  readonly email: string
  readonly fact: ReportedFact
}

export interface RosterReading {
  readonly rows: readonly RosterRow[]
  readonly refused: readonly Refusal[]
}

/** What a roster is read against: the provider, its courses (slug to title), and today. */
export interface RosterTerms {
  readonly provider: string
  readonly courses: ReadonlyMap<string, string>
  readonly now: Date
}

const options = { relax_column_count: true, trim: true, record_delimiter: '\n' }

/** The columns that the first line names. Throws a Problem when it is not the header of a roster. */
export function readRosterHeader(line: string | undefined): RosterColumn[] {
  const names = (cellsOf(line?.replace(/^\uFEFF/, '') ?? '') ?? []).map((name) =>
    name.toLowerCase(),
  )
  const known = names.filter((name): name is RosterColumn =>
    (rosterColumns as readonly string[]).includes(name),
  )
  const isComplete = required.every((name) => known.includes(name))
  const isPaired = known.includes('kind') === known.includes('item')
  const isOnce = new Set(names).size === names.length
  if (known.length !== names.length || !isComplete || !isPaired || !isOnce) {
    throw invalid([{ field: 'header', message: 'providers:roster.header' }])
  }
  return known
}

const cellsOf = (line: string): string[] | undefined => {
  try {
    const records: string[][] = parse(line, options)
    return records[0] ?? []
  } catch {
    return undefined
  }
}

/** All lines in one go when every line is one record; else each by itself, so that a stray quote spoils its own row only. */
const recordsOf = (lines: readonly CsvLine[]): (string[] | undefined)[] => {
  const texts = lines.map(({ text }) => text ?? '-')
  try {
    const records: string[][] = parse(texts.join('\n'), options)
    if (records.length === lines.length) return records
  } catch {
    // one of the lines is broken: below, each is read by itself
  }
  return texts.map(cellsOf)
}

/** Reads lines after the header. Never throws: what is wrong is listed. */
export function readRosterLines(
  lines: readonly CsvLine[],
  columns: readonly RosterColumn[],
  terms: RosterTerms,
): RosterReading {
  const records = recordsOf(lines)
  const rows: RosterRow[] = []
  const refused: Refusal[] = []
  lines.forEach((line, index) => {
    const wrong = wrongLine(line, records[index], columns.length)
    if (wrong) {
      refused.push({ row: line.row, field: 'row', reason: wrong })
      return
    }
    const cells = Object.fromEntries(
      columns.map((name, at) => [name, records[index]?.[at] ?? '']),
    ) as Cells
    const errors = errorsIn(cells, terms)
    refused.push(...errors.map(([field, reason]) => ({ row: line.row, field, reason })))
    if (errors.length === 0) {
      rows.push({ row: line.row, email: cells.email.toLowerCase(), fact: factIn(cells, terms) })
    }
  })
  return { rows, refused }
}

type Cells = Readonly<
  Partial<Record<RosterColumn, string>> & Record<'email' | 'course' | 'completed_on', string>
>

const wrongLine = (
  { text, isEnded }: CsvLine,
  record: readonly string[] | undefined,
  width: number,
): RefusalReason | undefined => {
  if (text === undefined) return 'tooLong'
  const isShort = (record?.length ?? 0) < width
  if (!isEnded && isShort) return 'cutOff'
  if (record === undefined) return 'badQuotes'
  return record.length === width ? undefined : 'columns'
}

const formula = /^[=+\-@]/
const email = /^[^\s@|"'<>()]{1,64}@[^\s@|"'<>()]{1,180}\.[^\s@|"'<>()]{2,63}$/
const item = /^[\w][\w.-]{0,99}$/
const kinds: readonly string[] = ['completion', 'exam', 'provider-badge'] satisfies EvidenceKind[]

const kindOf = (cells: Cells): string => (cells.kind ?? '') || 'completion'

const errorsIn = (cells: Cells, { courses, now }: RosterTerms): [RosterColumn, RefusalReason][] => {
  const day = cells.completed_on
  const isCompletion = kindOf(cells) === 'completion'
  const checks: [RosterColumn, RefusalReason, boolean][] = [
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
  const formulas = rosterColumns.filter((name) => formula.test(cells[name] ?? ''))
  const found = new Map<RosterColumn, RefusalReason>(formulas.map((name) => [name, 'formula']))
  for (const [field, reason, isWrong] of checks) {
    if (isWrong && !found.has(field)) found.set(field, reason)
  }
  return [...found]
}

const isScore = (text: string) =>
  text === '' || (/^\d{1,3}(\.\d{1,2})?$/.test(text) && Number(text) <= 100)

const isItem = (cells: Cells, isCompletion: boolean) => {
  const text = cells.item ?? ''
  return isCompletion ? text === '' || text === cells.course : item.test(text)
}

const factIn = (cells: Cells, { provider, courses }: RosterTerms): ReportedFact => {
  const kind = kindOf(cells) as EvidenceKind
  const courseTitle = courses.get(cells.course)
  const id = kind === 'completion' ? cells.course : (cells.item ?? '')
  return {
    provider,
    kind,
    item: id,
    title: kind === 'completion' ? (courseTitle ?? id) : id,
    earnedOn: cells.completed_on,
    ...(courseTitle === undefined ? {} : { courseSlug: cells.course, courseTitle }),
    ...((cells.score ?? '') === '' ? {} : { score: Number(cells.score) }),
  }
}
