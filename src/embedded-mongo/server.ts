import { createServer, type Server, type Socket } from 'node:net'
import { toBytes } from './codec.js'
import { runCommand } from './commands.js'
import type { Engine } from './engine.js'
import { CommandError } from './error.js'
import { Framer, readRequest, requestId, writeReply, type Request } from './wire.js'

/** Listens for MongoDB's wire protocol on a unix socket or on loopback. */
export class WireServer {
  readonly #engine: Engine
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #connections = 0

  constructor(engine: Engine) {
    this.#engine = engine
    this.#server = createServer((socket) => this.#accept(socket))
    this.#server.on('error', () => undefined)
  }

  /** Resolves with the port (0 for a unix socket) once connections are accepted. */
  listen(where: { socketPath: string } | { port: number }): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      const listening = () => {
        this.#server.off('error', reject)
        const address = this.#server.address()
        resolve(address && typeof address === 'object' ? address.port : 0)
      }
      if ('port' in where) this.#server.listen(where.port, '127.0.0.1', listening)
      else this.#server.listen(where.socketPath, listening)
    })
  }

  /** Ends every connection; requests in progress are finished by the store before it closes. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  #accept(socket: Socket): void {
    this.#connections += 1
    const connectionId = this.#connections
    const framer = new Framer()
    this.#sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('data', (chunk: Buffer) => {
      try {
        for (const message of framer.push(chunk)) void this.#answer(socket, connectionId, message)
      } catch {
        socket.destroy()
      }
    })
  }

  /** Never throws: whatever goes wrong with one message is that message's answer. */
  async #answer(socket: Socket, connectionId: number, message: Buffer): Promise<void> {
    let request: Request | undefined
    let body: Buffer
    try {
      request = readRequest(message)
      const db = typeof request.body.$db === 'string' ? request.body.$db : 'admin'
      const connections = () => this.#sockets.size
      const context = { engine: this.#engine, db, connectionId, connections }
      const reply = await runCommand(context, request)
      body = Buffer.isBuffer(reply) ? reply : toBytes(reply)
    } catch (error) {
      body = errorReply(error)
    }
    if (request && !request.answered) return
    if (!socket.destroyed)
      socket.write(writeReply(requestId(message), request?.legacy ?? false, body))
  }
}

function errorReply(error: unknown): Buffer {
  if (error instanceof CommandError) {
    const { code, codeName, message, extra } = error
    return toBytes({ ok: 0, errmsg: message, code, codeName, ...extra })
  }
  const message = error instanceof Error ? error.message : String(error)
  return toBytes({ ok: 0, errmsg: message, code: 8, codeName: 'UnknownError' })
}
