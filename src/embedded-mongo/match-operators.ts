import { BSONRegExp, MaxKey, MinKey } from 'bson'
import { COMPARISONS, compareValues, compareWithin, valueKey, valuesEqual } from './encode.js'
import { insist } from './error.js'
import { wholePart } from './numbers.js'
import { compileRegex } from './regex.js'
import {
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
  typeName,
  wholeNumber,
} from './values.js'

/** Tests one value a path leads to; `undefined` stands for a missing field. */
export type Predicate = (value: unknown) => boolean

/** Compiles one operator's operand; `$options` is what stands beside `$regex`. */
type Compiler = (operand: unknown, name: string, $options: unknown) => Predicate

export const equals = (operand: unknown): Predicate =>
  isNullish(operand) ? isNullish : (value) => valuesEqual(value, operand)

const isNaNumber = (value: unknown) => isNumeric(value) && Number.isNaN(toNumber(value))

/** Only values of the operand's own type, apart from MinKey and MaxKey; a missing one counts as null. */
function compares(operand: unknown, name: string): Predicate {
  const accepts = COMPARISONS[name] ?? isNullish
  insist(!isRegex(operand), 2, "Can't have RegEx as arg to predicate over field")
  if (isNaNumber(operand)) return (value) => accepts(0) && valuesEqual(value, operand)
  if (isNumeric(operand))
    return (value) =>
      isNumeric(value) && !isNaNumber(value) && accepts(compareWithin(RANK.number, value, operand))
  const rank = rankOf(operand)
  const takesAll = operand instanceof MinKey || operand instanceof MaxKey
  if (takesAll) return (value = null) => accepts(compareValues(value, operand))
  return (value = null) => rankOf(value) === rank && accepts(compareWithin(rank, value, operand))
}

function isIn(operands: unknown): Predicate {
  insist(Array.isArray(operands), 2, '$in needs an array')
  insist(!operands.some(operatorsOf), 2, 'cannot nest $ under $in')
  const patterns = operands.filter(isRegex).map((operand) => matchesRegex(operand))
  const others = operands.filter((operand) => !isRegex(operand)).map((one: unknown) => one ?? null)
  const ranks = new Set(others.map(rankOf))
  const keys = new Set(others.map(valueKey))
  const isListed: Predicate =
    others.length < 8
      ? (value) => others.some((one) => valuesEqual(value, one))
      : (value) => ranks.has(rankOf(value)) && keys.has(valueKey(value))
  return (value = null) => isListed(value) || patterns.some((test) => test(value))
}

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

/** MongoDB's names of the types; their codes count from 1. */
const TYPE_NAMES = (
  'double string object array binData undefined objectId bool date null regex dbPointer javascript symbol ' +
  'javascriptWithScope int timestamp long decimal'
).split(' ')
const NAME_OF_CODE: Readonly<Record<number, string>> = {
  ...Object.fromEntries(TYPE_NAMES.map((name, at) => [at + 1, name])),
  [-1]: 'minKey',
  127: 'maxKey',
}

function hasType(operand: unknown): Predicate {
  insist(listOf(operand).length > 0, 2, '$type must match at least one type')
  const names = listOf(operand).flatMap((item) => {
    if (item === 'number') return ['int', 'long', 'double', 'decimal']
    const name = isNumeric(item) ? NAME_OF_CODE[toNumber(item)] : item
    const isKnown = Object.values(NAME_OF_CODE).includes(name as string)
    insist(isKnown, 2, `Unknown type name alias or type code: ${String(item)}`)
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
  const parts = listOf(operand).map(wholePart)
  const [divisor, remainder] = parts
  const isPair = parts.length === 2 && divisor !== undefined && remainder !== undefined
  insist(isPair, 2, 'malformed mod, needs to be an array of two numbers')
  insist(divisor !== 0n, 2, 'divisor cannot be 0')
  return (value) => {
    const whole = wholePart(value)
    return whole !== undefined && whole % divisor === remainder
  }
}

/** Operators that look at one value, compiled by operand and name. */
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
}
