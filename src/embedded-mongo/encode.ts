import { createHash } from 'node:crypto'
import { ObjectId, type Binary, type Code, type Timestamp } from 'bson'
import { compareWithDouble, exactNumber } from './numbers.js'
import { asDoc, RANK, rankOf, regexParts, textOf, type Doc, type Numeric } from './values.js'

/** lmdb takes 1,978 bytes; a key of ours has ten more: its space and a record id. */
const LONGEST_KEY = 1968
const HASH_BYTES = 20
const LONGEST_VALUE = 700

/** Bytes whose order is MongoDB's order of values; no value's bytes begin another's. Missing is null. */
export const encodeValue = (value: unknown = null): Buffer => Buffer.from(valueKey(value), 'latin1')

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
  const left = valueKey(a)
  const right = valueKey(b)
  return left < right ? -1 : Number(left > right)
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

/** The bytes of a value as a text of such characters: the same for two values exactly when they compare equal. */
export function valueKey(value: unknown): string {
  const rank = rankOf(value)
  const encode = ENCODERS[rank]
  return encode ? String.fromCharCode(rank) + encode(value as never) : String.fromCharCode(rank)
}

const ENCODERS: Readonly<Record<number, (value: never) => string>> = {
  [RANK.number]: encodeNumber,
  [RANK.string]: (value) => encodeText(textOf(value)),
  [RANK.object]: (value) => encodeDoc(asDoc(value) ?? {}),
  [RANK.array]: (value: unknown[]) => `${value.map(valueKey).join('')}\0`,
  [RANK.binary]: encodeBinary,
  [RANK.objectId]: ({ id }: ObjectId) => latin1(id),
  [RANK.boolean]: (value: boolean) => (value ? '\x01' : '\0'),
  [RANK.date]: (value: Date) => encodeDouble(value.getTime()),
  [RANK.timestamp]: ({ t, i }: Timestamp) => encodeSize(t) + encodeSize(i),
  [RANK.regex](value) {
    const { pattern, options } = regexParts(value)
    return encodeText(pattern) + encodeText(options)
  },
  [RANK.code]: ({ code }: Code) => encodeText(code),
  [RANK.codeWithScope]: ({ code, scope }: Code) => encodeText(code) + encodeDoc(scope ?? {}),
}

/** UTF-8 with 0 escaped as 0 255 and ended by 0 0, so that a text sorts before what it begins. */
function encodeText(text: string): string {
  const utf8 = BEYOND_ASCII.test(text) ? latin1(Buffer.from(text)) : text
  return `${utf8.includes('\0') ? utf8.replaceAll('\0', '\0\xff') : utf8}\0\0`
}
const BEYOND_ASCII = /[^\0-\x7f]/

/** Bytes of a text's type and its own, without its end: what every longer text begins with. */
export const textStart = (text: string): Buffer => encodeValue(text).subarray(0, -2)

/** Each field as type, name, value: the order in which MongoDB compares documents. */
function encodeDoc(doc: Doc): string {
  let text = ''
  for (const name of Object.keys(doc))
    text += String.fromCharCode(rankOf(doc[name])) + encodeText(name) + valueKey(doc[name])
  return `${text}\0`
}

const scratch = Buffer.alloc(8)

const latin1 = ({ buffer, byteOffset, length }: Uint8Array, size = length): string =>
  Buffer.from(buffer, byteOffset, size).toString('latin1')

/** Four bytes. */
function encodeSize(value: number): string {
  scratch.writeUInt32BE(value)
  return latin1(scratch, 4)
}

/** By length first, then subtype, then content. */
function encodeBinary({ buffer, position, sub_type: subtype }: Binary): string {
  return encodeSize(position) + String.fromCharCode(subtype) + latin1(buffer, position)
}

/** Sign bit flipped for positives, all bits for negatives; NaN before all, -0 as 0. Or the double some `steps` below. */
function encodeDouble(value: number, steps = 0n): string {
  scratch.writeDoubleBE(value === 0 ? 0 : value)
  if (Number.isNaN(value)) scratch.fill(0)
  else if (value < 0) for (let at = 0; at < 8; at += 1) scratch[at] = 255 - (scratch[at] ?? 0)
  else scratch[0] = (scratch[0] ?? 0) | 0x80
  if (steps > 0n) scratch.writeBigUInt64BE(scratch.readBigUInt64BE() - steps)
  return latin1(scratch)
}

/**
 * The double at or below the number; between two doubles there follows 1, how many digits stand before the point, and the
 * digits, inverted for negatives.
 */
function encodeNumber(value: Numeric): string {
  const exact = exactNumber(value)
  if (typeof exact === 'number') return `${encodeDouble(exact)}\0`
  const { coefficient, exponent } = exact
  const nearest = Number(`${coefficient}e${exponent}`)
  const above = compareWithDouble(exact, nearest)
  if (above === 0) return `${encodeDouble(nearest)}\0`
  const floor = encodeDouble(nearest, above > 0 ? 0n : nearest === 0 ? 2n : 1n)
  const digits = coefficient.toString().replace('-', '')
  const codes = Array.from(digits.replace(/0+$/, ''), (digit) => digit.charCodeAt(0) - 47)
  const point = digits.length + exponent + 0x8000
  const bytes = Buffer.from([point >> 8, point & 255, ...codes, 0])
  return `${floor}\x01${latin1(coefficient < 0n ? inverted(bytes) : bytes)}`
}
