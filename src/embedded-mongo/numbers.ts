import { Decimal128, Double, Int32, Long } from 'bson'
import { notSupported } from './error.js'
import { numericKind, toNumber, type Numeric } from './values.js'

export type Arithmetic = 'add' | 'subtract' | 'multiply'

/** An `int` when it fits, else a `long`; undefined when it does not fit 64 bits. */
export function wholeOf(value: bigint, atLeast: 'int' | 'long'): Int32 | Long | undefined {
  if (atLeast === 'int' && value >= -0x8000_0000n && value <= 0x7fff_ffffn)
    return new Int32(Number(value))
  if (value < -0x8000_0000_0000_0000n || value > 0x7fff_ffff_ffff_ffffn) return undefined
  return Long.fromBigInt(value)
}

/** Decimals are kept, compared and indexed exactly, but not computed with (115). */
export function refuseDecimals(...values: readonly Numeric[]): void {
  if (values.some((value) => value instanceof Decimal128))
    throw notSupported('arithmetic with decimals')
}

/** The wider of the kinds: int, long, double. */
export function widest(...values: readonly Numeric[]): 'int' | 'long' | 'double' {
  refuseDecimals(...values)
  const kinds = values.map(numericKind)
  return (['double', 'long'] as const).find((kind) => kinds.includes(kind)) ?? 'int'
}

/**
 * Exact arithmetic in the wider of the two kinds; an int that overflows becomes a long.
 * Undefined when a long overflows: updates refuse it, expressions go on in double.
 */
export function calculate(kind: Arithmetic, a: Numeric, b: Numeric): Numeric | undefined {
  const wide = widest(a, b)
  if (wide === 'double') return new Double(doubles(kind, toNumber(a), toNumber(b)))
  return wholeOf(wholes(kind, BigInt(a.toString()), BigInt(b.toString())), wide)
}

function doubles(kind: Arithmetic, a: number, b: number): number {
  return kind === 'add' ? a + b : kind === 'subtract' ? a - b : a * b
}

function wholes(kind: Arithmetic, a: bigint, b: bigint): bigint {
  return kind === 'add' ? a + b : kind === 'subtract' ? a - b : a * b
}
