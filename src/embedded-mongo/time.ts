import { CommandError, located } from './error.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const SPAN = 4 * DAY

export interface DateParts {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly millisecond: number
}

/** Difference of local time from UTC, in milliseconds, at an instant. */
type Offset = (instant: number) => number

const zones = new Map<string, Offset>()

/** Reads `Europe/Berlin`, `UTC`, `+02:00`, `-0330` or `+05`; anything else is refused with 40485. */
export function zoneOf(name: unknown): Offset {
  if (typeof name !== 'string') throw located(40_517, 'timezone must evaluate to a string')
  const known = zones.get(name)
  if (known) return known
  const zone = fixedZone(name) ?? namedZone(name)
  if (zones.size < 1000) zones.set(name, zone)
  return zone
}

function fixedZone(name: string): Offset | undefined {
  if (name === 'UTC' || name === 'GMT' || name === 'Z') return () => 0
  const match = /^([+-])(\d\d):?(\d\d)?$/.exec(name)
  if (!match) return undefined
  const [, sign, hours, minutes = '0'] = match
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000
  return () => (sign === '-' ? -offset : offset)
}

/** Offsets are measured at both ends of a few days, and within only when the clocks change there. */
function namedZone(name: string): Offset {
  const format = zoneFormat(name)
  const edges = new Map<number, number>()
  const edge = (at: number) => {
    const known = edges.get(at)
    if (known !== undefined) return known
    const offset = measure(format, at * SPAN)
    if (edges.size < 10_000) edges.set(at, offset)
    return offset
  }
  return (instant) => {
    const at = Math.floor(instant / SPAN)
    const offset = edge(at)
    return offset === edge(at + 1) ? offset : measure(format, instant)
  }
}

function zoneFormat(name: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'iso8601',
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch {
    throw located(40_485, `unrecognized time zone identifier: "${name}"`)
  }
}

function measure(format: Intl.DateTimeFormat, instant: number): number {
  const parts: Record<string, string> = {}
  for (const { type, value } of format.formatToParts(instant)) parts[type] = value
  const year = parts.era === 'BC' || parts.era === 'B' ? 1 - Number(parts.year) : Number(parts.year)
  const local = utc(
    year,
    Number(parts.month),
    Number(parts.day),
    Number(parts.hour),
    Number(parts.minute),
    Number(parts.second),
  )
  return local - Math.floor(instant / 1000) * 1000
}

/** Milliseconds of a calendar time; months and the rest may run over, years below 100 are meant. */
export function utc(year: number, month = 1, day = 1, hour = 0, minute = 0, second = 0, milli = 0) {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  date.setUTCHours(hour, minute, second, milli)
  return date.getTime()
}

/** Local wall time as if it were UTC. */
export function toLocal(instant: number, zone: Offset): number {
  return instant + zone(instant)
}

/** The instant of a wall time: the earlier one when it happens twice, moved on when it is skipped. */
export function fromLocal(local: number, zone: Offset): number {
  const before = zone(local - DAY)
  const after = zone(local + DAY)
  if (zone(local - before) === before) return local - before
  return zone(local - after) === after ? local - after : local - before
}

export function partsOf(local: number): DateParts {
  const date = new Date(local)
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    millisecond: date.getUTCMilliseconds(),
  }
}

export function dayOfYear(local: number): number {
  return Math.floor((local - utc(partsOf(local).year)) / DAY) + 1
}

/** 1 is Sunday, 7 Saturday. */
export function dayOfWeek(local: number): number {
  return new Date(local).getUTCDay() + 1
}

/** 1 is Monday, 7 Sunday. */
export function isoDayOfWeek(local: number): number {
  return ((dayOfWeek(local) + 5) % 7) + 1
}

/** Weeks begin on Sunday; days before the year's first Sunday are in week 0. */
export function weekOfYear(local: number): number {
  return Math.floor((dayOfYear(local) + 7 - dayOfWeek(local)) / 7)
}

/** ISO 8601: a week belongs to the year its Thursday is in. */
export function isoWeek(local: number): { year: number; week: number } {
  const thursday = local + (4 - isoDayOfWeek(local)) * DAY
  return { year: partsOf(thursday).year, week: Math.floor((dayOfYear(thursday) - 1) / 7) + 1 }
}

const ISO =
  /^(\d{4})-(\d\d?)-(\d\d?)(?:[T ](\d\d?):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d|[+-]\d\d)?$/

/** Reads an ISO 8601 date or time; a zone in the text wins over the one given. */
export function parseIsoDate(text: string, zone: Offset | undefined): Date {
  const match = ISO.exec(text.trim())
  const numbers = match?.slice(1, 7).map((part: string | undefined) => Number(part ?? 0)) ?? []
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = numbers
  const milli = Math.trunc(Number(`0.${match?.[7] ?? '0'}`) * 1000)
  const local = utc(year, month, day, hour, minute, second, milli)
  const parts = partsOf(local)
  if (
    !match ||
    parts.month !== month ||
    parts.day !== day ||
    hour > 23 ||
    minute > 59 ||
    second > 59
  )
    throw new CommandError(241, 'ConversionFailure', `Error parsing date string '${text}'`)
  const own = match[8]
  if (own && zone)
    throw new CommandError(
      241,
      'ConversionFailure',
      `you cannot pass in a date/time string with time zone information ('${own}') together with a timezone argument`,
    )
  return new Date(fromLocal(local, own ? zoneOf(own) : (zone ?? (() => 0))))
}

export { DAY, HOUR }
