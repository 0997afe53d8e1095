/**
 * What a state would send an extract back for, found before it leaves: after the checks of a state's own clean-up tool. A
 * column that is empty is only told where it must not be.
 */
import type { ExtractColumn } from './extract.js'

export interface ExtractFault {
  /** The row, counted from 1; 0 for the extract as a whole. */
  readonly row: number
  readonly rule: (typeof checks)[number]
}

export const checks = [
  'blankId',
  'blankState',
  'birthDate',
  'trainingWithoutDate',
  'exitBeforeEntry',
  'veteranWithoutKind',
  'employedWithoutWage',
  'twoBirthDates',
  'sameIdTwice',
  'tooLong',
] as const

type Cells = readonly string[]

/** Checks rows one by one and remembers what must agree across them. */
export function preCheck(columns: readonly Pick<ExtractColumn, 'no' | 'length'>[]) {
  const place = new Map(columns.map(({ no }, at) => [no, at]))
  const births = new Map<string, string>()
  const entries = new Set<string>()
  return (cells: Cells, row: number): ExtractFault[] => {
    const of = (no: string) => cells[place.get(no) ?? -1] ?? ''
    const has = (no: string) => place.has(no)
    const id = of('100')
    const birth = of('200')
    const known = births.get(id)
    if (birth !== '') births.set(id, known ?? birth)
    const entry = `${id}|${of('900')}`
    const found: Record<(typeof checks)[number], boolean> = {
      blankId: has('100') && id === '',
      blankState: has('101') && of('101') === '',
      birthDate: birth !== '' && !/^\d{8}$/.test(birth),
      trainingWithoutDate: of('1300') === '1' && (of('1302') === '' || of('1303') === ''),
      exitBeforeEntry: of('901') !== '' && of('901') < of('900'),
      veteranWithoutKind: of('300') === '1' && of('301') === '',
      employedWithoutWage: of('1602') === '1' && !(Number(of('1704')) > 0),
      twoBirthDates: birth !== '' && known !== undefined && known !== birth,
      sameIdTwice: id !== '' && entries.has(entry),
      tooLong: columns.some(({ length }, at) => (cells[at] ?? '').length > length),
    }
    entries.add(entry)
    return checks.filter((rule) => found[rule]).map((rule) => ({ row, rule }))
  }
}
