import { chmodSync, rmSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { openEngine, startMaintenance } from './engine.js'
import type { ExitGate } from './exit-gate.js'
import { serve } from './server.js'

/** What start.ts hands to the thread. */
export interface WorkerOptions {
  readonly dir: string
  readonly socketPath: string
  readonly port: number | undefined
  readonly ttlMilliseconds: number
  readonly durable: boolean
  readonly gate: ExitGate
}

/** What the thread says: once that it listens, and then about queries that no index serves. What it is told is to stop. */
export type WorkerMessage = { readonly port: number | undefined } | string

const { dir, socketPath, port, ttlMilliseconds, durable, gate } = workerData as WorkerOptions
const say = (message: WorkerMessage) => parentPort?.postMessage(message)

const engine = openEngine(dir, { durable, gate, onScan: say })
const stopMaintenance = startMaintenance(engine, ttlMilliseconds)
rmSync(socketPath, { force: true })
const servers = [await serve(engine, { path: socketPath })]
chmodSync(socketPath, 0o600)
if (port !== undefined) servers.push(await serve(engine, { host: '127.0.0.1', port }))

parentPort?.once('message', () => {
  for (const server of servers) server.close()
  stopMaintenance()
  void engine.store.close().then(() => process.exit())
})
say({ port: servers.at(1)?.port })
