import { createHash } from 'node:crypto'
import { ObjectId, type Code, type Timestamp } from 'bson'
import { compareWithDouble, exactNumber, type Exact, type Numeric } from './numbers.js'
import {
  asDoc,
  binaryParts,
  isNumeric,
  RANK,
  rankOf,
  regexParts,
  textOf,
  type Doc,
} from './values.js'

/** lmdb takes 1,978 bytes; a key of ours has ten more: its space and a record id. */
const LONGEST_KEY = 1968
const HASH_BYTES = 20
const LONGEST_VALUE = 700

let page = Buffer.allocUnsafe(8192)
let at = 0

function room(bytes: number): void {
  if (at + bytes <= page.length) return
  const larger = Buffer.allocUnsafe(Math.max(page.length * 2, at + bytes))
  page.copy(larger, 0, 0, at)
  page = larger
}

/** Bytes whose order is MongoDB's order of values; no value's bytes begin another's. Missing is null. */
export function encodeValue(value: unknown): Buffer {
  at = 0
  putValue(value === undefined ? null : value)
  return Buffer.from(page.subarray(0, at))
}

/** The longest a value may be in a key of so many fields before it is cut. */
export const longestValue = (fields: number): number =>
  Math.min(LONGEST_VALUE, Math.floor(LONGEST_KEY / fields) - HASH_BYTES)

/** One field of a key from a value's bytes: a long value is cut and ends in a hash, down is inverted. */
export function keyPart(bytes: Buffer, longest: number, direction: 1 | -1): Buffer {
  if (bytes.length > longest) {
    const digest = createHash('sha256').update(bytes).digest()
    bytes = Buffer.concat([bytes.subarray(0, longest), digest.subarray(0, HASH_BYTES)])
  }
  return direction === 1 ? bytes : inverted(bytes)
}

export const inverted = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte) => 255 - byte))

/** A text that is the same for two values exactly when they compare equal: for groups and sets. */
export function valueKey(value: unknown): string {
  if (typeof value === 'string') return `s${value}`
  at = 0
  putValue(value)
  return page.toString('latin1', 0, at)
}

/** Characters whose order in UTF-8 and in JavaScript differs. */
const BEYOND_UTF16 = /[\ud800-\udfff]/

/** MongoDB's total order over all BSON values: the order of their bytes, with short cuts for the usual ones. */
export function compareValues(a: unknown, b: unknown): number {
  if (a === b) return 0
  const rank = rankOf(a)
  const other = rankOf(b)
  if (rank !== other) return rank - other
  if (typeof a === 'string' && typeof b === 'string' && !BEYOND_UTF16.test(a + b))
    return a < b ? -1 : 1
  if (isNumeric(a) && isNumeric(b)) {
    const left = exactNumber(a)
    const right = exactNumber(b)
    if (left < right) return -1
    if (left > right) return 1
    if (left === right) return 0
  }
  if (a instanceof Date && b instanceof Date) return a.getTime() - b.getTime()
  if (a instanceof ObjectId && b instanceof ObjectId) return Buffer.compare(a.id, b.id)
  return Buffer.compare(encodeValue(a), encodeValue(b))
}

export const valuesEqual = (a: unknown, b: unknown): boolean => compareValues(a, b) === 0

const WRITERS: Readonly<Record<number, (value: never) => void>> = {
  [RANK.number]: putNumber,
  [RANK.string]: (value) => putText(textOf(value)),
  [RANK.object]: (value) => putDoc(asDoc(value) ?? {}),
  [RANK.array]: (value: unknown[]) => {
    for (const item of value) putValue(item)
    putByte(0)
  },
  [RANK.binary]: putBinary,
  [RANK.objectId]: (value: ObjectId) => putBytes(value.id),
  [RANK.boolean]: (value: boolean) => putByte(value ? 1 : 0),
  [RANK.date]: (value: Date) => putDouble(value.getTime()),
  [RANK.timestamp]: putTimestamp,
  [RANK.regex]: (value) => {
    const { pattern, options } = regexParts(value)
    putText(pattern)
    putText(options)
  },
  [RANK.code]: (value: Code) => putText(value.code),
  [RANK.codeWithScope]: (value: Code) => {
    putText(value.code)
    putDoc(value.scope ?? {})
  },
}

