import { Decimal128, Double, Int32, Long, Timestamp } from 'bson'
import { notSupported } from './error.js'

export type Numeric = number | Int32 | Double | Long | Decimal128
type Kind = 'int' | 'long' | 'double' | 'decimal'

export function isNumeric(value: unknown): value is Numeric {
  return (
    typeof value === 'number' ||
    value instanceof Int32 ||
    value instanceof Double ||
    (value instanceof Long && !(value instanceof Timestamp)) ||
    value instanceof Decimal128
  )
}

/** The stored kind of a number; a bare one is what the bson serializer would write: an int when it fits. */
export function numericKind(value: Numeric): Kind {
  if (value instanceof Int32) return 'int'
  if (value instanceof Double) return 'double'
  if (value instanceof Long) return 'long'
  if (value instanceof Decimal128) return 'decimal'
  return value === (value | 0) && !Object.is(value, -0) ? 'int' : 'double'
}

/** The nearest double; for limits, sizes and other places where MongoDB itself takes a double. */
export function toNumber(value: Numeric): number {
  if (typeof value === 'number') return value
  if (value instanceof Int32 || value instanceof Double) return value.value
  return Number(value.toString())
}

/** The whole number in a value that is one; undefined for fractions, huge numbers and whatever is no number. */
export function wholeNumber(value: unknown): number | undefined {
  const number = isNumeric(value) ? toNumber(value) : NaN
  return Number.isSafeInteger(number) ? number : undefined
}

/** Coefficient times ten to the exponent. */
export interface Exact {
  readonly coefficient: bigint
  readonly exponent: number
}

/** The number as a double where that is exact (NaN and the infinities too), else its digits. */
export function exactNumber(value: Numeric): number | Exact {
  if (typeof value === 'number') return value
  if (value instanceof Int32 || value instanceof Double) return value.value
  if (value instanceof Long && value.high >= -0x20_0000 && value.high < 0x20_0000)
    return value.toNumber()
  const text = value.toString()
  const match = /^(-?\d*)\.?(\d*)(?:E([+-]?\d+))?$/i.exec(text)
  if (!match) return Number(text)
  const [, whole = '', fraction = '', power = '0'] = match
  return { coefficient: BigInt(whole + fraction), exponent: Number(power) - fraction.length }
}

/** A double is a whole number of halvings, so it always has an exact decimal form. */
function exactOfDouble(value: number): Exact {
  let exponent = 0
  let scaled = value
  for (; !Number.isInteger(scaled); exponent -= 1) scaled *= 2
  return { coefficient: BigInt(scaled) * 5n ** BigInt(-exponent), exponent }
}

/** Below, equal or above zero as the exact number is to the finite double. */
export function compareWithDouble(value: Exact, double: number): number {
  const other = exactOfDouble(double)
  const low = Math.min(value.exponent, other.exponent)
  const left = value.coefficient * 10n ** BigInt(value.exponent - low)
  const right = other.coefficient * 10n ** BigInt(other.exponent - low)
  return left < right ? -1 : Number(left > right)
}

/** What stands before the point of a finite number. */
export function wholePart(value: Numeric): bigint | undefined {
  const exact = exactNumber(value)
  if (typeof exact === 'number')
    return Number.isFinite(exact) ? BigInt(Math.trunc(exact)) : undefined
  const scale = 10n ** BigInt(Math.abs(exact.exponent))
  return exact.exponent < 0 ? exact.coefficient / scale : exact.coefficient * scale
}

/** An `int` when it fits, else a `long`; undefined when it does not fit 64 bits. */
function wholeOf(value: bigint, kind: Kind): Int32 | Long | undefined {
  if (kind === 'int' && value === BigInt.asIntN(32, value)) return new Int32(Number(value))
  return value === BigInt.asIntN(64, value) ? Long.fromBigInt(value) : undefined
}

/** Decimals are kept, compared and indexed exactly, but not computed with (115). */
export function refuseDecimals(...values: readonly Numeric[]): void {
  if (values.some((value) => value instanceof Decimal128))
    throw notSupported('arithmetic with decimals')
}

const ARITHMETIC = {
  add: [(a: number, b: number) => a + b, (a: bigint, b: bigint) => a + b],
  subtract: [(a: number, b: number) => a - b, (a: bigint, b: bigint) => a - b],
  multiply: [(a: number, b: number) => a * b, (a: bigint, b: bigint) => a * b],
} as const

/**
 * Exact arithmetic in the wider of the two kinds; an int that overflows becomes a long.
 * Undefined when a long overflows: updates refuse it, expressions go on in double.
 */
export function calculate(
  operation: keyof typeof ARITHMETIC,
  a: Numeric,
  b: Numeric,
): Numeric | undefined {
  refuseDecimals(a, b)
  const kinds = [numericKind(a), numericKind(b)]
  const [doubles, wholes] = ARITHMETIC[operation]
  if (kinds.includes('double')) return new Double(doubles(toNumber(a), toNumber(b)))
  const kind = kinds.includes('long') ? 'long' : 'int'
  return wholeOf(wholes(BigInt(a.toString()), BigInt(b.toString())), kind)
}

/**
 * A sum as MongoDB keeps it: whole numbers exactly, doubles with the rounding error carried along
 * (so 0.1 + 0.2 + 0.3 is 0.6); the result has the widest kind that was added.
 */
export class Sum {
  #whole = 0
  #large = 0n
  #double = 0
  #error = 0
  #limit = 0
  #kind: Kind = 'int'

  add(value: Numeric): void {
    refuseDecimals(value)
    const kind = numericKind(value)
    if (kind === 'double') {
      this.#kind = 'double'
      this.#addDouble(toNumber(value))
      return
    }
    if (this.#kind === 'int') this.#kind = kind
    const next = this.#whole + toNumber(value)
    if (kind === 'int' && Number.isSafeInteger(next)) this.#whole = next
    else this.#large += BigInt(value.toString())
  }

  #addDouble(value: number): void {
    if (!Number.isFinite(value)) {
      this.#limit += value
      return
    }
    const next = this.#double + value
    const part = next - this.#double
    this.#error += this.#double - (next - part) + (value - part)
    this.#double = next
  }

  /** A whole sum that does not fit 64 bits goes on as a double. */
  result(): Numeric {
    if (this.#limit !== 0) return new Double(this.#limit)
    const whole = this.#large + BigInt(this.#whole)
    if (this.#kind !== 'double') return wholeOf(whole, this.#kind) ?? new Double(Number(whole))
    if (whole !== 0n) this.#addDouble(Number(whole))
    const total = this.#double + this.#error
    return new Double(Number.isNaN(total) ? this.#double : total)
  }
}
