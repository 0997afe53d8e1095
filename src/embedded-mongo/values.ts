import * as bson from 'bson'

/**
 * A BSON document as `parseDoc` gives it: numbers, binaries and regular expressions keep their wrappers, dates are Date,
 * strings, booleans and null are themselves.
 */
export type Doc = Record<string, unknown>

/** Ranks are MongoDB's comparison order and the first byte of every index key. */
export const RANK = {
  minKey: 1,
  undefined: 2,
  null: 3,
  number: 4,
  string: 5,
  object: 6,
  array: 7,
  binary: 8,
  objectId: 9,
  boolean: 10,
  date: 11,
  timestamp: 12,
  regex: 13,
  code: 15,
  codeWithScope: 16,
  maxKey: 17,
} as const

/** What a value can be in memory, with its rank and MongoDB's name of its type. */
const TYPES = new Map<unknown, readonly [rank: number, name: string]>([
  [Symbol.prototype, [RANK.undefined, 'undefined']],
  [bson.Int32.prototype, [RANK.number, 'int']],
  [bson.Double.prototype, [RANK.number, 'double']],
  [Number.prototype, [RANK.number, 'double']],
  [bson.Long.prototype, [RANK.number, 'long']],
  [bson.Decimal128.prototype, [RANK.number, 'decimal']],
  [String.prototype, [RANK.string, 'string']],
  [bson.BSONSymbol.prototype, [RANK.string, 'symbol']],
  [Array.prototype, [RANK.array, 'array']],
  [bson.Binary.prototype, [RANK.binary, 'binData']],
  [bson.UUID.prototype, [RANK.binary, 'binData']],
  [bson.ObjectId.prototype, [RANK.objectId, 'objectId']],
  [Boolean.prototype, [RANK.boolean, 'bool']],
  [Date.prototype, [RANK.date, 'date']],
  [bson.Timestamp.prototype, [RANK.timestamp, 'timestamp']],
  [bson.BSONRegExp.prototype, [RANK.regex, 'regex']],
  [bson.Code.prototype, [RANK.code, 'javascript']],
  [bson.MinKey.prototype, [RANK.minKey, 'minKey']],
  [bson.MaxKey.prototype, [RANK.maxKey, 'maxKey']],
])

function typeOf(value: unknown): readonly [rank: number, name: string] {
  if (value === undefined) return [RANK.undefined, 'missing']
  if (value === null) return [RANK.null, 'null']
  if (value instanceof bson.Code && value.scope) return [RANK.codeWithScope, 'javascriptWithScope']
  return TYPES.get(Object.getPrototypeOf(value)) ?? [RANK.object, 'object']
}

/** The usual ones first: this decides how quick a walk of a collection is. */
export function rankOf(value: unknown): number {
  if (typeof value === 'string') return RANK.string
  return value instanceof bson.Int32 ? RANK.number : typeOf(value)[0]
}

/** MongoDB's name of a value's type: `int`, `objectId`, `binData` …; `missing` for undefined. */
export const typeName = (value: unknown): string => typeOf(value)[1]

export type Numeric = number | bson.Int32 | bson.Double | bson.Long | bson.Decimal128

export const isNumeric = (value: unknown): value is Numeric =>
  typeof value === 'number' || rankOf(value) === RANK.number

/** The nearest double; for limits, sizes and other places where MongoDB itself takes a double. */
export function toNumber(value: Numeric): number {
  if (typeof value === 'number') return value
  if (value instanceof bson.Int32 || value instanceof bson.Double) return value.value
  return Number(value.toString())
}

/** The whole number in a value that is one; undefined for fractions, huge numbers and whatever is no number. */
export function wholeNumber(value: unknown): number | undefined {
  const number = isNumeric(value) ? toNumber(value) : NaN
  return Number.isSafeInteger(number) ? number : undefined
}

/** The document in a value: plain objects as they are, a DBRef by its fields, otherwise undefined. */
export function asDoc(value: unknown): Doc | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null) return value as Doc
  if (!(value instanceof bson.DBRef)) return undefined
  const { collection: $ref, oid: $id, db: $db, fields } = value
  return { $ref, $id, ...($db !== undefined && { $db }), ...fields }
}

/** The list in a value, or the value as the only one. */
export const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? (value as unknown[]) : [value]

export const isNullish = (value: unknown): value is null | undefined =>
  value === null || value === undefined

/** Whether a field name is an operator; a DBRef's own fields are not. */
export const isOperatorName = (name: string | undefined): boolean =>
  name?.startsWith('$') === true && !['$ref', '$id', '$db'].includes(name)

/** The operators of `{ $gt: 1, $lt: 5 }`; undefined when the value is a plain one. */
export function operatorsOf(value: unknown): Doc | undefined {
  const doc = asDoc(value)
  return doc && isOperatorName(Object.keys(doc)[0]) ? doc : undefined
}

/** The text of a string or of BSON's deprecated symbol type. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : (value as bson.BSONSymbol).value

export const isRegex = (value: unknown): value is bson.BSONRegExp =>
  value instanceof bson.BSONRegExp
