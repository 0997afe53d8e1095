import { BSONRegExp, MaxKey, ObjectId } from 'bson'
import { encodeValue, rankOf, textStart, valueKey, valuesEqual } from './encode.js'
import type { Index } from './index-spec.js'
import { after, type KeyRange } from './keyspace.js'
import { asDoc, isNumeric, isRegex, operatorsOf, toNumber, type Doc } from './values.js'

/** Where values are by their bytes; `point` when that is one value. */
export interface ValueRange extends KeyRange {
  readonly point: boolean
}

/** Where the values are that meet a condition; `exact`: there are no others (but for arrays). */
export interface Ranges {
  readonly ranges: readonly ValueRange[]
  readonly exact: boolean
}

/** All values whose bytes begin so: one value (`point`), a type, the texts with a prefix. */
const within = (low: Buffer, point = false): ValueRange => ({ low, high: after(low), point })
const typeRange = (sample: unknown) => within(Buffer.from([rankOf(sample)]))

/** Types whose values no index changes. Of null, missing fields are not told apart. */
const PLAIN = new Set([0, '', new ObjectId(), true, new Date()].map(rankOf))

/** An array may be stored under its elements' keys only, so equality to one is left to the test. */
function points(values: readonly unknown[]): Ranges | undefined {
  if (values.some((value) => Array.isArray(value) || isRegex(value) || value === undefined))
    return undefined
  const distinct = values.length > 1 ? new Map(values.map((one) => [valueKey(one), one])) : values
  const ranges = [...distinct.values()].map((value) => within(encodeValue(value), true))
  return { ranges, exact: values.every((value) => PLAIN.has(rankOf(value))) }
}

/** NaN is neither above nor below anything. */
const ORDERED_NUMBERS = { ...typeRange(0), low: encodeValue(-Infinity) }

function compared(operator: string, operand: unknown): Ranges | undefined {
  const orEqual = operator.endsWith('e')
  if (operand === null) return orEqual ? points([null]) : undefined
  const rank = rankOf(operand)
  const isNaNumber = isNumeric(operand) && Number.isNaN(toNumber(operand))
  if ((!PLAIN.has(rank) && !asDoc(operand)) || isNaNumber) return undefined
  const type = isNumeric(operand) ? ORDERED_NUMBERS : typeRange(operand)
  const value = within(encodeValue(operand))
  const above = { low: orEqual ? value.low : value.high, high: type.high, point: false }
  const below = { low: type.low, high: orEqual ? value.high : value.low, point: false }
  return { ranges: [operator.startsWith('$g') ? above : below], exact: PLAIN.has(rank) }
}

/** `/^abc/` begins with 'abc'; a stored regular expression equal to the operand matches too. */
function prefixed(operand: unknown, given: unknown = ''): Ranges | undefined {
  const own = isRegex(operand) ? operand : { pattern: operand, options: '' }
  const { pattern } = own
  if (typeof pattern !== 'string' || pattern.includes('|')) return undefined
  const [, text] = /^\^([^\\^$.|?*+()[\]{}]+)(?![?*{])/u.exec(pattern) ?? []
  if (!text || /[imx]/.test(`${own.options}${String(given)}`)) return undefined
  return { ranges: [within(textStart(text)), typeRange(new BSONRegExp(''))], exact: false }
}

function operatorRanges(name: string, operand: unknown, options?: unknown): Ranges | undefined {
  if (name === '$eq') return points([operand])
  if (name === '$in') return Array.isArray(operand) ? points(operand) : undefined
  if (name === '$regex') return prefixed(operand, options)
  return /^\$[gl]te?$/.test(name) ? compared(name, operand) : undefined
}

/** The filter and what stands within its `$and`, at any depth. */
const clausesOf = (filter: Doc): Doc[] => {
  const within = Array.isArray(filter.$and) ? (filter.$and as unknown[]) : []
  return [filter, ...within.flatMap((clause) => clausesOf(asDoc(clause) ?? {}))]
}

/** What each condition of a filter says about one path, also within `$and`; undefined where that is nothing. */
function conditionsOn(filter: Doc, path: string): (Ranges | undefined)[] {
  const given = clausesOf(filter).filter((clause) => Object.hasOwn(clause, path))
  return given.flatMap(({ [path]: condition }) => {
    const sign = isRegex(condition) ? '$regex' : '$eq'
    const operators = operatorsOf(condition) ?? { [sign]: condition }
    return Object.entries(operators).map(([operator, operand]) =>
      operatorRanges(operator, operand, operators.$options),
    )
  })
}

/** Where every document that meets the filter has a value at the path. Of an array each element may meet another condition. */
export function rangesOf(filter: Doc, path: string, isArray: boolean): Ranges | undefined {
  const conditions = conditionsOn(filter, path)
  // An element without a field 0 meets null at 'a.0' too, whatever the position holds.
  const isNull = ({ ranges }: Ranges) => ranges.some((one) => isIn(typeRange(null), one))
  const isOpen = (one: Ranges) => /\.\d/.test(path) && isNull(one)
  const known = conditions.flatMap((one) => (one && !isOpen(one) ? [one] : []))
  if (known.length === 0) return undefined
  const few = ({ ranges }: Ranges) => (ranges.every((one) => one.point) ? ranges.length : Infinity)
  if (isArray) return known.reduce((best, one) => (few(one) < few(best) ? one : best))
  const ranges = known.map((one) => one.ranges).reduce(intersection)
  return { ranges, exact: known.length === conditions.length && known.every((one) => one.exact) }
}

const isIn = (inner: KeyRange, { low, high }: KeyRange) =>
  Buffer.compare(low, inner.low) <= 0 && Buffer.compare(inner.high, high) <= 0

function intersection(some: readonly ValueRange[], others: readonly ValueRange[]): ValueRange[] {
  return some.flatMap((a) =>
    others.flatMap((b) => {
      if (isIn(a, b)) return [a]
      if (isIn(b, a)) return [b]
      const [low, high] = Buffer.compare(a.low, b.low) < 0 ? [b.low, a.high] : [a.low, b.high]
      return Buffer.compare(low, high) < 0 ? [{ low, high, point: false }] : []
    }),
  )
}

/** Every value but null, which also stands for missing fields. */
const PRESENT = { low: typeRange(null).high, high: typeRange(new MaxKey()).low, point: false }

/** Whether every document the filter can meet has a key in a sparse or partial index. */
export function holdsAll({ partial, sparse, fields }: Index, filter: Doc): boolean {
  if (partial && !implies(filter, partial.filter)) return false
  return !sparse || fields.some(({ path }) => implies(filter, { [path]: { $exists: true } }))
}

function implies(filter: Doc, partial: Doc): boolean {
  return Object.entries(partial).every(([path, condition]) => {
    if (path === '$and') return (condition as Doc[]).every((part) => implies(filter, part))
    if (path.startsWith('$')) return false
    if (clausesOf(filter).some((one) => path in one && valuesEqual(one[path], condition)))
      return true
    const given = conditionsOn(filter, path).filter((one) => one !== undefined)
    const operators = Object.entries(operatorsOf(condition) ?? { $eq: condition })
    return operators.every(([operator, operand]) => {
      const wanted = operatorRanges(operator, operand)
      const outer = operator === '$exists' ? [PRESENT] : wanted?.exact ? wanted.ranges : []
      return given.some(({ ranges }) => ranges.every((one) => outer.some((all) => isIn(one, all))))
    })
  })
}
