import { Decimal128, Double, Int32, Long } from 'bson'
import { notSupported } from './error.js'
import { isNumeric, toNumber, typeName, type Numeric } from './values.js'

/** Coefficient times ten to the exponent. */
export interface Exact {
  readonly coefficient: bigint
  readonly exponent: number
}

/** The number as a double where that is exact (NaN and the infinities too), else its digits. */
export function exactNumber(value: Numeric): number | Exact {
  if (!(value instanceof Decimal128)) {
    const double = toNumber(value)
    if (!(value instanceof Long) || Number.isSafeInteger(double)) return double
  }
  const text = value.toString()
  const match = /^(-?\d*)\.?(\d*)(?:E([+-]?\d+))?$/i.exec(text)
  if (!match) return Number(text)
  const [, whole = '', fraction = '', power = '0'] = match
  return { coefficient: BigInt(whole + fraction), exponent: Number(power) - fraction.length }
}

/** Below, equal or above zero as the exact number is to the double; one is a whole number of halvings, so it has digits too. */
export function compareWithDouble(value: Exact, double: number): number {
  if (!Number.isFinite(double)) return -double
  let halvings = 0
  for (; !Number.isInteger(double); halvings += 1) double *= 2
  const low = Math.min(value.exponent, -halvings)
  const left = value.coefficient * 10n ** BigInt(value.exponent - low)
  const right = BigInt(double) * 5n ** BigInt(halvings) * 10n ** BigInt(-halvings - low)
  return left < right ? -1 : Number(left > right)
}

/** What stands before the point of a finite number; undefined for anything else. */
export function wholePart(value: unknown): bigint | undefined {
  const exact = isNumeric(value) ? exactNumber(value) : NaN
  if (typeof exact === 'number')
    return Number.isFinite(exact) ? BigInt(Math.trunc(exact)) : undefined
  const scale = 10n ** BigInt(Math.abs(exact.exponent))
  return exact.exponent < 0 ? exact.coefficient / scale : exact.coefficient * scale
}
const bigOf = (value: Numeric) => wholePart(value) ?? 0n

/** An `int` when it is of ints and fits, else a `long`; undefined when it does not fit 64 bits. */
function wholeOf(value: bigint, isInt: boolean): Int32 | Long | undefined {
  if (isInt && value === BigInt.asIntN(32, value)) return new Int32(Number(value))
  return value === BigInt.asIntN(64, value) ? Long.fromBigInt(value) : undefined
}

const OPERATIONS = {
  add: { double: (a: number, b: number) => a + b, whole: (a: bigint, b: bigint) => a + b },
  multiply: { double: (a: number, b: number) => a * b, whole: (a: bigint, b: bigint) => a * b },
}

/** Decimals are kept, compared and indexed exactly, but not computed with (115). */
function refuseDecimal(kind: string): void {
  if (kind === 'decimal') throw notSupported('arithmetic with decimals')
}

/** Exact arithmetic in the wider of the two kinds; an int that overflows becomes a long, undefined when a long does. */
export function calculate(
  operation: keyof typeof OPERATIONS,
  a: Numeric,
  b: Numeric,
): Numeric | undefined {
  const { double, whole } = OPERATIONS[operation]
  const kinds = [typeName(a), typeName(b)]
  kinds.forEach(refuseDecimal)
  if (kinds.includes('double')) return new Double(double(toNumber(a), toNumber(b)))
  return wholeOf(whole(bigOf(a), bigOf(b)), !kinds.includes('long'))
}

/**
 * A sum as MongoDB keeps it: whole numbers exactly, doubles with the rounding error carried along
 * (so 0.1 + 0.2 + 0.3 is 0.6); the result has the widest kind that was added.
 */
export class Sum {
  #kind = 'int'
  #whole = 0n
  #double = 0
  #error = 0

  /** What is no number is passed over. */
  add(value: unknown): void {
    if (!isNumeric(value)) return
    const kind = typeName(value)
    refuseDecimal(kind)
    if (this.#kind !== 'double' && kind !== 'int') this.#kind = kind
    if (kind === 'double') this.#addDouble(toNumber(value))
    else this.#whole += bigOf(value)
  }

  #addDouble(value: number): void {
    const next = this.#double + value
    const part = next - this.#double
    this.#error += this.#double - (next - part) + (value - part)
    this.#double = next
  }

  /** A whole sum that does not fit 64 bits goes on as a double. */
  result(): Numeric {
    const whole = this.#kind === 'double' ? undefined : wholeOf(this.#whole, this.#kind === 'int')
    if (whole) return whole
    this.#addDouble(Number(this.#whole))
    this.#whole = 0n
    const total = this.#double + this.#error
    return new Double(Number.isNaN(total) ? this.#double : total)
  }
}
