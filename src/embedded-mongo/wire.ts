import { parseDoc } from './codec.js'
import { insist } from './error.js'
import type { Doc } from './values.js'

const [OP_REPLY, OP_QUERY, OP_MSG] = [1, 2004, 2013]
const [CHECKSUM_PRESENT, MORE_TO_COME] = [1, 2]
/** MongoDB's limit for one message, in bytes. */
export const MAX_MESSAGE = 48_000_000

/** One request: its command with the statements that came beside it, and the documents of an insert as raw BSON. */
export interface Request {
  readonly legacy: boolean
  readonly answered: boolean
  readonly body: Doc
  readonly documents?: readonly Buffer[] | undefined
}

/** Reads OP_MSG and the OP_QUERY of a driver's first hello, without the length they begin with; anything else throws. */
export function readRequest(message: Buffer): Request {
  const code = message.readInt32LE(8)
  if (code === OP_MSG) return readMessage(message)
  insist(code === OP_QUERY, 9, `operation code ${code} is not supported`)
  const nameEnd = message.indexOf(0, 16)
  const namespace = message.toString('utf8', 16, nameEnd)
  insist(namespace.endsWith('.$cmd'), 9, 'OP_QUERY is only answered for the hello of a handshake')
  const [query = {}] = readDocs(message.subarray(nameEnd + 9)).map(parseDoc)
  const body = { ...((query.$query as Doc | undefined) ?? query), $db: namespace.slice(0, -5) }
  return { legacy: true, answered: true, body }
}

function readMessage(message: Buffer): Request {
  const flags = message.readUInt32LE(12)
  const isKnown = (flags & 0xffff & ~(CHECKSUM_PRESENT | MORE_TO_COME)) === 0
  insist(isKnown, 9, `unknown required flag bits in OP_MSG: ${flags}`)
  const end = message.length - (flags & CHECKSUM_PRESENT ? 4 : 0)
  let body: Doc | undefined
  let documents: readonly Buffer[] | undefined
  const beside: Doc = {}
  for (let at = 16; at < end;) {
    const kind = message[at]
    const next = at + 1 + sizeAt(message, at + 1)
    const section = message.subarray(at + 1, next)
    insist(kind === 0 || kind === 1, 9, `unknown OP_MSG section kind ${kind ?? ''}`)
    const nameEnd = section.indexOf(0, 4)
    const name = section.toString('utf8', 4, nameEnd)
    if (kind === 0) body = parseDoc(section)
    else if (name === 'documents') documents = readDocs(section.subarray(nameEnd + 1))
    else beside[name] = readDocs(section.subarray(nameEnd + 1)).map(parseDoc)
    at = next
  }
  insist(body, 9, 'OP_MSG without a body section')
  const answered = (flags & MORE_TO_COME) === 0
  return { legacy: false, answered, body: { ...body, ...beside }, documents }
}

/** One BSON document after the other, to the end. */
function readDocs(bytes: Buffer): Buffer[] {
  const docs: Buffer[] = []
  for (let at = 0; at < bytes.length; at += docs.at(-1)?.length ?? 0)
    docs.push(bytes.subarray(at, at + sizeAt(bytes, at)))
  return docs
}

function sizeAt(bytes: Buffer, at: number): number {
  const size = bytes.readInt32LE(at)
  insist(size >= 5 && at + size <= bytes.length, 9, 'a length reaches past its message')
  return size
}

let lastId = 0

/** Frames an answer (BSON) to a message, whose body may be unreadable: as OP_MSG, or to an OP_QUERY as OP_REPLY. */
export function writeReply(message: Buffer, legacy: boolean, body: Buffer): Buffer {
  const headSize = legacy ? 36 : 21
  const reply = Buffer.allocUnsafe(headSize + body.length).fill(0, 0, headSize)
  lastId = (lastId + 1) & 0x7fff_ffff
  reply.writeInt32LE(reply.length, 0)
  reply.writeInt32LE(lastId, 4)
  message.copy(reply, 8, 0, 4)
  reply.writeInt32LE(legacy ? OP_REPLY : OP_MSG, 12)
  if (legacy) reply[16] = 8
  if (legacy) reply[32] = 1
  body.copy(reply, headSize)
  return reply
}
