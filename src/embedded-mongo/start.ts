import { createHash } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import { newExitGate, shutGate } from './exit-gate.js'
import { liveSocket, lockFolder } from './lock.js'
import type { WorkerMessage, WorkerOptions } from './worker.js'

export interface StartOptions {
  /** Folder of the database; made with mode 0700 when it does not exist. */
  readonly dir: string
  /** Default: `mongo.sock` in the folder, or a short runtime folder when that path is over 100 bytes. */
  readonly socketPath?: string
  /** Listen on this TCP port of 127.0.0.1 too (0 = any free one): every local user can then connect. */
  readonly port?: number
  /** How often expired documents are removed; 60,000 by default, as in MongoDB. */
  readonly ttlMilliseconds?: number
  /** `false` answers before the disk has it, for folders that are thrown away anyway, as those of tests. */
  readonly durable?: boolean
  /** Told in one sentence about each query that examined over 1,000 documents more than it gave. */
  readonly onScan?: (sentence: string) => void
}

export interface EmbeddedMongo {
  /** By the socket and without a database name: append `/name` or give the driver `dbName`. */
  readonly uri: string
  /** The same by TCP, when a port was asked for. */
  readonly tcpUri: string | undefined
  /** Finishes what was asked, closes the file and gives the folder back. */
  stop(): Promise<void>
}

/** Longest path of a unix socket that every platform takes. */
const LONGEST_SOCKET_PATH = 100

/**
 * Starts the database on a folder, in a thread of its own, and resolves when it accepts connections. Rejects with
 * one sentence when another process has the folder. A thread that dies is started again.
 */
export async function startEmbeddedMongo(options: StartOptions): Promise<EmbeddedMongo> {
  const dir = resolve(options.dir)
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  chmodSync(dir, 0o700)
  const socketPath = socketPathFor(dir, options.socketPath)
  const release = await lockFolder(dir, socketPath)
  const ttlMilliseconds = options.ttlMilliseconds ?? 60_000
  const durable = options.durable ?? true
  const gate = newExitGate()
  const given = { dir, socketPath, port: options.port, ttlMilliseconds, durable, gate }
  const leave = () => {
    shutGate(gate, STOP_MILLISECONDS)
    release()
  }
  process.once('exit', leave)
  let stopping = false
  let worker: Worker
  let port: number | undefined
  const start = async (wanted: WorkerOptions) => {
    const thread = await startThread(wanted)
    thread.worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'scan') tell(options.onScan, message.sentence)
    })
    thread.worker.once('exit', () => {
      if (!stopping) void start({ ...given, port: thread.port }).catch(() => undefined)
    })
    worker = thread.worker
    return thread.port
  }
  const giveBack = () => {
    process.off('exit', leave)
    rmSync(socketPath, { force: true })
    release()
  }
  try {
    port = await start(given)
  } catch (error) {
    giveBack()
    throw error
  }
  return {
    uri: `mongodb://${encodeURIComponent(socketPath)}`,
    tcpUri: port === undefined ? undefined : `mongodb://127.0.0.1:${port}`,
    stop: async () => {
      if (stopping) return
      stopping = true
      await stopThread(worker)
      giveBack()
    },
  }
}

/** A listener that throws is its own affair. */
function tell(listener: StartOptions['onScan'], sentence: string): void {
  try {
    listener?.(sentence)
  } catch {
    return
  }
}

/** The URI of a process that serves this folder now, for a second one that wants to join; undefined when none does. */
export async function runningUri(dir: string): Promise<string | undefined> {
  const socketPath = await liveSocket(resolve(dir))
  return socketPath && `mongodb://${encodeURIComponent(socketPath)}`
}

/** The URI by which a database in this folder is reached, whether it runs now or not. */
export const uriFor = (dir: string): string =>
  `mongodb://${encodeURIComponent(socketPathFor(resolve(dir), undefined))}`

function socketPathFor(dir: string, wanted: string | undefined): string {
  const path = wanted ?? join(dir, 'mongo.sock')
  if (Buffer.byteLength(path) <= LONGEST_SOCKET_PATH) return path
  const name = `${createHash('sha256').update(dir).digest('hex').slice(0, 16)}.sock`
  const folder = `embedded-mongo-${userInfo().uid}`
  const short = [tmpdir(), '/tmp'].map((root) => join(root, folder, name))
  const path2 = short.find((one) => Buffer.byteLength(one) <= LONGEST_SOCKET_PATH)
  if (path2 === undefined)
    throw new Error(`No short enough folder for a socket: ${short.join(', ')}`)
  makePrivate(join(path2, '..'))
  return path2
}

/** The folder is ours alone, or we don't use it: somebody else could have made it first. */
function makePrivate(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const found = lstatSync(folder)
  if (!found.isDirectory() || found.uid !== userInfo().uid)
    throw new Error(`The runtime folder ${folder} belongs to somebody else.`)
  chmodSync(folder, 0o700)
}

/** What a thread takes by default (48) stays resident; this serves as quickly in a quarter of it. */
const YOUNG_MEGABYTES = 12

/** From source the thread needs tsx as well; built code needs nothing. */
function makeWorker(options: WorkerOptions): Worker {
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL('./worker.js', import.meta.url), {
      workerData: options,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
    })
  const file = JSON.stringify(new URL('./worker.ts', import.meta.url).href)
  const code = `import('tsx/esm/api').then(({ register }) => { register(); return import(${file}) })`
  return new Worker(code, { eval: true, workerData: options, execArgv: [] })
}

function startThread(
  options: WorkerOptions,
): Promise<{ worker: Worker; port: number | undefined }> {
  return new Promise((resolvePort, reject) => {
    const worker = makeWorker(options)
    worker.on('error', reject)
    worker.once('exit', () => {
      reject(new Error('The database thread ended before it listened.'))
    })
    worker.once('message', (message: WorkerMessage) => {
      if (message.kind === 'listening') {
        worker.unref()
        resolvePort({ worker, port: message.port })
      } else {
        void worker.terminate()
        reject(new Error(message.kind === 'failed' ? message.message : 'The database has stopped.'))
      }
    })
  })
}

/** Longest wait for a thread that is amid something; what it has acknowledged is on disk anyway. */
const STOP_MILLISECONDS = 10_000

async function stopThread(worker: Worker): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const stopped = new Promise<void>((done) => {
    timer = setTimeout(done, STOP_MILLISECONDS)
    worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'stopped') done()
    })
    worker.once('exit', () => {
      done()
    })
  })
  worker.ref()
  worker.postMessage('stop')
  await stopped
  clearTimeout(timer)
  await worker.terminate()
}
