import { createHash } from 'node:crypto'
import { ObjectId, type Binary, type Code, type Timestamp } from 'bson'
import { compareWithDouble, exactNumber, type Exact } from './numbers.js'
import { asDoc, RANK, rankOf, regexParts, textOf, type Doc, type Numeric } from './values.js'

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

/** MongoDB's total order over all BSON values. */
export function compareValues(a: unknown, b: unknown): number {
  if (a === b) return 0
  const rank = rankOf(a)
  const other = rankOf(b)
  return rank === other ? compareWithin(rank, a, b) : rank - other
}

/** The order of two values of one rank: that of their bytes, with short cuts for the usual ones. */
export function compareWithin(rank: number, a: unknown, b: unknown): number {
  if (rank === RANK.number) {
    const left = exactNumber(a as Numeric)
    const right = exactNumber(b as Numeric)
    if (left < right) return -1
    if (left > right) return 1
    if (left === right) return 0
  } else if (typeof a === 'string' && typeof b === 'string') {
    if (!BEYOND_UTF16.test(a + b)) return a < b ? -1 : Number(a > b)
  } else if (a instanceof Date && b instanceof Date) return a.getTime() - b.getTime()
  else if (a instanceof ObjectId && b instanceof ObjectId) return Buffer.compare(a.id, b.id)
  return Buffer.compare(encodeValue(a), encodeValue(b))
}

export const valuesEqual = (a: unknown, b: unknown): boolean =>
  typeof a === 'string' && typeof b === 'string' ? a === b : compareValues(a, b) === 0

/** What an order (below, at or above 0) means to each comparison. */
export const COMPARISONS: Readonly<Record<string, (order: number) => boolean>> = {
  $eq: (order) => order === 0,
  $ne: (order) => order !== 0,
  $gt: (order) => order > 0,
  $gte: (order) => order >= 0,
  $lt: (order) => order < 0,
  $lte: (order) => order <= 0,
}

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
  [RANK.code]: ({ code }: Code) => putText(code),
  [RANK.codeWithScope]: ({ code, scope }: Code) => {
    putText(code)
    putDoc(scope ?? {})
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
function putBinary({ buffer, position, sub_type: subtype }: Binary): void {
  room(5)
  at = page.writeUInt32BE(position, at)
  putByte(subtype)
  putBytes(buffer.subarray(0, position))
}

function putTimestamp({ t, i }: Timestamp): void {
  room(8)
  at = page.writeUInt32BE(i, page.writeUInt32BE(t, at))
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
  const nearest =
    typeof exact === 'number' ? exact : Number(`${exact.coefficient}e${exact.exponent}`)
  const start = at
  putDouble(nearest)
  const above = typeof exact === 'number' ? 0 : compareWithDouble(exact, nearest)
  const steps = nearest === 0 ? 2n : 1n
  if (above < 0) page.writeBigUInt64BE(page.readBigUInt64BE(start) - steps, start)
  putByte(above === 0 ? 0 : 1)
  if (typeof exact === 'object' && above !== 0) putDigits(exact)
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
