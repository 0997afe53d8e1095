import { deserialize, serialize } from 'bson'
import { located } from './error.js'
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

/** Writes a document that is going to be stored; over 16 MB is refused with 10334. */
export function toStoredBytes(doc: Doc): Buffer {
  const bytes = toBytes(doc)
  if (bytes.length > MAX_DOCUMENT)
    throw located(
      10334,
      `BSONObj size: ${bytes.length} is invalid. Size must be between 0 and ${MAX_DOCUMENT}`,
    )
  return bytes
}

const indexNames = Array.from({ length: 1024 }, (_, index) => elementHeader(index))

function elementHeader(index: number): Buffer {
  return Buffer.from(`\x03${index}\0`, 'latin1')
}

/** A BSON array of documents put together from their bytes, so that nothing is encoded twice. */
function arrayOfDocs(docs: readonly Uint8Array[]): Buffer {
  let size = 5
  const headers = docs.map((doc, index) => {
    const header = indexNames[index] ?? elementHeader(index)
    size += header.length + doc.length
    return header
  })
  const bytes = Buffer.allocUnsafe(size)
  let at = bytes.writeInt32LE(size, 0)
  headers.forEach((header, index) => {
    bytes.set(header, at)
    at += header.length
    const doc = docs[index] as Uint8Array
    bytes.set(doc, at)
    at += doc.length
  })
  bytes[at] = 0
  return bytes
}

/** `{ cursor: { <name>: [docs], id, ns }, ok: 1 }` around documents that are already BSON. */
export function cursorReply(
  name: 'firstBatch' | 'nextBatch',
  docs: readonly Uint8Array[],
  id: bigint,
  namespace: string,
): Buffer {
  const list = arrayOfDocs(docs)
  const ns = Buffer.from(namespace, 'utf8')
  const inner =
    4 + (1 + name.length + 1) + list.length + (1 + 3 + 8) + (1 + 3 + 4 + ns.length + 1) + 1
  const size = 4 + (1 + 7) + inner + (1 + 3 + 8) + 1
  const bytes = Buffer.allocUnsafe(size)
  let at = bytes.writeInt32LE(size, 0)
  at += bytes.write('\x03cursor\0', at, 'latin1')
  at = bytes.writeInt32LE(inner, at)
  at += bytes.write(`\x04${name}\0`, at, 'latin1')
  bytes.set(list, at)
  at += list.length
  at += bytes.write('\x12id\0', at, 'latin1')
  at = bytes.writeBigInt64LE(id, at)
  at += bytes.write('\x02ns\0', at, 'latin1')
  at = bytes.writeInt32LE(ns.length + 1, at)
  bytes.set(ns, at)
  at += ns.length
  bytes[at++] = 0
  bytes[at++] = 0
  at += bytes.write('\x01ok\0', at, 'latin1')
  at = bytes.writeDoubleLE(1, at)
  bytes[at] = 0
  return bytes
}

/** The bytes of a stored document's first element when it is `_id`, as `[start, end)`; else undefined. */
export function startsWithId(bytes: Uint8Array): boolean {
  return bytes[5] === 0x5f && bytes[6] === 0x69 && bytes[7] === 0x64 && bytes[8] === 0
}
