import { Decimal128, MaxKey, MinKey, ObjectId } from 'bson'
import { badValue } from './error.js'
import { exactOfDecimal } from './decimal.js'
import { compileRegex, isRegex } from './regex.js'
import type { Predicate } from './match-path.js'
import {
  RANK,
  binaryParts,
  compareValues,
  isNumeric,
  numericKind,
  rankOf,
  regexParts,
  textOf,
  toNumber,
  valuesEqual,
  type Numeric,
} from './values.js'

export function equals(operand: unknown): Predicate {
  if (operand === undefined || operand === null)
    return (value) => value === undefined || value === null
  if (typeof operand === 'string')
    return (value) =>
      value === operand || (rankOf(value) === RANK.string && textOf(value) === operand)
  if (typeof operand === 'boolean') return (value) => value === operand
  if (operand instanceof ObjectId)
    return (value) => value instanceof ObjectId && Buffer.compare(value.id, operand.id) === 0
  return (value) => valuesEqual(value, operand)
}

/** `$gt $gte $lt $lte`: only values of the operand's own type, apart from MinKey and MaxKey. */
export function compares(operator: string, operand: unknown): Predicate {
  const orEqual = operator === '$gte' || operator === '$lte'
  const up = operator.startsWith('$g')
  if (rankOf(operand) === RANK.regex)
    throw badValue(`Can't have RegEx as arg to predicate over field`)
  if (operand === undefined || operand === null)
    return (value) => orEqual && (value === undefined || value === null)
  if (operand instanceof MinKey || operand instanceof MaxKey) {
    const beyond = operand instanceof MinKey ? up : !up
    return (value) => (rankOf(value) === rankOf(operand) ? orEqual : beyond)
  }
  if (isNumeric(operand) && Number.isNaN(toNumber(operand)))
    return (value) => orEqual && isNumeric(value) && Number.isNaN(toNumber(value))
  const rank = rankOf(operand)
  return (value) => {
    if (rankOf(value) !== rank) return false
    const order = compareValues(value, operand)
    return order === 0 ? orEqual : order > 0 === up
  }
}

export function isIn(operands: unknown): Predicate {
  if (!Array.isArray(operands)) throw badValue('$in needs an array')
  const texts = new Set<string>()
  const ids = new Set<string>()
  const rest: Predicate[] = []
  for (const operand of operands as unknown[]) {
    if (typeof operand === 'string') texts.add(operand)
    else if (operand instanceof ObjectId) ids.add(operand.toHexString())
    else if (rankOf(operand) === RANK.regex) rest.push(matchesRegex(operand, undefined))
    else if (isOperatorDoc(operand)) throw badValue('cannot nest $ under $in')
    else rest.push(equals(operand))
  }
  return (value) => {
    if (typeof value === 'string' && texts.has(value)) return true
    if (value instanceof ObjectId && ids.size > 0 && ids.has(value.toHexString())) return true
    for (const predicate of rest) if (predicate(value)) return true
    return false
  }
}

/** Whether a field name is an operator; a DBRef's own fields are not. */
export function isOperatorName(name: string | undefined): boolean {
  return name?.startsWith('$') === true && name !== '$ref' && name !== '$id' && name !== '$db'
}

function isOperatorDoc(value: unknown): boolean {
  return rankOf(value) === RANK.object && isOperatorName(Object.keys(value as object)[0])
}

/** A regular expression matches strings, and also a stored regular expression equal to it. */
export function matchesRegex(operand: unknown, options: unknown): Predicate {
  const regex = compileRegex(operand, options)
  const own = isRegex(operand)
    ? regexParts(operand)
    : { pattern: operand as string, options: typeof options === 'string' ? options : '' }
  return (value) => {
    if (typeof value === 'string') return regex.test(value)
    if (!isRegex(value)) return rankOf(value) === RANK.string && regex.test(textOf(value))
    const stored = regexParts(value)
    return stored.pattern === own.pattern && stored.options === own.options
  }
}

const TYPE_CODES: Record<string, number> = {
  double: 1,
  string: 2,
  object: 3,
  array: 4,
  binData: 5,
  undefined: 6,
  objectId: 7,
  bool: 8,
  date: 9,
  null: 10,
  regex: 11,
  dbPointer: 12,
  javascript: 13,
  symbol: 14,
  javascriptWithScope: 15,
  int: 16,
  timestamp: 17,
  long: 18,
  decimal: 19,
  minKey: -1,
  maxKey: 127,
}
const TYPE_NAMES = new Map(Object.entries(TYPE_CODES).map(([name, code]) => [code, name]))

