import { BSONRegExp, BSONSymbol, MaxKey, MinKey } from 'bson'
import { COMPARISONS, compareValues, rankOf, typeName, valueKey, valuesEqual } from './encode.js'
import { CommandError, insist } from './error.js'
import { isNullish, isNumeric, isRegex, operatorsOf, toNumber, wholeNumber } from './values.js'

/** Tests one value a path leads to; `undefined` stands for a missing field. */
export type Predicate = (value: unknown) => boolean

export const equals = (operand: unknown): Predicate =>
  isNullish(operand) ? isNullish : (value) => valuesEqual(value, operand)
const isNaNumber = (value: unknown) => isNumeric(value) && Number.isNaN(toNumber(value))

/** Only values of the operand's own type, apart from MinKey and MaxKey; a missing one counts as null, and NaN has no order. */
function compares(operand: unknown, accepts: (order: number) => boolean): Predicate {
  insist(!isRegex(operand), 2, "Can't have RegEx as arg to predicate over field")
  if (isNaNumber(operand)) return (value) => accepts(0) && valuesEqual(value, operand)
  const rank = rankOf(operand)
  const takesAll = operand instanceof MinKey || operand instanceof MaxKey
  const isKind = (value: unknown) => takesAll || (rankOf(value) === rank && !isNaNumber(value))
  return (value = null) => isKind(value) && accepts(compareValues(value, operand))
}

function isIn(operands: unknown): Predicate {
  insist(Array.isArray(operands), 2, '$in needs an array')
  insist(!operands.some(operatorsOf), 2, 'cannot nest $ under $in')
  const patterns = operands.filter(isRegex).map((operand) => matchesRegex(operand))
  const others = operands.filter((operand) => !isRegex(operand)).map((one: unknown) => one ?? null)
  const ranks = new Set(others.map(rankOf))
  const keys = new Set(others.map(valueKey))
  const isListed: Predicate = (value) => ranks.has(rankOf(value)) && keys.has(valueKey(value))
  return (value = null) => isListed(value) || patterns.some((test) => test(value))
}

/** A regular expression matches strings, and also a stored regular expression equal to it; `$options` stood beside it. */
export function matchesRegex(operand: unknown, $options?: unknown): Predicate {
  const given = typeof operand === 'string' ? new BSONRegExp(operand) : operand
  insist(isRegex(given), 2, '$regex has to be a string')
  const { pattern, options: own } = given
  insist($options === undefined || typeof $options === 'string', 2, '$options has to be a string')
  insist(!$options || !own, 51_075, 'options set in both $regex and $options')
  const options = $options ?? own
  insist(/^[imsu]*$/.test(options), 51_108, `invalid flag in regex options: ${options}`)
  const regex = compileRegex(pattern, options)
  const stored = new BSONRegExp(pattern, options)
  return (value) => {
    if (typeof value === 'string') return regex.test(value)
    return value instanceof BSONSymbol ? regex.test(value.value) : valuesEqual(value, stored)
  }
}

/** Matches what PCRE would; what can't be said in JavaScript (`\A`, `[[:alpha:]]`, atomic groups …) is refused with 51091. */
function compileRegex(pattern: string, options: string): RegExp {
  try {
    return new RegExp(translated(pattern, options), options.includes('i') ? 'iu' : 'u')
  } catch (error) {
    throw new CommandError(51_091, `Regular expression is invalid: ${(error as Error).message}`)
  }
}

const TOKEN = /\\[\s\S]|\[(?:\\[\s\S]|\[:\w+:\]|[^\]\\])*\]|\{\d+(?:,\d*)?\}|[\s\S]/gu

/** PCRE knows one line end, the line feed: `.` stops at it, `$` also stands before a last one. */
function translated(pattern: string, options: string): string {
  const isLines = options.includes('m')
  const own: Readonly<Record<string, string>> = {
    '.': options.includes('s') ? '[\\s\\S]' : '[^\\n]',
    '^': isLines ? '(?<![^\\n])' : '^',
    $: isLines ? '(?![^\\n])' : '(?=\\n?(?![\\s\\S]))',
    '{': '\\{',
    '}': '\\}',
    ']': '\\]',
  }
  return pattern.replace(TOKEN, (token) => {
    const isOther = token === '\\u' || /^\[\^?\]|.\[:/s.test(token)
    if (isOther) throw new Error(`${token} means something else in PCRE`)
    const isNeedless = /^\\[^a-zA-Z0-9$()*+./?[\\\]^{|}]/.test(token)
    return isNeedless ? token.slice(1) : (own[token] ?? token)
  })
}

/** MongoDB's names of the types in the order of their codes, which count from 1. */
const CODED = (
  'double string object array binData undefined objectId bool date null regex dbPointer javascript symbol ' +
  'javascriptWithScope int timestamp long decimal'
).split(' ')
const KNOWN = new Set<unknown>([...CODED, 'minKey', 'maxKey'])

function hasType(operand: unknown): Predicate {
  const names = [operand].flat().flatMap((item: unknown) => {
    if (item === 'number') return ['int', 'long', 'double', 'decimal']
    return [CODED[(wholeNumber(item) ?? 0) - 1] ?? item]
  })
  const isRight = names.length > 0 && names.every((name) => KNOWN.has(name))
  insist(isRight, 2, 'Unknown type name alias or type code')
  return (value) => names.includes(typeName(value))
}

function hasSize(operand: unknown): Predicate {
  const size = wholeNumber(operand) ?? -1
  insist(size >= 0, 2, 'Failed to parse $size. Expected a non-negative integer')
  return (value) => Array.isArray(value) && value.length === size
}

/** Operators that look at one value; `$options` is what stands beside `$regex`. */
export const PREDICATES: Readonly<
  Record<string, (operand: unknown, $options: unknown) => Predicate>
> = {
  $eq: equals,
  $in: isIn,
  $gt: (operand) => compares(operand, COMPARISONS.$gt),
  $gte: (operand) => compares(operand, COMPARISONS.$gte),
  $lt: (operand) => compares(operand, COMPARISONS.$lt),
  $lte: (operand) => compares(operand, COMPARISONS.$lte),
  $regex: matchesRegex,
  $type: hasType,
  $size: hasSize,
}
