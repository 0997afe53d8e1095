import { Decimal128, Double, Int32, Long } from 'bson'
import { exactOfDecimal, decimalOfExact, roundExact } from './decimal.js'
import { badValue, located, typeMismatch } from './error.js'
import { isNullish, type Operators, type Strict } from './operator.js'
import { typeName } from './match-operators.js'
import { calculate, decimalParts, divide, wholeOf } from './numbers.js'
import { compareNumbers } from './numeric.js'
import { Sum } from './sum.js'
import { isNumeric, numericKind, toNumber, type Numeric } from './values.js'

/** One number in, one out: null stays null, anything but a number is refused. */
function one(name: string, run: (value: Numeric) => unknown): Strict {
  return [
    1,
    1,
    (value) => {
      if (isNullish(value)) return null
      if (!isNumeric(value))
        throw located(28_765, `${name} only supports numeric types, not ${typeName(value)}`)
      return run(value)
    },
  ]
}

/** A function of doubles; decimals are refused rather than answered with fewer digits. */
function inDouble(name: string, run: (value: number) => number): Strict {
  return one(name, (value) => {
    refuseDecimal(name, value)
    return new Double(run(toNumber(value)))
  })
}

function refuseDecimal(name: string, ...values: Numeric[]): void {
  if (values.some((value) => value instanceof Decimal128))
    throw typeMismatch(`${name} of a decimal is not supported by this server`)
}

function add(...values: unknown[]): unknown {
  const sum = new Sum()
  let date: Date | undefined
  for (const value of values) {
    if (isNullish(value)) return null
    if (value instanceof Date) {
      if (date) throw located(16_612, 'only one date allowed in an $add expression')
      date = value
    } else if (isNumeric(value)) sum.add(value)
    else throw typeMismatch(`$add only supports numeric or date types, not ${typeName(value)}`)
  }
  const total = sum.result()
  return date ? new Date(date.getTime() + Math.round(toNumber(total))) : total
}

function subtract(a: unknown, b: unknown): unknown {
  if (isNullish(a) || isNullish(b)) return null
  if (a instanceof Date && b instanceof Date) return Long.fromNumber(a.getTime() - b.getTime())
  if (a instanceof Date && isNumeric(b)) return new Date(a.getTime() - Math.round(toNumber(b)))
  if (isNumeric(a) && isNumeric(b))
    return calculate('subtract', a, b) ?? new Double(toNumber(a) - toNumber(b))
  throw typeMismatch(`can't $subtract ${typeName(b)} from ${typeName(a)}`)
}

function multiply(...values: unknown[]): unknown {
  let product: Numeric = new Int32(1)
  if (values.some(isNullish)) return null
  for (const value of values) {
    if (!isNumeric(value))
      throw typeMismatch(`$multiply only supports numeric types, not ${typeName(value)}`)
    product =
      calculate('multiply', product, value) ?? new Double(toNumber(product) * toNumber(value))
  }
  return product
}

function both(name: string, run: (a: Numeric, b: Numeric) => unknown): Strict {
  return [
    2,
    2,
    (a, b) => {
      if (isNullish(a) || isNullish(b)) return null
      if (isNumeric(a) && isNumeric(b)) return run(a, b)
      throw typeMismatch(
        `${name} only supports numeric types, not ${typeName(a)} and ${typeName(b)}`,
      )
    },
  ]
}

function remainder(a: Numeric, b: Numeric): unknown {
  if (toNumber(b) === 0) throw located(16_610, "can't $mod by zero")
  refuseDecimal('$mod', a, b)
  const kinds = [numericKind(a), numericKind(b)]
  if (kinds.includes('double')) return new Double(toNumber(a) % toNumber(b))
  return wholeOf(
    BigInt(a.toString()) % BigInt(b.toString()),
    kinds.includes('long') ? 'long' : 'int',
  )
}

/** `$round` (half to even) and `$trunc`, to decimal places that may be negative. */
function rounding(name: string, truncate: boolean): Strict {
  return [
    1,
    2,
    (value, places = 0) => {
      if (isNullish(value) || isNullish(places)) return null
      if (!isNumeric(value))
        throw located(51_081, `${name} only supports numeric types, not ${typeName(value)}`)
      const count = isNumeric(places) ? toNumber(places) : NaN
      if (!Number.isInteger(count) || count < -20 || count > 100)
        throw located(
          51_083,
          `cannot apply ${name} with precision value ${count}, value must be in [-20, 100]`,
        )
      return roundTo(value, count, truncate)
    },
  ]
}

function roundTo(value: Numeric, places: number, truncate: boolean): unknown {
  const kind = numericKind(value)
  if (kind === 'double') {
    const double = toNumber(value)
    if (!Number.isFinite(double)) return value
    const exact = roundExact(exactText(double), -places, truncate)
    return new Double(Number(`${exact.coefficient}e${exact.exponent}`))
  }
  const parts = decimalParts(value)
  if (typeof parts === 'number') return value
  const rounded = roundExact(parts, -places, truncate)
  if (kind === 'decimal') return decimalOfExact(rounded)
  const whole = rounded.coefficient * 10n ** BigInt(rounded.exponent)
  return wholeOf(whole, kind) ?? overflow()
}

