import { Long } from 'bson'
import { located } from './error.js'
import { toDate } from './expression-type.js'
import { typeName } from './match-operators.js'
import { isNullish, type Named, type Operators } from './operator.js'
import * as time from './time.js'
import { isNumeric, toNumber } from './values.js'

const { DAY, HOUR } = time
const UTC = time.zoneOf('UTC')

export type Zone = ReturnType<typeof time.zoneOf>

/** The zone of an optional `timezone` argument; UTC without one. */
export const zoneIn = (value: unknown) => (value === undefined ? UTC : time.zoneOf(value))

/** Milliseconds of a date, timestamp or ObjectId; strings and numbers are refused. */
export function instantOf(value: unknown): number {
  if (typeof value === 'string' || isNumeric(value) || typeof value === 'boolean')
    throw located(16_006, `can't convert from BSON type ${typeName(value)} to Date`)
  return toDate(value).getTime()
}

const MONTHS_IN: Record<string, number> = { year: 12, quarter: 3, month: 1 }
const LENGTHS: Record<string, number> = {
  week: 7 * DAY,
  day: DAY,
  hour: HOUR,
  minute: 60_000,
  second: 1000,
  millisecond: 1,
}
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

function unitOf(name: string, value: unknown): string {
  if (typeof value === 'string' && (value in MONTHS_IN || value in LENGTHS)) return value
  throw located(5_439_013, `${name} requires 'unit' to be a time unit, found ${String(value)}`)
}

function weekStart(name: string, value: unknown): number {
  if (value === undefined) return 0
  const text = typeof value === 'string' ? value.toLowerCase() : ''
  const index = WEEKDAYS.findIndex(
    (day) => text === day || (text.startsWith(day) && text.endsWith('day')),
  )
  if (index < 0) throw located(5_439_015, `${name} requires 'startOfWeek' to be a day of the week`)
  return index
}

function wholeAmount(name: string, code: number, value: unknown): number {
  const number = isNumeric(value) ? toNumber(value) : NaN
  if (!Number.isSafeInteger(number)) throw located(code, `${name} expects an integer amount`)
  return number
}

const floorTo = (value: number, size: number, from: number) =>
  from + Math.floor((value - from) / size) * size

const dateTrunc: Named = {
  required: ['date', 'unit'],
  optional: ['binSize', 'timezone', 'startOfWeek'],
  run({ date, unit, binSize = 1, timezone, startOfWeek }) {
    if ([date, unit, binSize].some(isNullish) || timezone === null) return null
    const name = unitOf('$dateTrunc', unit)
    const size = wholeAmount('$dateTrunc', 5_439_017, binSize)
    if (size <= 0) throw located(5_439_018, "$dateTrunc requires 'binSize' to be greater than 0")
    const zone = zoneIn(timezone)
    const instant = instantOf(date)
    const start = time.utc(2000)
    const months = MONTHS_IN[name]
    const local = time.toLocal(instant, zone)
    if (months) {
      const { year, month } = time.partsOf(local)
      const bin = floorTo((year - 2000) * 12 + month - 1, months * size, 0)
      return new Date(time.fromLocal(time.utc(2000, bin + 1), zone))
    }
    const length = (LENGTHS[name] ?? 1) * size
    if (name === 'day') return new Date(time.fromLocal(floorTo(local, length, start), zone))
    if (name === 'week') {
      const first = start + ((weekStart('$dateTrunc', startOfWeek) + 1) % 7) * DAY
      return new Date(time.fromLocal(floorTo(local, length, first), zone))
    }
    return new Date(floorTo(instant, length, time.fromLocal(start, zone)))
  },
}

function addTo(instant: number, unit: string, amount: number, zone: Zone): Date {
  const months = MONTHS_IN[unit]
  if (!months && unit !== 'week' && unit !== 'day')
    return checkedDate(instant + amount * (LENGTHS[unit] ?? 1))
  const local = time.toLocal(instant, zone)
  if (!months) return checkedDate(time.fromLocal(local + amount * (LENGTHS[unit] ?? DAY), zone))
  const { year, month, day } = time.partsOf(local)
  const target = month + amount * months
  const last = time.partsOf(time.utc(year, target + 1, 0)).day
  const moved = time.utc(year, target, Math.min(day, last)) + (local - floorTo(local, DAY, 0))
  return checkedDate(time.fromLocal(moved, zone))
}

function checkedDate(instant: number): Date {
  const date = new Date(instant)
  if (Number.isNaN(date.getTime())) throw located(5_166_406, 'the resulting date is out of range')
  return date
}

function dateAdd(name: string, sign: 1 | -1): Named {
  return {
    required: ['startDate', 'unit', 'amount'],
    optional: ['timezone'],
    run({ startDate, unit, amount, timezone }) {
      if ([startDate, unit, amount].some(isNullish) || timezone === null) return null
      const count = wholeAmount(name, 5_166_405, amount)
      return addTo(instantOf(startDate), unitOf(name, unit), sign * count, zoneIn(timezone))
    },
  }
}

const dateDiff: Named = {
  required: ['startDate', 'endDate', 'unit'],
  optional: ['timezone', 'startOfWeek'],
  run({ startDate, endDate, unit, timezone, startOfWeek }) {
    if ([startDate, endDate, unit].some(isNullish) || timezone === null) return null
    const name = unitOf('$dateDiff', unit)
    const zone = zoneIn(timezone)
    const [from, to] = [instantOf(startDate), instantOf(endDate)]
    const [start, end] = [time.toLocal(from, zone), time.toLocal(to, zone)]
    const months = MONTHS_IN[name]
    if (months) {
      const count = (local: number) => {
        const { year, month } = time.partsOf(local)
        return Math.floor((year * 12 + month - 1) / months)
      }
      return Long.fromNumber(count(end) - count(start))
    }
    const length = LENGTHS[name] ?? 1
    if (name === 'day') return Long.fromNumber(Math.floor(end / DAY) - Math.floor(start / DAY))
    if (name === 'week') {
      const shift = ((weekStart('$dateDiff', startOfWeek) + 3) % 7) * DAY
      return Long.fromNumber(
        Math.floor((end - shift) / length) - Math.floor((start - shift) / length),
      )
    }
    const offset = zone(from)
    return Long.fromNumber(
      Math.floor((to + offset) / length) - Math.floor((from + offset) / length),
    )
  },
}

export const DATE_MATH: Operators = {
  $dateTrunc: dateTrunc,
  $dateAdd: dateAdd('$dateAdd', 1),
  $dateSubtract: dateAdd('$dateSubtract', -1),
  $dateDiff: dateDiff,
}