const NAME_OF_RANK: Record<number, string> = {
  [RANK.minKey]: 'minKey',
  [RANK.undefined]: 'undefined',
  [RANK.null]: 'null',
  [RANK.string]: 'string',
  [RANK.object]: 'object',
  [RANK.array]: 'array',
  [RANK.binary]: 'binData',
  [RANK.objectId]: 'objectId',
  [RANK.boolean]: 'bool',
  [RANK.date]: 'date',
  [RANK.timestamp]: 'timestamp',
  [RANK.regex]: 'regex',
  [RANK.code]: 'javascript',
  [RANK.codeWithScope]: 'javascriptWithScope',
  [RANK.maxKey]: 'maxKey',
}

/** MongoDB's name of a value's type: `int`, `objectId`, `binData` … */
export function typeName(value: unknown): string {
  if (isNumeric(value)) return numericKind(value)
  const rank = rankOf(value)
  if (rank === RANK.string && typeof value !== 'string') return 'symbol'
  return NAME_OF_RANK[rank] ?? 'object'
}

export function hasType(operand: unknown): Predicate {
  const wanted = Array.isArray(operand) ? (operand as unknown[]) : [operand]
  if (wanted.length === 0) throw badValue('$type must match at least one type')
  const names = new Set<string>()
  for (const item of wanted) {
    const name =
      typeof item === 'string' ? item : isNumeric(item) ? TYPE_NAMES.get(toNumber(item)) : ''
    if (name === 'number') for (const kind of ['int', 'long', 'double', 'decimal']) names.add(kind)
    else if (name && name in TYPE_CODES) names.add(name)
    else throw badValue(`Unknown type name alias or type code: ${JSON.stringify(item)}`)
  }
  return (value) => value !== undefined && names.has(typeName(value))
}

/** A whole number from any numeric kind, or a refusal naming the operator. */
export function wholeNumber(operator: string, value: unknown): number {
  const number = isNumeric(value) ? toNumber(value) : NaN
  if (!Number.isSafeInteger(number))
    throw badValue(`Failed to parse ${operator}. Expected an integer`)
  return number
}

export function hasSize(operand: unknown): Predicate {
  const size = wholeNumber('$size', operand)
  if (size < 0) throw badValue('Failed to parse $size. Expected a non-negative number')
  return (value) => Array.isArray(value) && value.length === size
}

export function hasRemainder(operand: unknown): Predicate {
  if (!Array.isArray(operand)) throw badValue('malformed mod, needs to be an array')
  if (operand.length < 2) throw badValue('malformed mod, not enough elements')
  if (operand.length > 2) throw badValue('malformed mod, too many elements')
  const [divisor, remainder] = (operand as unknown[]).map((part) => {
    const whole = isNumeric(part) ? wholePart(part) : undefined
    if (whole === undefined) throw badValue('malformed mod, divisor and remainder must be numbers')
    return whole
  }) as [bigint, bigint]
  if (divisor === 0n) throw badValue('divisor cannot be 0')
  return (value) => {
    const whole = isNumeric(value) ? wholePart(value) : undefined
    return whole !== undefined && whole % divisor === remainder
  }
}

function wholePart(value: Numeric): bigint | undefined {
  if (value instanceof Decimal128) {
    const exact = exactOfDecimal(value)
    if (typeof exact === 'number') return undefined
    const { coefficient, exponent } = exact
    return exponent >= 0
      ? coefficient * 10n ** BigInt(exponent)
      : coefficient / 10n ** BigInt(-exponent)
  }
  if (numericKind(value) === 'long') return BigInt(value.toString())
  const number = toNumber(value)
  return Number.isFinite(number) ? BigInt(Math.trunc(number)) : undefined
}

/** `$bitsAllSet` and its three relatives, over whole numbers and binary data. */
export function hasBits(operator: string, operand: unknown): Predicate {
  const mask = maskOf(operator, operand)
  return (value) => {
    const bits = bitsOf(value)
    if (bits === undefined) return false
    const set = bits & mask
    if (operator === '$bitsAllSet') return set === mask
    if (operator === '$bitsAnySet') return set !== 0n
    return operator === '$bitsAllClear' ? set === 0n : set !== mask
  }
}

function maskOf(operator: string, operand: unknown): bigint {
  if (Array.isArray(operand))
    return (operand as unknown[]).reduce<bigint>((mask, position) => {
      const bit = wholeNumber(operator, position)
      if (bit < 0) throw badValue(`bit positions must be >= 0 in ${operator}`)
      return mask | (1n << BigInt(bit))
    }, 0n)
  const mask = bitsOf(operand)
  if (mask === undefined || (isNumeric(operand) && mask < 0n))
    throw badValue(`${operator} takes an Array, a number, or a BinData`)
  return mask
}

function bitsOf(value: unknown): bigint | undefined {
  if (rankOf(value) === RANK.binary) {
    const hex = Buffer.from(binaryParts(value as Uint8Array).bytes)
      .reverse()
      .toString('hex')
    return BigInt(`0x${hex || '0'}`)
  }
  if (!isNumeric(value)) return undefined
  const whole = wholePart(value)
  return whole !== undefined && compareValues(value, whole) === 0 ? whole : undefined
}
