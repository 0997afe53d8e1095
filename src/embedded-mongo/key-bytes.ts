import { createHash } from 'node:crypto'
import type { Code, ObjectId, Timestamp } from 'bson'
import { compareExact, exactOfDouble, type Exact } from './decimal.js'
import {
  RANK,
  asDoc,
  binaryParts,
  exactNumber,
  rankOf,
  regexParts,
  textOf,
  type Doc,
  type Numeric,
} from './values.js'

const MAX_KEY = 1978
const HASH_BYTES = 20
const LONGEST_COMPONENT = 700

let page = Buffer.allocUnsafe(8192)
let at = 0

function room(bytes: number): void {
  if (at + bytes <= page.length) return
  const larger = Buffer.allocUnsafe(Math.max(page.length * 2, at + bytes))
  page.copy(larger, 0, 0, at)
  page = larger
}

function putByte(byte: number): void {
  room(1)
  page[at] = byte
  at += 1
}

/** The longest a single value may be in a key of so many fields before it is cut and hashed. */
function componentLimit(fields: number): number {
  return Math.min(LONGEST_COMPONENT, Math.floor(MAX_KEY / fields) - HASH_BYTES)
}

/**
 * The bytes whose order is the order of compareValues, field by field; at most 1,978 of them.
 * `directions` are those of the whole index even when `values` are only its first fields, because
 * the length at which a value is cut depends on them. `undefined` stands for a missing field.
 */
export function encodeKey(values: readonly unknown[], directions: readonly (1 | -1)[]): Buffer {
  return encodeValues(values, directions).key
}

/** A text that is the same for two values exactly when they compare equal: for groups and sets. */
export function valueKey(value: unknown): string {
  if (typeof value === 'string') return `s${value}`
  at = 0
  putValue(value)
  return page.toString('latin1', 0, at)
}

/** The key, and whether a value in it was too long and ends in a hash. */
export function encodeValues(
  values: readonly unknown[],
  directions: readonly (1 | -1)[],
): { key: Buffer; cut: boolean } {
  const limit = componentLimit(Math.max(directions.length, values.length))
  let cut = false
  at = 0
  for (let index = 0; index < values.length; index += 1) {
    const start = at
    const value = values[index]
    if (value === EMPTY_ARRAY) putByte(RANK.undefined)
    else if (value instanceof Whole) putValue(value.array)
    else putValue(value === undefined ? null : value)
    if (at - start > limit) {
      const digest = createHash('sha256').update(page.subarray(start, at)).digest()
      at = start + limit
      room(HASH_BYTES)
      digest.copy(page, at, 0, HASH_BYTES)
      at += HASH_BYTES
      cut = true
    }
    if (directions[index] === -1)
      for (let byte = start; byte < at; byte += 1) page[byte] = 255 - (page[byte] ?? 0)
  }
  return { key: Buffer.from(page.subarray(0, at)), cut }
}

/** In an index an empty array sorts as BSON undefined, before null, while a missing field is null. */
export const EMPTY_ARRAY = Symbol('empty array')

/** An array inside an array is one value of the index, not looked into again. */
export class Whole {
  constructor(readonly array: readonly unknown[]) {}
}

function putValue(value: unknown): void {
  const rank = rankOf(value)
  putByte(rank)
  switch (rank) {
    case RANK.number: {
      putNumber(value as Numeric)
      return
    }
    case RANK.string: {
      putText(textOf(value))
      return
    }
    case RANK.object: {
      putDoc(asDoc(value) ?? {})
      return
    }
    case RANK.array:
      for (const item of value as unknown[]) putValue(item)
      {
        putByte(0)
        return
      }
    case RANK.binary: {
      putBinary(binaryParts(value as Uint8Array))
      return
    }
    case RANK.objectId: {
      putBytes((value as ObjectId).id)
      return
    }
    case RANK.boolean: {
      putByte(value ? 1 : 0)
      return
    }
    case RANK.date: {
      putDouble((value as Date).getTime())
      return
    }
    case RANK.timestamp: {
      putTimestamp(value as Timestamp)
      return
    }
    default: {
      putRare(rank, value)
      return
    }
  }
}