function putValue(value: unknown): void {
  const rank = rankOf(value)
  putByte(rank)
  WRITERS[rank]?.(value as never)
}

function putByte(byte: number): void {
  room(1)
  page[at] = byte
  at += 1
}

function putBytes(bytes: Uint8Array): void {
  room(bytes.length)
  page.set(bytes, at)
  at += bytes.length
}

/** By length first, then subtype, then content. */
function putBinary(value: unknown): void {
  const { bytes, subtype } = binaryParts(value)
  room(5)
  at = page.writeUInt32BE(bytes.length, at)
  putByte(subtype)
  putBytes(bytes)
}

function putTimestamp(value: Timestamp): void {
  room(8)
  at = page.writeUInt32BE(value.t, at)
  at = page.writeUInt32BE(value.i, at)
}

/** Each field as type, name, value: the order in which MongoDB compares documents. */
function putDoc(doc: Doc): void {
  for (const name of Object.keys(doc)) {
    putByte(rankOf(doc[name]))
    putText(name)
    putValue(doc[name])
  }
  putByte(0)
}

/** UTF-8 with 0 escaped as 0 255 and ended by 0 0, so that a text sorts before what it begins. */
function putText(text: string): void {
  const safe = text.includes('\0') ? text.split('\0') : [text]
  safe.forEach((part, index) => {
    if (index > 0) putBytes(ESCAPED_ZERO)
    room(part.length * 3)
    at += page.write(part, at)
  })
  putBytes(END_OF_TEXT)
}
const ESCAPED_ZERO = Buffer.from([0, 255])
const END_OF_TEXT = Buffer.from([0, 0])

/** Bytes of a text's type and its own, without its end: what every longer text begins with. */
export const textStart = (text: string): Buffer =>
  encodeValue(text).subarray(0, -END_OF_TEXT.length)

/** The double at or below the number; a number between two doubles adds 1 and its exact digits. */
function putNumber(value: Numeric): void {
  const exact = exactNumber(value)
  const floor = typeof exact === 'number' ? exact : doubleAtOrBelow(exact)
  putDouble(floor)
  const between =
    typeof exact === 'object' &&
    !(Number.isFinite(floor) && compareWithDouble(exact, floor) === 0) &&
    exact
  putByte(between ? 1 : 0)
  if (between) putDigits(between)
}

function doubleAtOrBelow(value: Exact): number {
  const nearest = Number(`${value.coefficient}e${value.exponent}`)
  if (nearest === Infinity) return Number.MAX_VALUE
  if (nearest === -Infinity || compareWithDouble(value, nearest) >= 0) return nearest
  if (nearest === 0) return -Number.MIN_VALUE
  const bits = new DataView(new ArrayBuffer(8))
  bits.setFloat64(0, nearest)
  bits.setBigInt64(0, bits.getBigInt64(0) + (nearest > 0 ? -1n : 1n))
  return bits.getFloat64(0)
}

function invertFrom(start: number): void {
  for (let byte = start; byte < at; byte += 1) page[byte] = 255 - (page[byte] ?? 0)
}

/** Sign bit flipped for positives, all bits for negatives; NaN before all, -0 as 0. */
function putDouble(value: number): void {
  room(8)
  const start = at
  at = page.writeDoubleBE(value === 0 ? 0 : value, at)
  if (Number.isNaN(value)) page.fill(0, start, at)
  else if (value < 0) invertFrom(start)
  else page[start] = (page[start] ?? 0) | 0x80
}

/** How many digits stand before the point, then the digits; all inverted for negatives. */
function putDigits({ coefficient, exponent }: Exact): void {
  const digits = coefficient.toString().replace('-', '')
  const start = at
  room(digits.length + 3)
  at = page.writeUInt16BE(digits.length + exponent + 0x8000, at)
  for (const digit of digits.replace(/0+$/, '')) putByte(digit.charCodeAt(0) - 47)
  putByte(0)
  if (coefficient < 0n) invertFrom(start)
}
