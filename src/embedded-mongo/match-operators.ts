import { BSONRegExp, Long, MaxKey, MinKey, ObjectId } from 'bson'
import { compareValues, valuesEqual } from './encode.js'
import { insist } from './error.js'
import { wholePart } from './numbers.js'
import { compileRegex } from './regex.js'
import {
  binaryParts,
  isNullish,
  isNumeric,
  isRegex,
  listOf,
  operatorsOf,
  RANK,
  rankOf,
  regexParts,
  textOf,
  toNumber,
  TYPE_CODES,
  typeName,
  wholeNumber,
} from './values.js'

/** Tests one value a path leads to; `undefined` stands for a missing field. */
export type Predicate = (value: unknown) => boolean

/** Compiles one operator's operand; `$options` is what stands beside `$regex`. */
type Compiler = (operand: unknown, name: string, $options: unknown) => Predicate

export function equals(operand: unknown): Predicate {
  if (isNullish(operand)) return isNullish
  if (typeof operand === 'string')
    return (value) => (typeof value === 'string' ? value === operand : valuesEqual(value, operand))
  return (value) => valuesEqual(value, operand)
}

/** Only values of the operand's own type, apart from MinKey and MaxKey. */
function compares(operand: unknown, name: string): Predicate {
  const orEqual = name.endsWith('e')
  const up = name.startsWith('$g')
  insist(!isRegex(operand), 2, "Can't have RegEx as arg to predicate over field")
  if (isNullish(operand)) return (value) => orEqual && isNullish(value)
  if (operand instanceof MinKey || operand instanceof MaxKey) {
    const beyond = operand instanceof MinKey ? up : !up
    return (value) => (rankOf(value) === rankOf(operand) ? orEqual : beyond)
  }
  if (isNumeric(operand) && Number.isNaN(toNumber(operand)))
    return (value) => orEqual && valuesEqual(value, operand)
  const rank = rankOf(operand)
  return (value) => {
    if (rankOf(value) !== rank) return false
    const order = compareValues(value, operand)
    return order === 0 ? orEqual : order > 0 === up
  }
}

function isIn(operands: unknown): Predicate {
  insist(Array.isArray(operands), 2, '$in needs an array')
  const quick = new Set<string>()
  const rest: Predicate[] = []
  for (const operand of operands as unknown[]) {
    insist(!operatorsOf(operand), 2, 'cannot nest $ under $in')
    if (typeof operand === 'string' || operand instanceof ObjectId) quick.add(quickKey(operand))
    else rest.push(isRegex(operand) ? matchesRegex(operand) : equals(operand))
  }
  return (value) => {
    if (typeof value === 'string' || value instanceof ObjectId)
      if (quick.has(quickKey(value))) return true
    return rest.some((test) => test(value))
  }
}

const quickKey = (value: string | ObjectId) =>
  typeof value === 'string' ? `s${value}` : value.toHexString()

/** A regular expression matches strings, and also a stored regular expression equal to it. */
export function matchesRegex(operand: unknown, options?: unknown): Predicate {
  const regex = compileRegex(operand, options)
  const { pattern, options: own } = isRegex(operand)
    ? regexParts(operand)
    : { pattern: operand as string, options: (options ?? '') as string }
  const stored = new BSONRegExp(pattern, own)
  return (value) =>
    rankOf(value) === RANK.string
      ? regex.test(textOf(value))
      : isRegex(value) && valuesEqual(value, stored)
}

function hasType(operand: unknown): Predicate {
  insist(listOf(operand).length > 0, 2, '$type must match at least one type')
  const names = listOf(operand).flatMap((item) => {
    if (item === 'number') return ['int', 'long', 'double', 'decimal']
    const code = isNumeric(item) ? toNumber(item) : NaN
    const name = Object.keys(TYPE_CODES).find((one) => one === item || TYPE_CODES[one] === code)
    insist(name, 2, `Unknown type name alias or type code: ${JSON.stringify(item)}`)
    return [name]
  })
  return (value) => names.includes(typeName(value))
}

function hasSize(operand: unknown): Predicate {
  const size = wholeNumber(operand) ?? -1
  insist(size >= 0, 2, 'Failed to parse $size. Expected a non-negative integer')
  return (value) => Array.isArray(value) && value.length === size
}

function hasRemainder(operand: unknown): Predicate {
  const parts = listOf(operand)
  insist(parts.length === 2, 2, 'malformed mod, needs to be an array of two')
  const [divisor, remainder] = parts.map((part) => (isNumeric(part) ? wholePart(part) : undefined))
  insist(divisor !== undefined && remainder !== undefined, 2, 'malformed mod, needs numbers')
  insist(divisor !== 0n, 2, 'divisor cannot be 0')
  return (value) => {
    const whole = isNumeric(value) ? wholePart(value) : undefined
    return whole !== undefined && whole % divisor === remainder
  }
}

const BIT_TESTS: Readonly<Record<string, (set: bigint, mask: bigint) => boolean>> = {
  $bitsAllSet: (set, mask) => set === mask,
  $bitsAnySet: (set) => set !== 0n,
  $bitsAllClear: (set) => set === 0n,
  $bitsAnyClear: (set, mask) => set !== mask,
}

/** `$bitsAllSet` and its three relatives, over whole numbers and binary data. */
function hasBits(operand: unknown, name: string): Predicate {
  const mask = Array.isArray(operand) ? maskOf(operand) : bitsOf(operand)
  insist(mask !== undefined && mask >= 0n, 2, `${name} takes an Array, a number, or a BinData`)
  return (value) => {
    const bits = bitsOf(value)
    return bits !== undefined && BIT_TESTS[name]?.(bits & mask, mask) === true
  }
}

function maskOf(positions: readonly unknown[]): bigint | undefined {
  const bits = positions.map((position) => wholeNumber(position) ?? -1)
  if (bits.some((bit) => bit < 0)) return undefined
  return bits.reduce((mask, bit) => mask | (1n << BigInt(bit)), 0n)
}

function bitsOf(value: unknown): bigint | undefined {
  if (rankOf(value) === RANK.binary)
    return BigInt(`0x0${Buffer.from(binaryParts(value).bytes).reverse().toString('hex')}`)
  if (!isNumeric(value)) return undefined
  const whole = wholePart(value)
  if (whole === undefined || whole !== BigInt.asIntN(64, whole)) return undefined
  return valuesEqual(value, Long.fromBigInt(whole)) ? whole : undefined
}

export const PREDICATES: Readonly<Record<string, Compiler>> = {
  $eq: equals,
  $in: isIn,
  $gt: compares,
  $gte: compares,
  $lt: compares,
  $lte: compares,
  $regex: (operand, _name, $options) => matchesRegex(operand, $options),
  $type: hasType,
  $size: hasSize,
  $mod: hasRemainder,
  ...Object.fromEntries(Object.keys(BIT_TESTS).map((name) => [name, hasBits])),
}
