import { chmodSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { dropUnfinishedIndexes, openEngine } from './engine.js'
import type { ExitGate } from './exit-gate.js'
import { startMaintenance } from './maintenance.js'
import { readAhead } from './read-ahead.js'
import { WireServer } from './server.js'
import { DATA_FILE } from './store.js'

/** What start.ts hands to the thread. */
export interface WorkerOptions {
  readonly dir: string
  readonly socketPath: string
  readonly port: number | undefined
  readonly ttlMilliseconds: number
  readonly durable: boolean
  readonly gate: ExitGate
}

export type WorkerMessage =
  | { readonly kind: 'listening'; readonly port: number | undefined }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'scan'; readonly sentence: string }

const options = workerData as WorkerOptions

function say(message: WorkerMessage): void {
  parentPort?.postMessage(message)
}

/** A start has the disk for itself; what is asked first is read when it is asked. */
const READ_AHEAD_AFTER = 3_000

async function run(): Promise<void> {
  const tellScan = (sentence: string) => {
    say({ kind: 'scan', sentence })
  }
  const engine = openEngine(options.dir, options.durable, tellScan, options.gate)
  await dropUnfinishedIndexes(engine)
  const stopMaintenance = startMaintenance(engine, options.ttlMilliseconds)
  const server = new WireServer(engine)
  const loopback = options.port === undefined ? undefined : new WireServer(engine)
  const stopping = new AbortController()
  const reading = setTimeout(() => {
    readAhead(join(options.dir, DATA_FILE), 1, stopping.signal).catch(() => undefined)
  }, READ_AHEAD_AFTER)
  parentPort?.once('message', () => void stop())
  const stop = async () => {
    clearTimeout(reading)
    stopping.abort()
    await Promise.all([server.close(), loopback?.close()])
    await stopMaintenance()
    engine.cursors.closeAll()
    await engine.store.close()
    say({ kind: 'stopped' })
  }
  rmSync(options.socketPath, { force: true })
  await server.listen({ socketPath: options.socketPath })
  chmodSync(options.socketPath, 0o600)
  say({ kind: 'listening', port: await loopback?.listen({ port: options.port ?? 0 }) })
}

process.on('uncaughtException', () => undefined)
process.on('unhandledRejection', () => undefined)

run().catch((error: unknown) => {
  say({ kind: 'failed', message: error instanceof Error ? error.message : String(error) })
})
