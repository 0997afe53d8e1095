import { once } from 'node:events'
import { resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { newExitGate, shutGate } from './exit-gate.js'
import { makePrivate, socketOf } from './folder.js'
import type { WorkerOptions } from './worker.js'

export interface StartOptions {
  /** Folder of the database; made with mode 0700 when it does not exist. */
  readonly dir: string
  /** Listen on this TCP port of 127.0.0.1 too (0 = any free one): every local user can then connect. */
  readonly port?: number
  /** How often expired documents and what was dropped are removed; 60,000 by default, as in MongoDB. */
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
  /** Finishes what can be done at once, closes the file and gives the folder back. */
  stop(): Promise<void>
}

/** Longest wait for a thread that is amid something; what it has acknowledged is on disk anyway. */
const STOP_MILLISECONDS = 10_000

/** Starts the database in a thread of its own and resolves when it accepts connections; rejects when another process has the folder. */
export async function startEmbeddedMongo(options: StartOptions): Promise<EmbeddedMongo> {
  const { port, ttlMilliseconds = 60_000, durable = true, onScan } = options
  const dir = resolve(options.dir)
  makePrivate(dir)
  const gate = newExitGate()
  const leave = () => shutGate(gate, STOP_MILLISECONDS)
  process.once('exit', leave)
  const socketPath = socketOf(dir)
  const thread = makeWorker({ dir, socketPath, port, ttlMilliseconds, durable, gate })
  thread.once('exit', () => process.off('exit', leave))
  const [bound] = (await once(thread, 'message')) as [number | undefined]
  thread.unref()
  thread.on('message', (sentence: string) => {
    // A listener that throws is its own affair.
    Promise.resolve(sentence)
      .then(onScan)
      .catch(() => undefined)
  })
  const tcpUri = bound === undefined ? undefined : `mongodb://127.0.0.1:${bound}`
  let stopped: Promise<void> | undefined
  return { uri: uriFor(dir), tcpUri, stop: () => (stopped ??= stopThread(thread)) }
}

/** The URI by which a database in this folder is reached, whether it runs now or not. */
export const uriFor = (dir: string): string => `mongodb://${encodeURIComponent(socketOf(dir))}`

/** From source the thread needs tsx as well; built code needs nothing. */
function makeWorker(workerData: WorkerOptions): Worker {
  // What a thread takes by default (48) stays resident; this serves as quickly in a quarter of it.
  const resourceLimits = { maxYoungGenerationSizeMb: 12 }
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL('./worker.js', import.meta.url), { workerData, resourceLimits })
  const file = JSON.stringify(new URL('./worker.ts', import.meta.url).href)
  const code = `import('tsx/esm/api').then(({ register }) => { register(); return import(${file}) })`
  return new Worker(code, { eval: true, workerData, execArgv: [] })
}

async function stopThread(thread: Worker): Promise<void> {
  const ended = once(thread, 'exit')
  thread.ref()
  thread.postMessage('stop')
  await Promise.race([ended, setTimeout(STOP_MILLISECONDS, undefined, { ref: false })])
  await thread.terminate()
}
