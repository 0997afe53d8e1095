import { Decimal128, Double, Int32, Long } from 'bson'
import {
  addExact,
  decimalOfExact,
  divideExact,
  exactOfDecimal,
  exactOfText,
  multiplyExact,
  type Exact,
} from './decimal.js'
import { numericKind, toNumber, type Numeric } from './values.js'

export type Arithmetic = 'add' | 'subtract' | 'multiply'

/** An `int` when it fits, else a `long`; undefined when it does not fit 64 bits. */
export function wholeOf(value: bigint, atLeast: 'int' | 'long'): Int32 | Long | undefined {
  if (atLeast === 'int' && value >= -0x8000_0000n && value <= 0x7fff_ffffn)
    return new Int32(Number(value))
  if (value < -0x8000_0000_0000_0000n || value > 0x7fff_ffff_ffff_ffffn) return undefined
  return Long.fromBigInt(value)
}

/** The wider of two kinds: int, long, double, decimal. */
function widest(a: Numeric, b: Numeric): 'int' | 'long' | 'double' | 'decimal' {
  const kinds = [numericKind(a), numericKind(b)]
  return (['decimal', 'double', 'long'] as const).find((kind) => kinds.includes(kind)) ?? 'int'
}

/**
 * Exact arithmetic in the wider of the two kinds; an int that overflows becomes a long.
 * Undefined when a long overflows: updates refuse it, expressions go on in double.
 */
export function calculate(kind: Arithmetic, a: Numeric, b: Numeric): Numeric | undefined {
  const wide = widest(a, b)
  if (wide === 'double') return new Double(doubles(kind, toNumber(a), toNumber(b)))
  if (wide === 'decimal') return decimals(kind, a, b)
  const result = wholes(kind, BigInt(a.toString()), BigInt(b.toString()))
  return wholeOf(result, wide)
}

function doubles(kind: Arithmetic, a: number, b: number): number {
  return kind === 'add' ? a + b : kind === 'subtract' ? a - b : a * b
}

function wholes(kind: Arithmetic, a: bigint, b: bigint): bigint {
  return kind === 'add' ? a + b : kind === 'subtract' ? a - b : a * b
}

function decimals(kind: Arithmetic, left: Numeric, right: Numeric): Decimal128 {
  const a = decimalParts(left)
  const b = decimalParts(right)
  if (typeof a === 'number' || typeof b === 'number')
    return limitDecimal(doubles(kind, limitOf(a), limitOf(b)))
  if (kind === 'multiply') return decimalOfExact(multiplyExact(a, b))
  const other = kind === 'subtract' ? { ...b, coefficient: -b.coefficient } : b
  return decimalOfExact(addExact(a, other))
}

/** A number as decimal: doubles are taken to 15 digits, as MongoDB converts them. */
export function decimalParts(value: Numeric): Exact | number {
  if (value instanceof Decimal128) return exactOfDecimal(value)
  if (numericKind(value) !== 'double') return { coefficient: BigInt(value.toString()), exponent: 0 }
  const double = toNumber(value)
  return Number.isFinite(double) ? exactOfText(double.toPrecision(15)) : double
}

function limitOf(value: Exact | number): number {
  if (typeof value === 'number') return value
  return value.coefficient < 0n ? -1 : value.coefficient > 0n ? 1 : 0
}

function limitDecimal(value: number): Decimal128 {
  return Decimal128.fromString(value !== value ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity')
}

/** The number as a Decimal128. */
export function toDecimal(value: Numeric): Decimal128 {
  if (value instanceof Decimal128) return value
  const parts = decimalParts(value)
  return typeof parts === 'number' ? limitDecimal(parts) : decimalOfExact(parts)
}

/** Division is in double unless one side is a decimal; the divisor is not zero. */
export function divide(a: Numeric, b: Numeric): Numeric {
  if (widest(a, b) !== 'decimal') return new Double(toNumber(a) / toNumber(b))
  const left = decimalParts(a)
  const right = decimalParts(b)
  if (typeof left === 'number' || typeof right === 'number')
    return typeof right === 'number' && typeof left !== 'number' && right === right
      ? Decimal128.fromString('0')
      : limitDecimal(limitOf(left) / limitOf(right))
  return decimalOfExact(divideExact(left, right))
}
