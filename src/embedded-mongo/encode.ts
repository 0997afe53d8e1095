import * as bson from 'bson'
import { asDoc, toNumber, type Doc, type Numeric } from './values.js'

/** MongoDB's place of a type in the order of types, which is the first byte of a key; its name; how its values go on. */
type Type = readonly [rank: number, name: string, encode?: (value: never) => string]

const MISSING: Type = [2, 'missing']
const NULL: Type = [3, 'null']
const STRING: Type = [5, 'string', encodeText]
const OBJECT: Type = [6, 'object', (value: unknown) => encodeDoc(asDoc(value) ?? {})]
const SCOPED: Type = [
  16,
  'javascriptWithScope',
  ({ code, scope }: bson.Code) => encodeText(code) + encodeDoc(scope ?? {}),
]

const TYPES = new Map<unknown, Type>([
  [bson.MinKey.prototype, [1, 'minKey']],
  [Symbol.prototype, [2, 'undefined']],
  [bson.Int32.prototype, [4, 'int', encodeNumber]],
  [bson.Double.prototype, [4, 'double', encodeNumber]],
  [Number.prototype, [4, 'double', encodeNumber]],
  [bson.Long.prototype, [4, 'long', encodeNumber]],
  [bson.Decimal128.prototype, [4, 'decimal', encodeNumber]],
  [bson.BSONSymbol.prototype, [5, 'symbol', ({ value }: bson.BSONSymbol) => encodeText(value)]],
  [Array.prototype, [7, 'array', (items: unknown[]) => `${items.map(valueKey).join('')}\0`]],
  [bson.Binary.prototype, [8, 'binData', encodeBinary]],
  [bson.UUID.prototype, [8, 'binData', encodeBinary]],
  [bson.ObjectId.prototype, [9, 'objectId', ({ id }: bson.ObjectId) => latin1(id)]],
  [Boolean.prototype, [10, 'bool', (value: boolean) => (value ? '\x01' : '\0')]],
  [Date.prototype, [11, 'date', (value: Date) => encodeDouble(value.getTime())]],
  [bson.Timestamp.prototype, [12, 'timestamp', ({ t, i }: bson.Timestamp) => uint(t) + uint(i)]],
  [
    bson.BSONRegExp.prototype,
    [13, 'regex', (one: bson.BSONRegExp) => encodeText(one.pattern) + encodeText(one.options)],
  ],
  [bson.Code.prototype, [15, 'javascript', ({ code }: bson.Code) => encodeText(code)]],
  [bson.MaxKey.prototype, [17, 'maxKey']],
])

function typeOf(value: unknown): Type {
  if (typeof value === 'string') return STRING
  if (value === undefined) return MISSING
  if (value === null) return NULL
  if (value instanceof bson.Code && value.scope) return SCOPED
  return TYPES.get(Object.getPrototypeOf(value)) ?? OBJECT
}

export const rankOf = (value: unknown): number => typeOf(value)[0]

/** MongoDB's name of a value's type: `int`, `objectId`, `binData` …; `missing` for undefined. */
export const typeName = (value: unknown): string => typeOf(value)[1]

/** Bytes whose order is MongoDB's order of values; no value's bytes begin another's. Missing is null. */
export const encodeValue = (value: unknown = null): Buffer => Buffer.from(valueKey(value), 'latin1')
export const inverted = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte) => 255 - byte))

/** MongoDB's total order over all BSON values: that of their bytes, with short cuts for the usual numbers and dates. */
export function compareValues(a: unknown, b: unknown): number {
  const difference = isDouble(a) && isDouble(b) ? a.value - b.value : NaN
  if (!Number.isNaN(difference)) return difference
  const order = rankOf(a) - rankOf(b)
  if (order !== 0) return order
  if (a instanceof Date && b instanceof Date) return a.getTime() - b.getTime()
  const [left, right] = [valueKey(a), valueKey(b)]
  return left < right ? -1 : Number(left > right)
}

const isDouble = (value: unknown): value is bson.Int32 | bson.Double =>
  value instanceof bson.Int32 || value instanceof bson.Double

export const valuesEqual = (a: unknown, b: unknown): boolean =>
  typeof a === 'string' && typeof b === 'string' ? a === b : compareValues(a, b) === 0

/** What an order (below, at or above 0) means to each comparison. */
export const COMPARISONS = {
  $eq: (order: number) => order === 0,
  $ne: (order: number) => order !== 0,
  $gt: (order: number) => order > 0,
  $gte: (order: number) => order >= 0,
  $lt: (order: number) => order < 0,
  $lte: (order: number) => order <= 0,
} as const

/** The bytes of a value as a text of such characters: the same for two values exactly when they compare equal. */
export function valueKey(value: unknown): string {
  const type = typeOf(value)
  const start = String.fromCharCode(type[0])
  return type[2] ? start + type[2](value as never) : start
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
function uint(value: number): string {
  scratch.writeUInt32BE(value)
  return latin1(scratch, 4)
}

/** By length first, then subtype, then content. */
function encodeBinary({ buffer, position, sub_type: subtype }: bson.Binary): string {
  return uint(position) + String.fromCharCode(subtype) + latin1(buffer, position)
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

/** Coefficient times ten to the exponent. */
type Digits = readonly [coefficient: bigint, exponent: number]

/** Of a long or a decimal that may lie between two doubles; none for NaN and the infinities. */
function digitsOf(value: Numeric): Digits | undefined {
  const isDigits = value instanceof bson.Long || value instanceof bson.Decimal128
  const match = isDigits && /^(-?\d*)\.?(\d*)(?:E([+-]?\d+))?$/i.exec(value.toString())
  if (!match) return undefined
  const [, whole = '', fraction = '', power = '0'] = match
  return [BigInt(whole + fraction), Number(power) - fraction.length]
}

/** Below, equal or above zero as the number is to the double; one is a whole number of halvings, so it has digits too. */
function compareWithDouble([coefficient, exponent]: Digits, double: number): number {
  if (!Number.isFinite(double)) return -double
  let halvings = 0
  for (; !Number.isInteger(double); halvings += 1) double *= 2
  const low = Math.min(exponent, -halvings)
  const left = coefficient * 10n ** BigInt(exponent - low)
  const right = BigInt(double) * 5n ** BigInt(halvings) * 10n ** BigInt(-halvings - low)
  return left < right ? -1 : Number(left > right)
}

/** The double at or below; between two doubles then 1, the number of digits before the point and the digits (less: inverted). */
function encodeNumber(value: Numeric): string {
  const nearest = toNumber(value)
  const isSafe = value instanceof bson.Long && Number.isSafeInteger(nearest)
  const exact = isSafe ? undefined : digitsOf(value)
  const above = exact ? compareWithDouble(exact, nearest) : 0
  if (!exact || above === 0) return `${encodeDouble(nearest)}\0`
  const [coefficient, exponent] = exact
  const floor = encodeDouble(nearest, above > 0 ? 0n : nearest === 0 ? 2n : 1n)
  const digits = coefficient.toString().replace('-', '')
  const codes = Array.from(digits.replace(/0+$/, ''), (digit) => digit.charCodeAt(0) - 47)
  const point = digits.length + exponent + 0x8000
  const bytes = Buffer.from([point >> 8, point & 255, ...codes, 0])
  return `${floor}\x01${latin1(coefficient < 0n ? inverted(bytes) : bytes)}`
}
