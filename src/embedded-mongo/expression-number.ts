import { Double, Int32, Long } from 'bson'
import { exactOfText, type Exact } from './decimal.js'
import { badValue, located, typeMismatch } from './error.js'
import { isNullish, type Operators, type Strict } from './operator.js'
import { typeName } from './match-operators.js'
import { calculate, refuseDecimals, widest, wholeOf } from './numbers.js'
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
      refuseDecimals(value)
      return run(value)
    },
  ]
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

/** Always a double. */
function divide(a: Numeric, b: Numeric): Double {
  refuseDecimals(a, b)
  if (toNumber(b) === 0) throw badValue("can't $divide by zero")
  return new Double(toNumber(a) / toNumber(b))
}

function remainder(a: Numeric, b: Numeric): unknown {
  if (toNumber(b) === 0) throw located(16_610, "can't $mod by zero")
  const wide = widest(a, b)
  if (wide === 'double') return new Double(toNumber(a) % toNumber(b))
  return wholeOf(BigInt(a.toString()) % BigInt(b.toString()), wide)
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
      refuseDecimals(value)
      const count = isNumeric(places) ? toNumber(places) : NaN
      if (!Number.isInteger(count) || count < -20 || count > 100)
        throw located(
          51_083,
          `cannot apply ${name} with precision value ${count}, value must be in [-20, 100]`,
        )
      return roundTo(value, -count, truncate)
    },
  ]
}

/** Doubles are rounded by their shortest decimal form, exactly as they are written. */
function roundTo(value: Numeric, exponent: number, truncate: boolean): unknown {
  const kind = numericKind(value)
  const text = String(kind === 'double' ? toNumber(value) : value)
  const exact = exactOfText(text)
  if (typeof exact === 'number') return value
  const { coefficient, exponent: power } = rounded(exact, exponent, truncate)
  if (kind === 'double') return new Double(Number(`${coefficient}e${power}`))
  const whole = wholeOf(coefficient * 10n ** BigInt(power), kind === 'long' ? 'long' : 'int')
  if (!whole) throw located(51_080, 'the rounded value does not fit 64 bits')
  return whole
}

function rounded(value: Exact, exponent: number, truncate: boolean): Exact {
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

function absolute(value: Numeric): unknown {
  if (compareNumbers(value, 0) >= 0) return value
  const result = calculate('subtract', new Int32(0), value)
  if (result === undefined) throw located(28_680, "can't take $abs of long long min")
  return result
}

/** `$ceil` and `$floor` keep the kind of the number. */
const wholeStep = (run: (value: number) => number) => (value: Numeric) =>
  numericKind(value) === 'double' ? new Double(run(toNumber(value))) : value

export const NUMBER_OPERATORS: Operators = {
  $add: [0, Infinity, add],
  $subtract: [2, 2, subtract],
  $multiply: [0, Infinity, multiply],
  $divide: both('$divide', divide),
  $mod: both('$mod', remainder),
  $abs: one('$abs', absolute),
  $ceil: one('$ceil', wholeStep(Math.ceil)),
  $floor: one('$floor', wholeStep(Math.floor)),
  $round: rounding('$round', false),
  $trunc: rounding('$trunc', true),
}
