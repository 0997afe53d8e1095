import { deserialize, Double, Long, serialize } from 'bson'
import { insist } from './error.js'
import type { Doc } from './values.js'

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
