import { parse } from 'csv-parse/sync'
import { invalid } from '../problems.js'
import {
  completionFields,
  completionIn,
  errorsIn,
  type Completion,
  type CompletionCells,
  type CompletionField,
  type CompletionTerms,
} from './completion.js'
import type { CsvLine } from './csv-lines.js'
import type { Refusal, RefusalReason } from './import.js'

/**
 * A roster: what a provider confirms about its learners, one completion a row, as CSV in UTF-8 with commas. The header
 * names the columns, in any order: email, course, completed_on, then if wanted score, and kind with item. `kind` is
 * completion (when empty), exam or provider-badge; for the last two, `item` is the provider's own id and `course` may be
 * empty. Rows stand on their own: a wrong one is refused by row and column, the others are recorded.
 */
export const rosterColumns = completionFields
export type RosterColumn = CompletionField

const required: readonly RosterColumn[] = ['email', 'course', 'completed_on']

/** One good row: what is reported, and about whom. */
export interface RosterRow extends Completion {
  readonly row: number
}

export interface RosterReading {
  readonly rows: readonly RosterRow[]
  readonly refused: readonly Refusal[]
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
  terms: CompletionTerms,
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
    ) as CompletionCells
    const errors = errorsIn(cells, terms)
    refused.push(...errors.map((error) => ({ row: line.row, ...error })))
    if (errors.length === 0) rows.push({ row: line.row, ...completionIn(cells, terms) })
  })
  return { rows, refused }
}

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