function putRare(rank: number, value: unknown): void {
  if (rank === RANK.regex) {
    const { pattern, options } = regexParts(value)
    putText(pattern)
    putText(options)
  } else if (rank === RANK.code || rank === RANK.codeWithScope) {
    putText((value as Code).code)
    if (rank === RANK.codeWithScope) putDoc((value as Code).scope ?? {})
  }
}

function putBytes(bytes: Uint8Array): void {
  room(bytes.length)
  page.set(bytes, at)
  at += bytes.length
}

function putBinary({ bytes, subtype }: { bytes: Uint8Array; subtype: number }): void {
  room(5)
  page.writeUInt32BE(bytes.length, at)
  page[at + 4] = subtype
  at += 5
  putBytes(bytes)
}

function putTimestamp(value: Timestamp): void {
  room(8)
  page.writeUInt32BE(value.t, at)
  page.writeUInt32BE(value.i, at + 4)
  at += 8
}

/** Each field as type, name, value: the order in which MongoDB compares documents. */
function putDoc(doc: Doc): void {
  for (const name of Object.keys(doc)) {
    const value = doc[name]
    putByte(rankOf(value))
    putText(name)
    putValue(value)
  }
  putByte(0)
}

/** UTF-8 with 0 escaped as 0 255 and ended by 0 0, so that a prefix sorts before what it begins. */
function putText(text: string): void {
  room(text.length * 3 + 2)
  const start = at
  at += page.write(text, at)
  if (text.includes('\0')) escapeZeros(start)
  room(2)
  page[at] = 0
  page[at + 1] = 0
  at += 2
}

function escapeZeros(start: number): void {
  const raw = Buffer.from(page.subarray(start, at))
  room(raw.length)
  at = start
  for (const byte of raw) {
    putByte(byte)
    if (byte === 0) putByte(255)
  }
}

/** The double at or below the number; a number between two doubles adds 1 and its exact digits. */
function putNumber(value: Numeric): void {
  const exact = exactNumber(value)
  if (typeof exact === 'number') {
    putDouble(exact)
    putByte(0)
    return
  }
  const between = typeof exact === 'bigint' ? { coefficient: exact, exponent: 0 } : exact
  const floor = doubleAtOrBelow(between)
  putDouble(floor)
  if (Number.isFinite(floor) && compareExact(exactOfDouble(floor), between) === 0) {
    putByte(0)
    return
  }
  putByte(1)
  putDigits(between)
}

function doubleAtOrBelow(value: Exact): number {
  const nearest = Number(`${value.coefficient}e${value.exponent}`)
  if (nearest === Infinity) return Number.MAX_VALUE
  if (nearest === -Infinity) return nearest
  return compareExact(exactOfDouble(nearest), value) <= 0 ? nearest : doubleBelow(nearest)
}

const scratch = new DataView(new ArrayBuffer(8))

function doubleBelow(value: number): number {
  if (value === 0) return -Number.MIN_VALUE
  scratch.setFloat64(0, value)
  const bits = scratch.getBigInt64(0)
  scratch.setBigInt64(0, value > 0 ? bits - 1n : bits + 1n)
  return scratch.getFloat64(0)
}

/** Sign bit flipped for positives, all bits for negatives; NaN before all, -0 as 0. */
function putDouble(value: number): void {
  room(8)
  if (value !== value) page.fill(0, at, at + 8)
  else {
    page.writeDoubleBE(value === 0 ? 0 : value, at)
    if (value < 0)
      for (let byte = at; byte < at + 8; byte += 1) page[byte] = 255 - (page[byte] ?? 0)
    else page[at] = (page[at] ?? 0) | 0x80
  }
  at += 8
}

function putDigits({ coefficient, exponent }: Exact): void {
  const negative = coefficient < 0n
  const digits = (negative ? -coefficient : coefficient).toString().replace(/0+$/, '')
  const size = (negative ? -coefficient : coefficient).toString().length + exponent
  const start = at
  room(digits.length + 3)
  at = page.writeUInt16BE(size + 0x8000, at)
  for (let index = 0; index < digits.length; index += 1)
    page[at + index] = digits.charCodeAt(index) - 47
  at += digits.length
  putByte(0)
  if (negative) for (let byte = start; byte < at; byte += 1) page[byte] = 255 - (page[byte] ?? 0)
}
