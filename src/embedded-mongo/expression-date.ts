import { Int32, Long } from 'bson'
import { CommandError, located } from './error.js'
import {
  int,
  isNullish,
  type Compile,
  type Evaluate,
  type Named,
  type Operators,
  type Scope,
} from './operator.js'
import { DATE_MATH, instantOf, zoneIn, type Zone } from './expression-date-math.js'
import { typeName } from './match-operators.js'
import * as time from './time.js'
import { asDoc, isNumeric, toNumber } from './values.js'

/** One part of a date: the operand is the date itself or `{ date, timezone }`. */
function part(read: (local: number) => unknown) {
  return (operand: unknown, compile: Compile): Evaluate => {
    const doc = asDoc(operand)
    const single =
      Array.isArray(operand) && operand.length === 1 ? (operand as unknown[])[0] : operand
    const named = doc && 'date' in doc
    const date = compile(named ? doc.date : single)
    const zone = named && doc.timezone !== undefined ? compile(doc.timezone) : undefined
    return (scope: Scope) => {
      const value = date(scope)
      const name = zone?.(scope)
      if (isNullish(value) || (zone && isNullish(name))) return null
      return read(time.toLocal(instantOf(value), zoneIn(name)))
    }
  }
}

const pad = (value: number, width: number) => String(value).padStart(width, '0')

const MONTHS =
  'January February March April May June July August September October November December'.split(' ')

function zoneText(offset: number): string {
  const minutes = Math.abs(offset) / 60_000
  return `${offset < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60), 2)}${pad(minutes % 60, 2)}`
}

function formatted(instant: number, format: string, zone: Zone): string {
  const local = time.toLocal(instant, zone)
  const parts = time.partsOf(local)
  const write: Record<string, () => string> = {
    Y: () => pad(parts.year, 4),
    m: () => pad(parts.month, 2),
    d: () => pad(parts.day, 2),
    H: () => pad(parts.hour, 2),
    M: () => pad(parts.minute, 2),
    S: () => pad(parts.second, 2),
    L: () => pad(parts.millisecond, 3),
    j: () => pad(time.dayOfYear(local), 3),
    w: () => String(time.dayOfWeek(local)),
    u: () => String(time.isoDayOfWeek(local)),
    U: () => pad(time.weekOfYear(local), 2),
    V: () => pad(time.isoWeek(local).week, 2),
    G: () => pad(time.isoWeek(local).year, 4),
    b: () => (MONTHS[parts.month - 1] ?? '').slice(0, 3),
    B: () => MONTHS[parts.month - 1] ?? '',
    z: () => zoneText(zone(instant)),
    Z: () => String(zone(instant) / 60_000),
    '%': () => '%',
  }
  return format.replace(/%(.?)/gs, (_, letter: string) => {
    const writer = write[letter]
    if (!writer) throw located(18_536, `Invalid format character '%${letter}' in format string`)
    return writer()
  })
}

const dateToString: Named = {
  required: ['date'],
  optional: ['format', 'timezone', 'onNull'],
  run(values) {
    const { date, timezone, format } = values
    if (isNullish(date)) return values.onNull ?? null
    if (timezone === null || format === null) return null
    if (format !== undefined && typeof format !== 'string')
      throw located(18_533, '$dateToString requires that the format be a string')
    const zone = zoneIn(timezone)
    const standard = `%Y-%m-%dT%H:%M:%S.%L${timezone === undefined ? 'Z' : ''}`
    return formatted(instantOf(date), format ?? standard, zone)
  },
}

const READERS: Record<string, string> = {
  Y: '(?<Y>\\d{4})',
  m: '(?<m>\\d{1,2})',
  d: '(?<d>\\d{1,2})',
  H: '(?<H>\\d{1,2})',
  M: '(?<M>\\d{1,2})',
  S: '(?<S>\\d{1,2})',
  L: '(?<L>\\d{1,3})',
  z: '(?<z>Z|[+-]\\d\\d:?\\d\\d|[+-]\\d\\d)',
  '%': '%',
}

