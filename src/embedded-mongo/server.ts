import { once } from 'node:events'
import { createServer, type ListenOptions, type Socket } from 'node:net'
import { toBytes } from './codec.js'
import { runCommand } from './commands.js'
import type { Engine } from './engine.js'
import { CommandError } from './error.js'
import { MAX_MESSAGE, readRequest, writeReply, type Request } from './wire.js'

type Answer = (request: Request) => Promise<Buffer>

/** Answers MongoDB's wire protocol there, a unix socket or loopback. Resolves once connections are accepted. */
export async function serve(engine: Engine, where: ListenOptions) {
  const sockets = new Set<Socket>()
  let connectionId = 0
  const server = createServer((socket) => {
    const caller = { engine, connectionId: (connectionId += 1) }
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    accept(socket, ({ body, documents }) => {
      const db = typeof body.$db === 'string' ? body.$db : 'admin'
      return runCommand({ ...caller, db, body, documents })
    })
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

/** Cuts what comes into messages and answers one after the other, as MongoDB does; hangs up on a length that can't be one of MongoDB's, and on half a message. */
function accept(socket: Socket, answer: Answer): void {
  let size = 0
  let isBusy = false
  const read = (bytes: number) => {
    const found = socket.read(bytes) as Buffer | null
    if (found && found.length < bytes) socket.destroy()
    return found?.length === bytes ? found : undefined
  }
  const nextMessage = () => {
    if (size === 0) size = read(4)?.readInt32LE(0) ?? 0
    if (size === 0) return undefined
    if (size < 16 || size > MAX_MESSAGE + 16_384) return void socket.destroy()
    const message = read(size - 4)
    if (message) size = 0
    return message
  }
  const answerAll = async () => {
    if (isBusy) return
    isBusy = true
    for (let message = nextMessage(); message; message = nextMessage()) {
      const reply = await replyTo(message, answer)
      if (reply && !socket.destroyed) socket.write(reply)
    }
    isBusy = false
  }
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  socket.on('readable', () => void answerAll())
}

/** Never throws: whatever goes wrong with one message is that message's answer; none where none is wanted. */
async function replyTo(message: Buffer, answer: Answer): Promise<Buffer | undefined> {
  let request: Request | undefined
  let reply: Buffer
  try {
    request = readRequest(message)
    reply = await answer(request)
  } catch (error) {
    const { code, codeName, message, extra } = asRefusal(error)
    reply = toBytes({ ok: 0, errmsg: message, code, codeName, ...extra })
  }
  const { answered = true, legacy = false } = request ?? {}
  return answered ? writeReply(message, legacy, reply) : undefined
}

const asRefusal = (error: unknown) =>
  error instanceof CommandError ? error : new CommandError(8, String(error))
