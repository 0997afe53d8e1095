import { deserialize, EJSON, onDemand, serialize, type Document } from 'bson'

/** What a line of a backup says: one document, or a named part with its content. */
export type Part =
  | { readonly kind: 'document'; readonly document: Document }
  | { readonly kind: string; readonly content: unknown }

/** A line that begins with `[`, so that no document can be taken for it. */
export const partLine = (kind: string, content: unknown): string =>
  EJSON.stringify([kind, content], { relaxed: false })

/**
 * One document as one line: canonical Extended JSON when that gives back the same bytes, else `["bson", "<base64>"]`. JSON read by
 * JavaScript can't hold names like "10" out of order, nor a document that looks like a type (`{"$date": "x"}`).
 * Throws for the types that no driver can write any more (undefined, dbPointer).
 */
export function lineOf(bytes: Uint8Array): string {
  const document = deserialize(bytes, typed)
  const line = EJSON.stringify(document, { relaxed: false })
  if (!mayLookLikeType(bytes) && isSame(() => document, bytes)) return line
  if (isSame(() => EJSON.parse(line, { relaxed: false }) as Document, bytes)) return line
  if (isSame(() => inOrder(bytes), bytes))
    return JSON.stringify(['bson', Buffer.from(bytes).toString('base64')])
  throw new Error(`No driver can write this document back as it is: ${line.slice(0, 200)}`)
}

const DOLLAR = 0x24

/** Whether a name may begin with a dollar: before a name stands the byte of its type, which no usual text holds. */
function mayLookLikeType(bytes: Uint8Array): boolean {
  for (let at = bytes.indexOf(DOLLAR, 5); at > 0; at = bytes.indexOf(DOLLAR, at + 1)) {
    const before = bytes[at - 1] ?? 0
    if (before < 0x20 || before >= 0x7f) return true
  }
  return false
}

export function readLine(line: string): Part {
  const value: unknown = EJSON.parse(line, { relaxed: false })
  if (!Array.isArray(value)) return { kind: 'document', document: value as Document }
  const [kind, content] = value as [string, unknown]
  if (kind !== 'bson') return { kind, content }
  return { kind: 'document', document: inOrder(Buffer.from(String(content), 'base64')) }
}

const typed = { promoteValues: false, promoteBuffers: false, bsonRegExp: true } as const

function isSame(read: () => Document, bytes: Uint8Array): boolean {
  try {
    return Buffer.compare(serialize(read(), { ignoreUndefined: false }), bytes) === 0
  } catch {
    return false
  }
}

const OBJECT = 3
const ARRAY = 4

/** The document as a Map, which the driver writes in the order of its entries whatever their names. */
function inOrder(bytes: Uint8Array): Document {
  return new Map(
    [...onDemand.parseToElements(bytes)].map(([type, nameAt, nameLength, at, length]) => [
      Buffer.from(bytes.subarray(nameAt, nameAt + nameLength)).toString(),
      valueOf(type, bytes.subarray(at, at + length)),
    ]),
  )
}

function valueOf(type: number, bytes: Uint8Array): unknown {
  if (type === OBJECT) return inOrder(bytes)
  if (type === ARRAY) return [...(inOrder(bytes) as Map<string, unknown>).values()]
  const size = Buffer.alloc(4)
  size.writeInt32LE(bytes.length + 8)
  const alone = Buffer.concat([size, Buffer.from([type, 0x76, 0]), bytes, Buffer.alloc(1)])
  return (deserialize(alone, typed) as { v: unknown }).v
}
