import { Decimal128 } from 'bson'
import { located } from './error.js'

/** An exact finite decimal: coefficient times ten to the exponent. */
export interface Exact {
  readonly coefficient: bigint
  readonly exponent: number
}

const DIGITS = 34
const LARGEST_EXPONENT = 6111
const SMALLEST_EXPONENT = -6176

/** Reads a Decimal128; NaN and the infinities come back as JavaScript numbers. */
export function exactOfDecimal(value: Decimal128): Exact | number {
  return exactOfText(value.toString())
}

export function exactOfText(text: string): Exact | number {
  const match = /^(-?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text.trim())
  if (!match) return /nan/i.test(text) ? NaN : text.startsWith('-') ? -Infinity : Infinity
  const [, sign = '', whole = '', fraction = '', power = '0'] = match
  const coefficient = BigInt(whole + fraction || '0')
  return {
    coefficient: sign ? -coefficient : coefficient,
    exponent: Number(power) - fraction.length,
  }
}

/** A double is a whole number of halvings, so it always has an exact decimal form. */
export function exactOfDouble(value: number): Exact {
  let exponent = 0
  let scaled = value
  while (!Number.isInteger(scaled)) {
    scaled *= 2
    exponent -= 1
  }
  return { coefficient: BigInt(scaled) * 5n ** BigInt(-exponent), exponent }
}

export function compareExact(a: Exact, b: Exact): number {
  const signA = a.coefficient < 0n ? -1 : a.coefficient > 0n ? 1 : 0
  const signB = b.coefficient < 0n ? -1 : b.coefficient > 0n ? 1 : 0
  if (signA !== signB || signA === 0) return signA - signB
  const sizeA = magnitude(a)
  const sizeB = magnitude(b)
  if (sizeA !== sizeB) return sizeA < sizeB ? -signA : signA
  const low = Math.min(a.exponent, b.exponent)
  const left = a.coefficient * 10n ** BigInt(a.exponent - low)
  const right = b.coefficient * 10n ** BigInt(b.exponent - low)
  return left < right ? -1 : left > right ? 1 : 0
}

function magnitude(value: Exact): number {
  const { coefficient } = value
  return (coefficient < 0n ? -coefficient : coefficient).toString().length + value.exponent
}

export function addExact(a: Exact, b: Exact): Exact {
  const exponent = Math.min(a.exponent, b.exponent)
  return {
    coefficient:
      a.coefficient * 10n ** BigInt(a.exponent - exponent) +
      b.coefficient * 10n ** BigInt(b.exponent - exponent),
    exponent,
  }
}

export function multiplyExact(a: Exact, b: Exact): Exact {
  return { coefficient: a.coefficient * b.coefficient, exponent: a.exponent + b.exponent }
}

/** Quotient to 34 digits, rounded half to even as IEEE 754 decimal128 does; `b` is not zero. */
export function divideExact(a: Exact, b: Exact): Exact {
  const ideal = a.exponent - b.exponent
  if (a.coefficient === 0n) return { coefficient: 0n, exponent: ideal }
  const shift = Math.max(0, DIGITS + 2 + lengthOf(b.coefficient) - lengthOf(a.coefficient))
  const numerator = a.coefficient * 10n ** BigInt(shift)
  let coefficient = numerator / b.coefficient
  let exponent = ideal - shift
  if (coefficient * b.coefficient !== numerator) {
    coefficient = coefficient * 10n + (coefficient < 0n !== b.coefficient < 0n ? 1n : 1n)
    exponent -= 1
    return { coefficient, exponent }
  }
  while (exponent < ideal && coefficient % 10n === 0n) {
    coefficient /= 10n
    exponent += 1
  }
  return { coefficient, exponent }
}

function lengthOf(value: bigint): number {
  return (value < 0n ? -value : value).toString().length
}

/** Rounds to a number of decimal places, half to even (or towards zero when `truncate`). */
export function roundExact(value: Exact, exponent: number, truncate = false): Exact {
  const drop = exponent - value.exponent
  if (drop <= 0) return value
  const unit = 10n ** BigInt(drop)
  let quotient = value.coefficient / unit
  const rest = value.coefficient - quotient * unit
  const twice = (rest < 0n ? -rest : rest) * 2n
  if (!truncate && (twice > unit || (twice === unit && quotient % 2n !== 0n)))
    quotient += value.coefficient < 0n ? -1n : 1n
  return { coefficient: quotient, exponent }
}

/** The Decimal128 of an exact value, rounded to 34 digits; out of range is refused, never bent. */
export function decimalOfExact(value: Exact): Decimal128 {
  let { coefficient, exponent } = value
  const over = lengthOf(coefficient) - DIGITS
  if (over > 0) ({ coefficient, exponent } = roundExact(value, exponent + over))
  if (coefficient === 0n)
    exponent = Math.max(SMALLEST_EXPONENT, Math.min(LARGEST_EXPONENT, exponent))
  while (exponent > LARGEST_EXPONENT && lengthOf(coefficient) < DIGITS) {
    coefficient *= 10n
    exponent -= 1
  }
  if (exponent > LARGEST_EXPONENT || exponent < SMALLEST_EXPONENT)
    throw located(28_806, 'a decimal result is outside the range of Decimal128')
  return Decimal128.fromString(`${coefficient}E${exponent < 0 ? '' : '+'}${exponent}`)
}
