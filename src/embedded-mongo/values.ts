import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  BSONValue,
  Code,
  DBRef,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson'
import { compareNumbers, isNumeric, type Numeric } from './numeric.js'

export { exactNumber, isNumeric, numericKind, toNumber, type Numeric } from './numeric.js'

/**
 * A BSON document as `deserialize(bytes, { promoteValues: false, promoteBuffers: false })` gives it:
 * numbers and binaries keep their wrappers, dates are Date, strings/booleans/null are themselves.
 * A bare JavaScript number is read as the bson serializer would write it (int when it fits, else double).
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

const plain = Object.prototype

/** The document in a value: plain objects as they are, a DBRef by its fields, otherwise undefined. */
export function asDoc(value: unknown): Doc | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === plain || prototype === null) return value as Doc
  if (value instanceof DBRef) return docOfReference(value)
  return undefined
}

function docOfReference(value: DBRef): Doc {
  const doc: Doc = { $ref: value.collection, $id: value.oid }
  if (value.db !== undefined) doc.$db = value.db
  return Object.assign(doc, value.fields)
}

/** One field of a document; names such as `constructor` never reach the prototype. */
export function fieldOf(doc: Doc, name: string): unknown {
  const value = doc[name]
  return value !== undefined && name in plain && !Object.hasOwn(doc, name) ? undefined : value
}

/** Sets a field as an own property whatever its name, `__proto__` included. */
export function setField(doc: Doc, name: string, value: unknown): void {
  if (name === '__proto__')
    Object.defineProperty(doc, name, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    })
  else doc[name] = value
}

export function rankOf(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return RANK.string
    case 'number':
    case 'bigint':
      return RANK.number
    case 'boolean':
      return RANK.boolean
    case 'undefined':
      return RANK.undefined
    default:
      return rankOfObject(value as object | null)
  }
}

function rankOfObject(value: object | null): number {
  if (value === null) return RANK.null
  if (Array.isArray(value)) return RANK.array
  if (value instanceof BSONValue) return rankOfWrapper(value)
  if (value instanceof Date) return RANK.date
  if (value instanceof RegExp) return RANK.regex
  if (value instanceof Uint8Array) return RANK.binary
  return RANK.object
}

function rankOfWrapper(value: BSONValue): number {
  if (value instanceof Timestamp) return RANK.timestamp
  if (isNumeric(value)) return RANK.number
  if (value instanceof ObjectId) return RANK.objectId
  if (value instanceof Binary) return RANK.binary
  if (value instanceof BSONSymbol) return RANK.string
  if (value instanceof BSONRegExp) return RANK.regex
  if (value instanceof Code) return value.scope ? RANK.codeWithScope : RANK.code
  if (value instanceof MinKey) return RANK.minKey
  if (value instanceof MaxKey) return RANK.maxKey
  return RANK.object
}

/** Strings compare as their UTF-8 bytes do, which differs from UTF-16 order above U+D7FF. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0
  const shared = Math.min(a.length, b.length)
  for (let index = 0; index < shared; index += 1) {
    const left = a.charCodeAt(index)
    const right = b.charCodeAt(index)
    if (left !== right) {
      if (left >= 0xd800 && right >= 0xd800) return codePointWeight(left) - codePointWeight(right)
      return left - right
    }
  }
  return a.length - b.length
}

function codePointWeight(unit: number): number {
  return unit <= 0xdfff ? unit + 0x1_0000 : unit
}

/** MongoDB's total order over all BSON values; below, equal and above zero as usual. */
export function compareValues(a: unknown, b: unknown): number {
  if (typeof a === 'string' && typeof b === 'string') return compareStrings(a, b)
  const rank = rankOf(a)
  const other = rankOf(b)
  if (rank !== other) return rank - other
  switch (rank) {
    case RANK.number:
      return compareNumbers(a as Numeric, b as Numeric)
    case RANK.string:
      return compareStrings(textOf(a), textOf(b))
    case RANK.object:
      return compareDocs(asDoc(a) ?? {}, asDoc(b) ?? {})
    case RANK.array:
      return compareArrays(a as unknown[], b as unknown[])
    case RANK.binary:
      return compareBinary(a as Binary | Uint8Array, b as Binary | Uint8Array)
    case RANK.objectId:
      return Buffer.compare((a as ObjectId).id, (b as ObjectId).id)
    case RANK.boolean:
      return Number(a) - Number(b)
    case RANK.date:
      return (a as Date).getTime() - (b as Date).getTime()
    case RANK.timestamp:
      return (a as Timestamp).compare(b as Timestamp)
    case RANK.regex:
      return compareRegexes(regexParts(a), regexParts(b))
    case RANK.code:
    case RANK.codeWithScope:
      return compareCodes(a as Code, b as Code)
    default:
      return 0
  }
}

export function valuesEqual(a: unknown, b: unknown): boolean {
  return a === b || compareValues(a, b) === 0
}

/** The text of a string or of BSON's deprecated symbol type. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (value as BSONSymbol).value
}

export function regexParts(value: unknown): { pattern: string; options: string } {
  if (value instanceof BSONRegExp) return { pattern: value.pattern, options: value.options }
  const { source, flags } = value as RegExp
  return { pattern: source, options: flags.replace('g', '') }
}

function compareRegexes(a: { pattern: string; options: string }, b: typeof a): number {
  return compareStrings(a.pattern, b.pattern) || compareStrings(a.options, b.options)
}

function compareCodes(a: Code, b: Code): number {
  return compareStrings(a.code, b.code) || (a.scope ? compareDocs(a.scope, b.scope ?? {}) : 0)
}

/** Bytes and subtype of a Binary; a bare byte array is subtype 0. */
export function binaryParts(value: Binary | Uint8Array): { bytes: Uint8Array; subtype: number } {
  if (value instanceof Binary)
    return { bytes: value.buffer.subarray(0, value.position), subtype: value.sub_type }
  return { bytes: value, subtype: 0 }
}

function compareBinary(left: Binary | Uint8Array, right: Binary | Uint8Array): number {
  const a = binaryParts(left)
  const b = binaryParts(right)
  return (
    a.bytes.length - b.bytes.length || a.subtype - b.subtype || Buffer.compare(a.bytes, b.bytes)
  )
}

function compareDocs(a: Doc, b: Doc): number {
  const names = Object.keys(a)
  const others = Object.keys(b)
  const shared = Math.min(names.length, others.length)
  for (let index = 0; index < shared; index += 1) {
    const name = names[index] ?? ''
    const other = others[index] ?? ''
    const left = a[name]
    const right = b[other]
    const order =
      rankOf(left) - rankOf(right) || compareStrings(name, other) || compareValues(left, right)
    if (order !== 0) return order
  }
  return names.length - others.length
}

function compareArrays(a: readonly unknown[], b: readonly unknown[]): number {
  const shared = Math.min(a.length, b.length)
  for (let index = 0; index < shared; index += 1) {
    const order = compareValues(a[index], b[index])
    if (order !== 0) return order
  }
  return a.length - b.length
}
