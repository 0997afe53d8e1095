import { parse as parseCsv } from 'csv-parse/sync'
import { z } from 'zod'
import { errorsOf, idText } from '../http/parse.js'
import { invalid, malformed } from '../problems.js'
import { isAcademicYear } from './academic-year.js'
import type { Fault } from './agreement.js'
import {
  crosswalkFileColumns,
  formOfCells,
  mostRows,
  type CrosswalkCells,
  type CrosswalkColumn,
} from './crosswalk-file.js'
import { termsForm, type TermsForm } from './proposal-input.js'

const needed: readonly CrosswalkColumn[] = ['course', 'credits', 'unit', 'badges', 'from']

const isColumn = (name: string): name is CrosswalkColumn =>
  (crosswalkFileColumns as readonly string[]).includes(name)

/** The rows of a crosswalk file with their lines. Throws malformed for no CSV, invalid for a wrong header or too many rows. */
export function crosswalkRows(
  text: string,
): { readonly row: number; readonly cells: CrosswalkCells }[] {
  const records = readRecords(text)
  const header = (records[0]?.record ?? []).map((name) => name.trim().toLowerCase())
  const isWrong =
    header.some((name) => !isColumn(name)) ||
    new Set(header).size !== header.length ||
    needed.some((name) => !header.includes(name))
  if (isWrong) throw invalid([{ field: 'file', message: 'agreements:import.header' }])
  const rows = records.slice(1)
  if (rows.length > mostRows)
    throw invalid([
      { field: 'file', message: 'agreements:import.tooMany', params: { most: mostRows } },
    ])
  return rows.map(({ record, line }) => ({
    row: line,
    cells: Object.fromEntries(header.map((name, at) => [name, record[at] ?? ''])),
  }))
}

function readRecords(text: string): { readonly record: string[]; readonly line: number }[] {
  try {
    const found = parseCsv(text, {
      bom: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: 20_000,
    }) as unknown as { record: string[]; info: { lines: number } }[]
    return found.map(({ record, info }) => ({ record, line: info.lines }))
  } catch {
    throw malformed('agreements:import.notCsv')
  }
}

/** A row as terms, or what is wrong with it by field. Who decided must be named: an import asks no reviewers. */
export function termsOfCells(cells: CrosswalkCells): { form: TermsForm } | { faults: Fault[] } {
  const read = termsForm.safeParse(formOfCells(cells), { reportInput: true })
  const unnamed =
    (cells.decided_by ?? '').trim() === ''
      ? [{ field: 'decidedBy', message: 'agreements:error.decider' }]
      : []
  if (!read.success) return { faults: [...errorsOf(read.error), ...unnamed] }
  return unnamed.length > 0 ? { faults: unnamed } : { form: read.data }
}

export const crosswalkImportParams = z.strictObject({ id: idText })

export const importQuery = z.strictObject({ dryRun: z.enum(['true', 'false']).optional() })

/** The academic year of a report. */
export const reportQuery = z.strictObject({
  year: z.preprocess(
    (raw) => (raw === '' ? undefined : raw),
    z.string().refine(isAcademicYear, 'agreements:error.catalogYear').optional(),
  ),
})
