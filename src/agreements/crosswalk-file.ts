/** One agreement a row: the same columns out and in, so that what was exported can be changed and imported again. */
import type { Agreement, Fault } from './agreement.js'

export const crosswalkFileColumns = [
  'series',
  'course',
  'credits',
  'unit',
  'badges',
  'at_least',
  'level',
  'max_age_months',
  'share_badges',
  'fills',
  'conditions',
  'catalog_year',
  'force',
  'from',
  'to',
  'decided_by',
  'note',
  'internal_note',
] as const
export type CrosswalkColumn = (typeof crosswalkFileColumns)[number]
export type CrosswalkCells = Readonly<Partial<Record<CrosswalkColumn, string>>>

export const mostRows = 2_000
export const mostBytes = 1_000_000

/** Why a row was not taken: its line in the file (the header is 1), the column and the words. */
export interface RefusedRow extends Fault {
  readonly row: number
}

/** What came of one file. */
export interface CrosswalkImport {
  readonly id: string
  readonly collegeId: string
  readonly by: string
  readonly at: Date
  readonly fileName: string
  readonly dryRun: boolean
  readonly read: number
  /** New versions: published, or in a dry run that would be. */
  readonly recorded: number
  readonly alreadyKnown: number
  readonly refused: readonly RefusedRow[]
}

/** An agreement as a row of the file. */
export const cellsOf = (agreement: Agreement): Record<CrosswalkColumn, string | number> => ({
  series: agreement.series,
  course: agreement.course,
  credits: agreement.credits,
  unit: agreement.unit,
  badges: agreement.badges.of.join(' '),
  at_least: agreement.badges.atLeast ?? '',
  level: agreement.lowestLevel,
  max_age_months: agreement.maxAgeMonths ?? '',
  share_badges: agreement.mayShareBadges ? 'true' : '',
  fills: agreement.fills,
  conditions: agreement.conditions ?? '',
  catalog_year: agreement.catalogYear ?? '',
  force: agreement.advisory ? 'advisory' : 'binding',
  from: agreement.from,
  to: agreement.to ?? '',
  decided_by: agreement.decidedBy ?? '',
  note: agreement.note ?? '',
  internal_note: agreement.internalNote ?? '',
})

/** The fields of the form that the columns stand for. */
export const fieldOf: Readonly<Record<Exclude<CrosswalkColumn, 'series'>, string>> = {
  course: 'course',
  credits: 'credits',
  unit: 'unit',
  badges: 'badges',
  at_least: 'atLeast',
  level: 'lowestLevel',
  max_age_months: 'maxAgeMonths',
  share_badges: 'mayShareBadges',
  fills: 'fills',
  conditions: 'conditions',
  catalog_year: 'catalogYear',
  force: 'force',
  from: 'from',
  to: 'to',
  decided_by: 'decidedBy',
  note: 'note',
  internal_note: 'internalNote',
}

const columnOfField = new Map(Object.entries(fieldOf).map(([column, field]) => [field, column]))

/** A fault named by its column; one of no column stands for the row. */
export const asRow = (row: number, { field, ...fault }: Fault): RefusedRow => ({
  row,
  field: columnOfField.get(field.replace(/\[.*/, '')) ?? field,
  ...fault,
})

/** A row as the form for terms takes it. */
export const formOfCells = (cells: CrosswalkCells): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fieldOf).map(([column, field]) => {
      const text = (cells[column as CrosswalkColumn] ?? '').trim()
      return [field, field === 'badges' ? text.split(/\s+/).filter((slug) => slug !== '') : text]
    }),
  )