function parsed(text: string, format: unknown, zone: Zone | undefined): Date {
  if (format === undefined) return time.parseIsoDate(text, zone)
  const pattern = (typeof format === 'string' ? format : '').replace(
    /%(.)|[.*+?^${}()|[\]\\]/gs,
    (whole, letter?: string) => {
      if (letter === undefined) return `\\${whole}`
      const reader = READERS[letter]
      if (!reader) throw located(18_536, `Invalid format character '%${letter}' in format string`)
      return reader
    },
  )
  const found = new RegExp(`^${pattern}$`).exec(text)?.groups
  if (!found)
    throw new CommandError(241, 'ConversionFailure', `Error parsing date string '${text}'`)
  const iso = `${found.Y ?? '1970'}-${found.m ?? '1'}-${found.d ?? '1'}T${found.H ?? '0'}:${(found.M ?? '0').padStart(2, '0')}:${(found.S ?? '0').padStart(2, '0')}.${found.L ?? '0'}${found.z ?? ''}`
  return time.parseIsoDate(iso, zone)
}

const dateFromString: Named = {
  required: ['dateString'],
  optional: ['format', 'timezone', 'onError', 'onNull'],
  run(values) {
    const { dateString, timezone, format } = values
    if (isNullish(dateString)) return values.onNull ?? null
    if (timezone === null || format === null) return null
    try {
      if (typeof dateString !== 'string')
        throw new CommandError(
          241,
          'ConversionFailure',
          `$dateFromString requires that 'dateString' be a string, found: ${typeName(dateString)}`,
        )
      return parsed(dateString, format, timezone === undefined ? undefined : zoneIn(timezone))
    } catch (error) {
      if ('onError' in values && error instanceof CommandError && error.code === 241)
        return values.onError
      throw error
    }
  },
}

const PART_NAMES = ['year', 'month', 'day', 'hour', 'minute', 'second', 'millisecond'] as const

const dateFromParts: Named = {
  required: ['year'],
  optional: ['month', 'day', 'hour', 'minute', 'second', 'millisecond', 'timezone'],
  run(values) {
    if (Object.values(values).some(isNullish)) return null
    const numbers = PART_NAMES.map((name) => {
      const value = values[name] ?? (name === 'month' || name === 'day' ? 1 : 0)
      const number = isNumeric(value) ? toNumber(value) : NaN
      if (!Number.isInteger(number))
        throw located(40_515, `'${name}' must evaluate to an integer, found ${typeName(value)}`)
      return number
    })
    const [year = 0] = numbers
    if (year < 1 || year > 9999)
      throw located(40_523, "'year' must evaluate to an integer in the range 1 to 9999")
    return new Date(time.fromLocal(time.utc(...(numbers as [number])), zoneIn(values.timezone)))
  },
}

const dateToParts: Named = {
  required: ['date'],
  optional: ['timezone', 'iso8601'],
  run({ date, timezone, iso8601 }) {
    if (isNullish(date) || timezone === null) return null
    const local = time.toLocal(instantOf(date), zoneIn(timezone))
    const { year, month, day, ...clock } = time.partsOf(local)
    const iso = time.isoWeek(local)
    const calendar =
      iso8601 === true
        ? { isoWeekYear: iso.year, isoWeek: iso.week, isoDayOfWeek: time.isoDayOfWeek(local) }
        : { year, month, day }
    return Object.fromEntries(
      Object.entries({ ...calendar, ...clock }).map(([name, value]) => [name, int(value)]),
    )
  },
}

export const DATE_OPERATORS: Operators = {
  $year: part((local) => int(time.partsOf(local).year)),
  $month: part((local) => int(time.partsOf(local).month)),
  $dayOfMonth: part((local) => int(time.partsOf(local).day)),
  $hour: part((local) => int(time.partsOf(local).hour)),
  $minute: part((local) => int(time.partsOf(local).minute)),
  $second: part((local) => int(time.partsOf(local).second)),
  $millisecond: part((local) => int(time.partsOf(local).millisecond)),
  $dayOfYear: part((local) => int(time.dayOfYear(local))),
  $dayOfWeek: part((local) => int(time.dayOfWeek(local))),
  $isoDayOfWeek: part((local) => new Int32(time.isoDayOfWeek(local))),
  $week: part((local) => int(time.weekOfYear(local))),
  $isoWeek: part((local) => int(time.isoWeek(local).week)),
  $isoWeekYear: part((local) => Long.fromNumber(time.isoWeek(local).year)),
  $dateToString: dateToString,
  $dateFromString: dateFromString,
  $dateFromParts: dateFromParts,
  $dateToParts: dateToParts,
  ...DATE_MATH,
}
