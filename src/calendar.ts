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
