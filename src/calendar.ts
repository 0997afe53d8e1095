/** A calendar day, `YYYY-MM-DD`, without a time zone. */
export type Day = string

const formats = new Map<string, Intl.DateTimeFormat>()

const dayFormat = (zone: string) => {
  const known = formats.get(zone)
  if (known) return known
  const format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' })
  formats.set(zone, format)
  return format
}

/** The calendar day on which `instant` falls in `zone` (IANA name). */
export const dayOf = (instant: Date, zone = 'America/Los_Angeles'): Day =>
  dayFormat(zone).format(instant)

/** True for a day that exists: `2023-02-29` and `2023-2-1` do not. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const at = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text)
}

/** `day` moved by whole days; negative goes back. */
export function addDays(day: Day, days: number): Day {
  const at = new Date(`${day}T00:00:00Z`)
  at.setUTCDate(at.getUTCDate() + days)
  return at.toISOString().slice(0, 10)
}

/** Whole days from `from` to `to`; negative when `to` is earlier. */
export const daysBetween = (from: Day, to: Day): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000)

/** `day` moved by whole months; a day the month does not have becomes its last: 31 August + 6 is 28 February. */
export function addMonths(day: Day, months: number): Day {
  const first = new Date(`${day.slice(0, 7)}-01T00:00:00Z`)
  first.setUTCMonth(first.getUTCMonth() + months)
  const next = new Date(first)
  next.setUTCMonth(next.getUTCMonth() + 1, 0)
  const date = Math.min(Number(day.slice(8)), next.getUTCDate())
  return `${first.toISOString().slice(0, 8)}${String(date).padStart(2, '0')}`
}

/** 0 is Sunday. */
const weekday = (day: Day): number => new Date(`${day}T00:00:00Z`).getUTCDay()

const isBusinessDay = (day: Day): boolean => weekday(day) !== 0 && weekday(day) !== 6

/** Mondays to Fridays after `from` up to and with `to`; 0 when `to` is not later. Holidays count as any other day. */
export function businessDaysBetween(from: Day, to: Day): number {
  const days = daysBetween(from, to)
  if (days <= 0) return 0
  const weeks = Math.floor(days / 7)
  let count = weeks * 5
  for (let day = addDays(from, weeks * 7 + 1); day <= to; day = addDays(day, 1))
    if (isBusinessDay(day)) count += 1
  return count
}

/** The first day on which so many business days have passed since `from`. */
export function addBusinessDays(from: Day, count: number): Day {
  let day = from
  for (let left = count; left > 0;) {
    day = addDays(day, 1)
    if (isBusinessDay(day)) left -= 1
  }
  return day
}
