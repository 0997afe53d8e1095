import * as bson from 'bson'
import { isNumeric, numericKind } from './numbers.js'

export { isNumeric, numericKind, toNumber, wholeNumber, type Numeric } from './numbers.js'

/**
 * A BSON document as `deserialize(bytes, { promoteValues: false, promoteBuffers: false })` gives it:
 * numbers and binaries keep their wrappers, dates are Date, strings, booleans and null are themselves.
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

/** MongoDB's names and codes of the types. */
export const TYPE_CODES: Readonly<Record<string, number>> = {
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

const NAME_OF_RANK: Readonly<Record<number, string>> = {
  ...Object.fromEntries(Object.entries(RANK).map(([name, rank]) => [rank, name])),
  [RANK.binary]: 'binData',
  [RANK.boolean]: 'bool',
  [RANK.code]: 'javascript',
  [RANK.codeWithScope]: 'javascriptWithScope',
}

/** MongoDB's name of a value's type: `int`, `objectId`, `binData` …; `missing` for undefined. */
export function typeName(value: unknown): string {
  if (value === undefined) return 'missing'
  if (isNumeric(value)) return numericKind(value)
  if (value instanceof bson.BSONSymbol) return 'symbol'
  return NAME_OF_RANK[rankOf(value)] ?? 'object'
}

const plain = Object.prototype

/** The document in a value: plain objects as they are, a DBRef by its fields, otherwise undefined. */
export function asDoc(value: unknown): Doc | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === plain || prototype === null) return value as Doc
  if (!(value instanceof bson.DBRef)) return undefined
  const { collection: $ref, oid: $id, db: $db, fields } = value
  return { $ref, $id, ...($db !== undefined && { $db }), ...fields }
}

/** The list in a value, or the value as the only one. */
export const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? (value as unknown[]) : [value]

/** What a table has under a name that came from outside; nothing of the prototype. */
export const entryOf = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined

export const isNullish = (value: unknown): value is null | undefined =>
  value === null || value === undefined

/** One field of a document; names such as `constructor` never reach the prototype. */
export function fieldOf(doc: Doc, name: string): unknown {
  const value = doc[name]
  return value !== undefined && name in plain && !Object.hasOwn(doc, name) ? undefined : value
}

/** Sets a field as an own property whatever its name, `__proto__` included; `undefined` takes it out. */
export function setField(doc: Doc, name: string, value: unknown): void {
  if (value === undefined) Reflect.deleteProperty(doc, name)
  else if (name !== '__proto__') doc[name] = value
  else
    Reflect.defineProperty(doc, name, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    })
}

/** A copy with one path set anew; `undefined` takes the field out. */
export function planted(doc: Doc, [name = '', ...rest]: readonly string[], value: unknown): Doc {
  const copy = { ...doc }
  const inner = rest.length > 0 ? planted(asDoc(fieldOf(doc, name)) ?? {}, rest, value) : value
  setField(copy, name, inner)
  return copy
}

/** Whether a field name is an operator; a DBRef's own fields are not. */
export function isOperatorName(name: string | undefined): boolean {
  return name?.startsWith('$') === true && !['$ref', '$id', '$db'].includes(name)
}

/** The operators of `{ $gt: 1, $lt: 5 }`; undefined when the value is a plain one. */
export function operatorsOf(value: unknown): Doc | undefined {
  const doc = asDoc(value)
  return doc && isOperatorName(Object.keys(doc)[0]) ? doc : undefined
}

const RANK_OF_TYPE: Readonly<Record<string, number>> = {
  string: RANK.string,
  number: RANK.number,
  boolean: RANK.boolean,
  undefined: RANK.undefined,
}

export function rankOf(value: unknown): number {
  const rank = RANK_OF_TYPE[typeof value]
  if (rank !== undefined) return rank
  if (value === null) return RANK.null
  if (Array.isArray(value)) return RANK.array
  if (value instanceof bson.BSONValue) return rankOfWrapper(value)
  if (value instanceof Date) return RANK.date
  if (value instanceof RegExp) return RANK.regex
  return value instanceof Uint8Array ? RANK.binary : RANK.object
}

const RANK_OF_WRAPPER: Readonly<Record<string, number>> = {
  ObjectId: RANK.objectId,
  Int32: RANK.number,
  Double: RANK.number,
  Long: RANK.number,
  Decimal128: RANK.number,
  Timestamp: RANK.timestamp,
  Binary: RANK.binary,
  BSONSymbol: RANK.string,
  BSONRegExp: RANK.regex,
  MinKey: RANK.minKey,
  MaxKey: RANK.maxKey,
}

function rankOfWrapper(value: bson.BSONValue): number {
  if (value instanceof bson.Code) return value.scope ? RANK.codeWithScope : RANK.code
  return RANK_OF_WRAPPER[value._bsontype] ?? RANK.object
}

/** The text of a string or of BSON's deprecated symbol type. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : (value as bson.BSONSymbol).value

export const isRegex = (value: unknown): value is RegExp | bson.BSONRegExp =>
  rankOf(value) === RANK.regex

export function regexParts(value: unknown): { pattern: string; options: string } {
  if (value instanceof bson.BSONRegExp) return { pattern: value.pattern, options: value.options }
  const { source, flags } = value as RegExp
  return { pattern: source, options: flags.replace('g', '') }
}

/** Bytes and subtype of a Binary; a bare byte array is subtype 0. */
export function binaryParts(value: unknown): { bytes: Uint8Array; subtype: number } {
  if (value instanceof bson.Binary)
    return { bytes: value.buffer.subarray(0, value.position), subtype: value.sub_type }
  return { bytes: value as Uint8Array, subtype: 0 }
}
