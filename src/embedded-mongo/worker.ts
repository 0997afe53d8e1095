import { chmodSync, rmSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { openEngine, readAhead, startMaintenance } from './engine.js'
import type { ExitGate } from './exit-gate.js'
import { serve } from './server.js'
import type { StartOptions } from './start.js'

/** What start.ts hands to the thread. */
export interface WorkerOptions extends Required<Omit<StartOptions, 'port' | 'onScan'>> {
  readonly port: number | undefined
  readonly socketPath: string
  readonly gate: ExitGate
}

/** What the thread says: once that it listens, and then about queries that no index serves. What it is told is to stop. */
export type WorkerMessage = { readonly port: number | undefined } | string

const { dir, socketPath, port, ttlMilliseconds, durable, gate } = workerData as WorkerOptions
const say = (message: WorkerMessage) => parentPort?.postMessage(message)

/** A start has the disk for itself; what is asked first is read when it is asked. */
const READ_AHEAD_AFTER = 3_000

const engine = openEngine(dir, { durable, gate, onScan: say })
const stopMaintenance = startMaintenance(engine, ttlMilliseconds)
const reading = new AbortController()
setTimeout(() => {
  readAhead(dir, 1, reading.signal).catch(() => undefined)
}, READ_AHEAD_AFTER).unref()
rmSync(socketPath, { force: true })
const servers = [await serve(engine, { path: socketPath })]
chmodSync(socketPath, 0o600)
if (port !== undefined) servers.push(await serve(engine, { host: '127.0.0.1', port }))

parentPort?.once('message', () => {
  for (const server of servers) server.close()
  reading.abort()
  stopMaintenance()
  void engine.store.close().then(() => process.exit())
})
say({ port: servers.at(1)?.port })
