import { located } from './error.js'
import { int, isNullish, type Operators } from './operator.js'
import { typeName } from './match-operators.js'
import { isNumeric, numericKind, RANK, rankOf, textOf, toNumber } from './values.js'

/** A string from what MongoDB's older string operators accept: strings, numbers, dates, null. */
function coerced(name: string, value: unknown): string {
  if (isNullish(value)) return ''
  if (rankOf(value) === RANK.string) return textOf(value)
  if (value instanceof Date) return value.toISOString()
  if (!isNumeric(value))
    throw located(16_007, `can't convert from BSON type ${typeName(value)} to String (${name})`)
  if (numericKind(value) !== 'double') return value.toString()
  return String(toNumber(value)).replace('Infinity', 'inf')
}

function text(code: number, name: string, value: unknown): string {
  if (rankOf(value) !== RANK.string)
    throw located(
      code,
      `${name} requires a string argument, found: ${value === undefined ? 'missing' : typeName(value)}`,
    )
  return textOf(value)
}

function concat(...values: unknown[]): string | null {
  if (values.some(isNullish)) return null
  return values.map((value) => text(16_702, '$concat', value)).join('')
}

function whole(code: number, name: string, value: unknown): number {
  const number = isNumeric(value) ? toNumber(value) : NaN
  if (!Number.isInteger(number))
    throw located(code, `${name} requires an integral value, found ${typeName(value)}`)
  return number
}

/** Code points, not UTF-16 units: what MongoDB counts as characters. */
const pointsOf = (value: string) => Array.from(value)

function substring(value: unknown, from: unknown, count: unknown): string {
  const points = pointsOf(coerced('$substrCP', value))
  const start = whole(34_450, '$substrCP', from)
  const length = whole(34_452, '$substrCP', count)
  if (start < 0)
    throw located(34_455, '$substrCP: the starting index must be a non-negative integer.')
  if (length < 0) throw located(34_454, '$substrCP: length must be a non-negative integer.')
  return points.slice(start, start + length).join('')
}

function split(value: unknown, delimiter: unknown): unknown {
  if (isNullish(value) || isNullish(delimiter)) return null
  const by = text(40_086, '$split', delimiter)
  if (by === '') throw located(40_087, '$split requires a non-empty separator')
  return text(40_085, '$split', value).split(by)
}

export const TEXT_OPERATORS: Operators = {
  $concat: [0, Infinity, concat],
  $toLower: [
    1,
    1,
    (value) => coerced('$toLower', value).replace(/[A-Z]+/g, (part) => part.toLowerCase()),
  ],
  $toUpper: [
    1,
    1,
    (value) => coerced('$toUpper', value).replace(/[a-z]+/g, (part) => part.toUpperCase()),
  ],
  $strLenCP: [1, 1, (value) => int(pointsOf(text(34_471, '$strLenCP', value)).length)],
  $substrCP: [3, 3, substring],
  $split: [2, 2, split],
}
