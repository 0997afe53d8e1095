import { parseDoc } from './codec.js'
import { CommandError } from './error.js'
import type { Doc } from './values.js'

const OP_REPLY = 1
const OP_QUERY = 2004
const OP_MSG = 2013
const CHECKSUM_PRESENT = 1
const MORE_TO_COME = 2
const KNOWN_REQUIRED_FLAGS = CHECKSUM_PRESENT | MORE_TO_COME
/** MongoDB's limit for one message, in bytes. */
export const MAX_MESSAGE = 48_000_000

/** One request: its command document and the document sequences (raw BSON) that came beside it. */
export interface Request {
  readonly id: number
  readonly legacy: boolean
  readonly answered: boolean
  readonly body: Doc
  readonly sequences: ReadonlyMap<string, readonly Buffer[]>
}

/** Cuts a byte stream into whole messages; `push` throws when a length can't be one of MongoDB's. */
export class Framer {
  #parts: Buffer[] = []
  #size = 0
  #wanted = 0

  /** Messages completed by this chunk, in order. */
  push(chunk: Buffer): Buffer[] {
    this.#parts.push(chunk)
    this.#size += chunk.length
    const messages: Buffer[] = []
    while (this.#size >= Math.max(this.#wanted, 16)) {
      const all = this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts)
      if (!all) break
      this.#parts = [all]
      this.#wanted = all.readInt32LE(0)
      if (this.#wanted < 16 || this.#wanted > MAX_MESSAGE + 16_384)
        throw new CommandError(
          9,
          `message length ${this.#wanted} is not between 16 and ${MAX_MESSAGE}`,
        )
      if (this.#size < this.#wanted) break
      messages.push(all.subarray(0, this.#wanted))
      this.#size -= this.#wanted
      this.#parts = this.#size > 0 ? [all.subarray(this.#wanted)] : []
      this.#wanted = 0
    }
    return messages
  }
}

/** Request id of a message whose body may be unreadable, so that the error can still be answered. */
export function requestId(message: Buffer): number {
  return message.readInt32LE(4)
}

/** Reads OP_MSG and the OP_QUERY of a driver's first hello; anything else throws. */
export function readRequest(message: Buffer): Request {
  const code = message.readInt32LE(12)
  if (code === OP_MSG) return readMessage(message)
  if (code === OP_QUERY) return readQuery(message)
  throw new CommandError(9, `operation code ${code} is not supported`)
}

function readMessage(message: Buffer): Request {
  const flags = message.readUInt32LE(16)
  if ((flags & 0xffff & ~KNOWN_REQUIRED_FLAGS) !== 0)
    throw new CommandError(9, `unknown required flag bits in OP_MSG: ${flags}`)
  const end = message.length - (flags & CHECKSUM_PRESENT ? 4 : 0)
  const sequences = new Map<string, Buffer[]>()
  let body: Doc | undefined
  let at = 20
  while (at < end) {
    const kind = message[at]
    at += 1
    const size = message.readInt32LE(at)
    if (size < 5 || at + size > end) throw new CommandError(9, 'a section reaches past its message')
    if (kind === 0) body = parseDoc(message.subarray(at, at + size))
    else if (kind === 1) readSequence(message.subarray(at, at + size), sequences)
    else throw new CommandError(9, `unknown OP_MSG section kind ${String(kind)}`)
    at += size
  }
  if (!body) throw new CommandError(9, 'OP_MSG without a body section')
  const answered = (flags & MORE_TO_COME) === 0
  return { id: requestId(message), legacy: false, answered, body, sequences }
}

function readSequence(section: Buffer, into: Map<string, Buffer[]>): void {
  const nameEnd = section.indexOf(0, 4)
  if (nameEnd < 0) throw new CommandError(9, 'a document sequence has no name')
  const docs: Buffer[] = []
  let at = nameEnd + 1
  while (at < section.length) {
    const size = section.readInt32LE(at)
    if (size < 5 || at + size > section.length)
      throw new CommandError(9, 'a document reaches past its sequence')
    docs.push(section.subarray(at, at + size))
    at += size
  }
  into.set(section.toString('utf8', 4, nameEnd), docs)
}

function readQuery(message: Buffer): Request {
  const nameEnd = message.indexOf(0, 20)
  const namespace = message.toString('utf8', 20, nameEnd)
  if (!namespace.endsWith('.$cmd'))
    throw new CommandError(9, 'OP_QUERY is only answered for the hello of a handshake')
  const at = nameEnd + 1 + 8
  const wrapped = parseDoc(message.subarray(at, at + message.readInt32LE(at)))
  const body = { ...((wrapped.$query as Doc | undefined) ?? wrapped), $db: namespace.slice(0, -5) }
  return { id: requestId(message), legacy: true, answered: true, body, sequences: new Map() }
}

let lastId = 0

/** Frames an answer (BSON) as OP_MSG, or as OP_REPLY to an OP_QUERY: header first, then the same bytes. */
export function writeReply(to: number, legacy: boolean, body: Buffer): Buffer {
  const headSize = legacy ? 36 : 21
  const reply = Buffer.allocUnsafe(headSize + body.length)
  lastId = (lastId + 1) & 0x7fff_ffff
  reply.writeInt32LE(reply.length, 0)
  reply.writeInt32LE(lastId, 4)
  reply.writeInt32LE(to, 8)
  reply.writeInt32LE(legacy ? OP_REPLY : OP_MSG, 12)
  reply.fill(0, 16, headSize)
  if (legacy) {
    reply.writeInt32LE(8, 16)
    reply.writeInt32LE(1, 32)
  }
  body.copy(reply, headSize)
  return reply
}
