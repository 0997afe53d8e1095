import { once } from 'node:events'
import { createServer, type ListenOptions, type Socket } from 'node:net'
import { MAX_MESSAGE, parseDoc, toBytes } from './codec.js'
import { runCommand } from './commands.js'
import type { Engine } from './engine.js'
import { CommandError, insist } from './error.js'
import type { Doc } from './values.js'

const [OP_REPLY, OP_QUERY, OP_MSG] = [1, 2004, 2013]
const [CHECKSUM_PRESENT, MORE_TO_COME] = [1, 2]

type Answer = (request: Request) => Promise<Buffer>

/** Answers MongoDB's wire protocol there, a unix socket or loopback. Resolves once connections are accepted. */
export async function serve(engine: Engine, where: ListenOptions) {
  const sockets = new Set<Socket>()
  let connectionId = 0
  const server = createServer((socket) => {
    const caller = { engine, connectionId: (connectionId += 1) }
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.setNoDelay(true)
    socket.on('error', () => socket.destroy())
    accept(socket, ({ body, documents }) => {
      const db = typeof body.$db === 'string' ? body.$db : 'admin'
      return runCommand({ ...caller, db, body, documents })
    }).catch(() => socket.destroy())
  })
  server.listen(where)
  await once(server, 'listening')
  server.on('error', () => undefined)
  const address = server.address()
  return {
    port: typeof address === 'object' ? address?.port : undefined,
    /** Ends every connection. */
    close: () => {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** Answers one message after the other, as MongoDB does; hangs up on a length that can't be one of MongoDB's, and on half a message. */
async function accept(socket: Socket, answer: Answer): Promise<never> {
  let wake: (value?: unknown) => void = () => undefined
  const take = async (bytes: number): Promise<Buffer> => {
    for (;;) {
      const found = socket.read(bytes) as Buffer | null
      if (found?.length === bytes) return found
      if (found) socket.destroy()
      await new Promise((resolve) => (wake = resolve))
    }
  }
  socket.on('readable', () => wake())
  for (;;) {
    const size = (await take(4)).readInt32LE(0)
    insist(size >= 16 && size <= MAX_MESSAGE + 16_384, 9, `a message has no ${size} bytes`)
    const reply = await replyTo(await take(size - 4), answer)
    if (reply && !socket.destroyed) socket.write(reply)
  }
}

/** Never throws: whatever goes wrong with one message is that message's answer; none where none is wanted. */
async function replyTo(message: Buffer, answer: Answer): Promise<Buffer | undefined> {
  let request: Request | undefined
  let reply: Buffer
  try {
    request = readRequest(message)
    reply = await answer(request)
  } catch (error) {
    const refusal = error instanceof CommandError ? error : new CommandError(8, String(error))
    const { code, codeName, message: errmsg, extra } = refusal
    reply = toBytes({ ok: 0, errmsg, code, codeName, ...extra })
  }
  const { answered = true, legacy = false } = request ?? {}
  return answered ? writeReply(message, legacy, reply) : undefined
}

/** One request: its command with the statements that came beside it, and the documents of an insert as raw BSON. */
interface Request {
  readonly legacy: boolean
  readonly answered: boolean
  readonly body: Doc
  readonly documents?: readonly Buffer[] | undefined
}

/** Reads OP_MSG and the OP_QUERY of a driver's first hello, without the length they begin with; anything else throws. */
function readRequest(message: Buffer): Request {
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

/** Frames an answer (BSON) to a message, whose body may be unreadable: as OP_MSG, or to an OP_QUERY as OP_REPLY. */
function writeReply(message: Buffer, legacy: boolean, body: Buffer): Buffer {
  const head = Buffer.alloc(legacy ? 36 : 21)
  const kind = legacy ? [OP_REPLY, 8, 0, 0, 0, 1] : [OP_MSG]
  const words = [head.length + body.length, 0, message.readInt32LE(0), ...kind]
  for (const [at, word] of words.entries()) head.writeInt32LE(word, 4 * at)
  return Buffer.concat([head, body])
}
