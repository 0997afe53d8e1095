import { Decimal128 } from 'bson'

/** An exact finite decimal: coefficient times ten to the exponent. */
export interface Exact {
  readonly coefficient: bigint
  readonly exponent: number
}

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