/** Doubles are rounded by their shortest decimal form, exactly as they are written. */
function exactText(value: number) {
  const parts = exactOfDecimal(Decimal128.fromString(String(value)))
  return typeof parts === 'number' ? { coefficient: 0n, exponent: 0 } : parts
}

function overflow(): never {
  throw located(51_080, 'invalid conversion from Decimal128 result in $round')
}

function power(base: Numeric, exponent: Numeric): unknown {
  refuseDecimal('$pow', base, exponent)
  const [a, b] = [toNumber(base), toNumber(exponent)]
  if (a === 0 && b < 0)
    throw located(28_764, '$pow cannot take a base of 0 and a negative exponent')
  const kinds = [numericKind(base), numericKind(exponent)]
  if (kinds.includes('double') || b < 0) return new Double(a ** b)
  if (b > 63 && Math.abs(a) > 1) return new Double(a ** b)
  const result =
    BigInt(base.toString()) ** (Math.abs(a) <= 1 ? BigInt(b % 2 === 0 ? 2 : 1) : BigInt(b))
  return (
    wholeOf(b === 0 ? 1n : result, kinds.includes('long') ? 'long' : 'int') ?? new Double(a ** b)
  )
}

function logarithm(name: string, code: number, run: (value: number) => number): Strict {
  return inDouble(name, (value) => {
    if (value <= 0)
      throw located(code, `${name}'s argument must be a positive number, but is ${value}`)
    return run(value)
  })
}

function absolute(value: Numeric): unknown {
  if (compareNumbers(value, 0) >= 0) return value
  const result = calculate('subtract', new Int32(0), value)
  if (result === undefined) throw located(28_680, "can't take $abs of long long min")
  return result
}

/** `$ceil` and `$floor` keep the kind of the number. */
function wholeStep(run: (value: number) => number, up: boolean) {
  return (value: Numeric) => {
    const kind = numericKind(value)
    if (kind === 'int' || kind === 'long') return value
    if (kind === 'double') return new Double(run(toNumber(value)))
    const parts = decimalParts(value)
    if (typeof parts === 'number') return value
    const cut = roundExact(parts, 0, true)
    const lost = compareNumbers(decimalOfExact(cut), value)
    const step = up && lost < 0 ? 1n : !up && lost > 0 ? -1n : 0n
    return decimalOfExact(step === 0n ? cut : { coefficient: cut.coefficient + step, exponent: 0 })
  }
}

function bitwise(name: string, start: bigint, run: (a: bigint, b: bigint) => bigint): Strict {
  return [
    0,
    Infinity,
    (...values) => {
      let result = start
      let kind: 'int' | 'long' = 'int'
      for (const value of values) {
        if (isNullish(value)) return null
        const own = isNumeric(value) ? numericKind(value) : undefined
        if (own !== 'int' && own !== 'long')
          throw typeMismatch(`${name} only supports int and long operands.`)
        if (own === 'long') kind = 'long'
        result = run(result, BigInt((value as Numeric).toString()))
      }
      return wholeOf(result, kind)
    },
  ]
}

export const NUMBER_OPERATORS: Operators = {
  $add: [0, Infinity, add],
  $subtract: [2, 2, subtract],
  $multiply: [0, Infinity, multiply],
  $divide: both('$divide', (a, b) => {
    if (toNumber(b) === 0) throw badValue("can't $divide by zero")
    return divide(a, b)
  }),
  $mod: both('$mod', remainder),
  $pow: both('$pow', power),
  $abs: one('$abs', absolute),
  $ceil: one('$ceil', wholeStep(Math.ceil, true)),
  $floor: one('$floor', wholeStep(Math.floor, false)),
  $round: rounding('$round', false),
  $trunc: rounding('$trunc', true),
  $sqrt: inDouble('$sqrt', (value) => {
    if (value < 0) throw located(28_714, "$sqrt's argument must be greater than or equal to 0")
    return Math.sqrt(value)
  }),
  $exp: inDouble('$exp', Math.exp),
  $ln: logarithm('$ln', 28_766, Math.log),
  $log10: logarithm('$log10', 28_761, Math.log10),
  $log: both('$log', (value, base) => {
    refuseDecimal('$log', value, base)
    const [a, b] = [toNumber(value), toNumber(base)]
    if (a <= 0) throw located(28_758, `$log's argument must be a positive number, but is ${a}`)
    if (b <= 0 || b === 1)
      throw located(28_759, `$log's base must be a positive number not equal to 1, but is ${b}`)
    return new Double(Math.log(a) / Math.log(b))
  }),
  ...Object.fromEntries(
    (['sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'sinh', 'cosh', 'tanh'] as const).map((name) => [
      `$${name}`,
      inDouble(`$${name}`, (value) => Math[name](value)),
    ]),
  ),
  $atan2: both('$atan2', (y, x) => {
    refuseDecimal('$atan2', y, x)
    return new Double(Math.atan2(toNumber(y), toNumber(x)))
  }),
  $degreesToRadians: inDouble('$degreesToRadians', (value) => (value * Math.PI) / 180),
  $radiansToDegrees: inDouble('$radiansToDegrees', (value) => (value * 180) / Math.PI),
  $bitAnd: bitwise('$bitAnd', -1n, (a, b) => a & b),
  $bitOr: bitwise('$bitOr', 0n, (a, b) => a | b),
  $bitXor: bitwise('$bitXor', 0n, (a, b) => a ^ b),
  $rand: () => () => new Double(Math.random()),
}
