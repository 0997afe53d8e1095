/** When a badge counts. A JWT may say so a second time (`nbf`, `exp`, seconds since 1970); the narrower one rules. */
import type { BadgeContent } from './badge-content.js'
import type { Check } from './verification.js'

export interface TokenTimes {
  readonly nbf?: unknown
  readonly exp?: unknown
}

/** Clocks differ: so much may a badge be signed ahead of ours. */
const leeway = 5 * 60_000

const ofText = (text: string | undefined) => (text === undefined ? [] : [Date.parse(text)])

const ofSeconds = (value: unknown) =>
  value === undefined ? [] : [typeof value === 'number' ? value * 1000 : NaN]

const isReadable = (times: readonly number[]) =>
  times.every((time) => Math.abs(time) <= 8_640_000_000_000_000)

const dayIn = (time: number) => new Date(time).toISOString().slice(0, 10)

/** Since when, and until when: the two checks of a badge's dates. */
export function checkValidity(
  { validFrom, validUntil }: Pick<BadgeContent, 'validFrom' | 'validUntil'>,
  { nbf, exp }: TokenTimes,
  now: Date,
): Check[] {
  return [
    fromCheck([...ofText(validFrom), ...ofSeconds(nbf)], now.getTime()),
    untilCheck([...ofText(validUntil), ...ofSeconds(exp)], now.getTime()),
  ]
}

function fromCheck(times: readonly number[], now: number): Check {
  const name = 'validFrom'
  if (times.length === 0) return { name, outcome: 'fail', why: 'missing' }
  if (!isReadable(times)) return { name, outcome: 'fail', why: 'unreadable' }
  const from = Math.max(...times)
  const params = { on: dayIn(from) }
  return from > now + leeway
    ? { name, outcome: 'fail', why: 'notYet', params }
    : { name, outcome: 'pass', why: 'since', params }
}

function untilCheck(times: readonly number[], now: number): Check {
  const name = 'validUntil'
  if (times.length === 0) return { name, outcome: 'pass', why: 'noEnd' }
  if (!isReadable(times)) return { name, outcome: 'fail', why: 'unreadable' }
  const until = Math.min(...times)
  const params = { on: dayIn(until) }
  return until <= now
    ? { name, outcome: 'fail', why: 'expired', params }
    : { name, outcome: 'pass', why: 'until', params }
}
