import { deserialize, Double, Long, onDemand, serialize } from 'bson'
import { CommandError, insist } from './error.js'
import { asDoc, type Doc } from './values.js'

/** MongoDB's limit for one document, in bytes. */
export const MAX_DOCUMENT = 16 * 1024 * 1024
/** And for one message. */
export const MAX_MESSAGE = 48_000_000

/** Reads BSON into a document whose values keep their BSON types (see values.ts). */
export const parseDoc = (bytes: Uint8Array): Doc =>
  deserialize(bytes, { promoteValues: false, promoteBuffers: false, bsonRegExp: true })

/** Writes a document as BSON; `undefined` becomes null as in MongoDB's drivers. Where bson's 17 MB end, it throws or cuts. */
export function toBytes(doc: Doc): Buffer {
  try {
    const bytes = serialize(doc, { ignoreUndefined: false })
    if (bytes.length < 17 << 20) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
  }
  throw new CommandError(10_334, 'object too large')
}

/** The bytes of a document that is going to be stored; over 16 MB is refused, with 17419 where an update made it so. */
export function checkSize(bytes: Buffer, code = 10_334): Buffer {
  insist(bytes.length <= MAX_DOCUMENT, code, `object too large. size in bytes: ${bytes.length}`)
  return bytes
}

/** The pieces of a BSON document or array around its elements; joined once at the end, for they may be megabytes. */
function wrapped(pieces: readonly Uint8Array[]): Uint8Array[] {
  const head = Buffer.allocUnsafe(4)
  const size = pieces.reduce((sum, piece) => sum + piece.length, 5)
  head.writeInt32LE(size)
  return [head, ...pieces, END]
}
const END = Buffer.from([0])
const element = (type: number, name: string) => Buffer.from(`${String.fromCharCode(type)}${name}\0`)

/** `{ cursor: { <name>: [docs], id, ns }, ok: 1 }` around documents that are already BSON, so that nothing is encoded twice. */
export function cursorReply(
  name: 'firstBatch' | 'nextBatch',
  docs: readonly Uint8Array[],
  id: bigint,
  namespace: string,
): Buffer {
  const list = docs.flatMap((doc, index) => [element(3, String(index)), doc])
  const about = toBytes({ id: Long.fromBigInt(id), ns: namespace }).subarray(4, -1)
  const cursor = wrapped([element(4, name), ...wrapped(list), about])
  return Buffer.concat(wrapped([element(3, 'cursor'), ...cursor, OK]))
}
const OK = toBytes({ ok: new Double(1) }).subarray(4, -1)

/** Whether a document's first field is `_id`. */
export const startsWithId = (bytes: Buffer): boolean => bytes.toString('latin1', 5, 9) === '_id\0'

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
export const fieldsOf = (filter: Doc): readonly Buffer[] | undefined =>
  topFields(filter)?.map((name) => Buffer.from(name))

/** The document with only these fields (`keep`), or with all others, in the order in which they stand. */
export function cutFields(bytes: Buffer, names: readonly Buffer[], keep: boolean): Buffer {
  const pieces: Buffer[] = []
  for (const [, nameAt, nameLength, at, length] of onDemand.parseToElements(bytes)) {
    const nameEnd = nameAt + nameLength
    const isNamed = names.some(
      (name) => name.length === nameLength && name.compare(bytes, nameAt, nameEnd) === 0,
    )
    if (isNamed === keep) pieces.push(bytes.subarray(nameAt - 1, at + length))
  }
  return Buffer.concat(wrapped(pieces))
}
