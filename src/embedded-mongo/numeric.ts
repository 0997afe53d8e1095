import { Decimal128, Double, Int32, Long, Timestamp } from 'bson'
import { compareExact, exactOfDecimal, exactOfDouble, type Exact } from './decimal.js'

export type Numeric = number | bigint | Int32 | Double | Long | Decimal128

export function isNumeric(value: unknown): value is Numeric {
  return (
    typeof value === 'number' ||
    value instanceof Int32 ||
    value instanceof Double ||
    (value instanceof Long && !(value instanceof Timestamp)) ||
    value instanceof Decimal128 ||
    typeof value === 'bigint'
  )
}

/** `int`, `long`, `double` or `decimal`: MongoDB's name for the stored kind of a number. */
export function numericKind(value: Numeric): 'int' | 'long' | 'double' | 'decimal' {
  if (value instanceof Int32) return 'int'
  if (value instanceof Double) return 'double'
  if (value instanceof Long || typeof value === 'bigint') return 'long'
  if (value instanceof Decimal128) return 'decimal'
  return Number.isInteger(value) && value === (value | 0) && !Object.is(value, -0)
    ? 'int'
    : 'double'
}

/** A number as JavaScript can hold it exactly: a double, a big integer or an exact decimal. */
export function exactNumber(value: Numeric): number | bigint | Exact {
  if (typeof value === 'number' || typeof value === 'bigint') return value
  if (value instanceof Int32 || value instanceof Double) return value.value
  if (value instanceof Decimal128) return exactOfDecimal(value)
  const high = value.high
  return high >= -0x20_0000 && high < 0x20_0000
    ? high * 0x1_0000_0000 + (value.low >>> 0)
    : value.toBigInt()
}

/** The nearest double; for limits, sizes and other places where MongoDB itself takes a double. */
export function toNumber(value: Numeric): number {
  if (typeof value === 'number') return value
  if (value instanceof Int32 || value instanceof Double) return value.value
  if (value instanceof Decimal128) return Number(value.toString())
  return Number(typeof value === 'bigint' ? value : value.toBigInt())
}

function asExact(value: number | bigint | Exact): Exact {
  if (typeof value === 'number') return exactOfDouble(value)
  return typeof value === 'bigint' ? { coefficient: value, exponent: 0 } : value
}

/** Exact across kinds; NaN equals itself and sorts before every other number. */
export function compareNumbers(left: Numeric, right: Numeric): number {
  const a = exactNumber(left)
  const b = exactNumber(right)
  if (typeof a === 'object' || typeof b === 'object') {
    const limit = compareLimits(a, b)
    return limit ?? compareExact(asExact(a), asExact(b))
  }
  if (a < b) return -1
  if (a > b) return 1
  if (a == b) return 0
  return (a !== a ? 0 : 1) - (b !== b ? 0 : 1)
}

function compareLimits(a: number | bigint | Exact, b: number | bigint | Exact): number | undefined {
  const limitA = typeof a === 'number' && !Number.isFinite(a) ? a : 0
  const limitB = typeof b === 'number' && !Number.isFinite(b) ? b : 0
  if (limitA === 0 && limitB === 0) return undefined
  if (limitA !== limitA) return limitB !== limitB ? 0 : -1
  if (limitB !== limitB) return 1
  return limitA < limitB ? -1 : limitA > limitB ? 1 : 0
}
