import { deserialize, Double, Long, serialize } from 'bson'
import { insist } from './error.js'
import { asDoc, type Doc } from './values.js'

/** MongoDB's limit for one document, in bytes. */
export const MAX_DOCUMENT = 16 * 1024 * 1024

const WRAPPED = { promoteValues: false, promoteBuffers: false, bsonRegExp: true }

/** Reads BSON into a document whose values keep their BSON types (see values.ts). */
export function parseDoc(bytes: Uint8Array): Doc {
  return deserialize(bytes, WRAPPED)
}

/** Writes a document as BSON; `undefined` becomes null as in MongoDB's drivers. */
export function toBytes(doc: Doc): Buffer {
  const bytes = serialize(doc, { ignoreUndefined: false })
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** The bytes of a document that is going to be stored; over 16 MB is refused, with 17419 where an update made it so. */
export function checkSize(bytes: Buffer, code = 10_334): Buffer {
  insist(bytes.length <= MAX_DOCUMENT, code, `object too large. size in bytes: ${bytes.length}`)
  return bytes
}

/** The pieces of a BSON document or array around its elements; joined once at the end, for they may be megabytes. */
function wrapped(pieces: readonly Uint8Array[]): Uint8Array[] {
  const head = Buffer.allocUnsafe(4)
  head.writeInt32LE(
    pieces.reduce((sum, piece) => sum + piece.length, 5),
    0,
  )
  return [head, ...pieces, END]
}

const END = Buffer.from([0])
const element = (type: number, name: string) => Buffer.from(`${String.fromCharCode(type)}${name}\0`)

const itemHeads = Array.from({ length: 1024 }, (_, index) => element(3, String(index)))

/** `{ cursor: { <name>: [docs], id, ns }, ok: 1 }` around documents that are already BSON, so that nothing is encoded twice. */
export function cursorReply(
  name: 'firstBatch' | 'nextBatch',
  docs: readonly Uint8Array[],
  id: bigint,
  namespace: string,
): Buffer {
  const list = docs.flatMap((doc, index) => [itemHeads[index] ?? element(3, String(index)), doc])
  const about = toBytes({ id: Long.fromBigInt(id), ns: namespace }).subarray(4, -1)
  const cursor = wrapped([element(4, name), ...wrapped(list), about])
  return Buffer.concat(wrapped([CURSOR, ...cursor, OK]))
}
const CURSOR = element(3, 'cursor')
const OK = toBytes({ ok: new Double(1) }).subarray(4, -1)

/** Whether a document's first field is `_id`. */
export function startsWithId(bytes: Uint8Array): boolean {
  return bytes[5] === 0x5f && bytes[6] === 0x69 && bytes[7] === 0x64 && bytes[8] === 0
}

/** Top-level field names as they stand in BSON. */
type FieldNames = readonly Buffer[]

/** The top-level fields a filter or a sort looks at; undefined when it may look at any (`$expr`). */
export function topFields(filter: Doc): string[] | undefined {
  const names = Object.entries(filter).flatMap(([name, condition]) => {
    if (!name.startsWith('$')) return [name.split('.', 1)[0]]
    if (!Array.isArray(condition)) return name === '$comment' ? [] : [undefined]
    return condition.flatMap((clause) => topFields(asDoc(clause) ?? {}) ?? [undefined])
  })
  const known = names.filter((name) => name !== undefined)
  return known.length === names.length ? [...new Set(known)] : undefined
}

/** The same, for `cutFields`. */
export const fieldsOf = (filter: Doc): FieldNames | undefined =>
  topFields(filter)?.map((name) => Buffer.from(name))

/** The document with only these fields (`keep`), or with all others, in the order in which they stand. */
export function cutFields(bytes: Buffer, names: FieldNames, keep: boolean): Buffer {
  const cut = Buffer.allocUnsafe(bytes.length)
  let size = 4
  let at = 4
  while (bytes[at] !== 0) {
    const nameEnd = bytes.indexOf(0, at + 1)
    const next = nameEnd + 1 + sizeOfValue(bytes, bytes[at] ?? 0, nameEnd + 1)
    if (isNamed(bytes, at + 1, nameEnd, names) === keep) size += bytes.copy(cut, size, at, next)
    at = next
  }
  cut[size] = 0
  cut.writeInt32LE(size + 1, 0)
  return cut.subarray(0, size + 1)
}

function isNamed(bytes: Buffer, start: number, end: number, names: FieldNames): boolean {
  for (const name of names)
    if (name.length === end - start && name.compare(bytes, start, end) === 0) return true
  return false
}

/** Bytes of a value by its BSON type, where the length does not stand in the value itself. */
const FIXED: Readonly<Record<number, number>> = {
  ...{ 0x01: 8, 0x07: 12, 0x08: 1, 0x09: 8, 0x10: 4, 0x11: 8, 0x12: 8, 0x13: 16 },
  ...{ 0x06: 0, 0x0a: 0, 0x7f: 0, 0xff: 0 },
}

/** Beside the length that a value begins with, so many bytes: those of the length itself, a subtype, an id. */
const BESIDE_LENGTH: Readonly<Record<number, number>> = {
  ...{ 0x02: 4, 0x03: 0, 0x04: 0, 0x05: 5, 0x0c: 16, 0x0d: 4, 0x0e: 4, 0x0f: 0 },
}

function sizeOfValue(bytes: Buffer, type: number, at: number): number {
  const fixed = FIXED[type]
  if (fixed !== undefined) return fixed
  const beside = BESIDE_LENGTH[type]
  if (beside !== undefined) return bytes.readInt32LE(at) + beside
  const pattern = bytes.indexOf(0, at)
  return bytes.indexOf(0, pattern + 1) + 1 - at
}
