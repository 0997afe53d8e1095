import { chmodSync, rmSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { openEngine, startMaintenance } from './engine.js'
import type { ExitGate } from './exit-gate.js'
import { serve } from './server.js'
import type { StartOptions } from './start.js'

/** What start.ts hands to the thread. */
export interface WorkerOptions extends Required<Omit<StartOptions, 'port' | 'onScan'>> {
  readonly port: number | undefined
  readonly socketPath: string
  readonly gate: ExitGate
}

const { dir, socketPath, port, ttlMilliseconds, durable, gate } = workerData as WorkerOptions
/** Says first the port, once the thread listens, and then sentences about queries that no index serves. It is told to stop. */
const say = (message: unknown) => parentPort?.postMessage(message)

let isReady = false
const onScan = (sentence: string) => isReady && say(sentence)
const engine = await openEngine(dir, { durable, gate, onScan })
try {
  rmSync(socketPath, { force: true })
  const servers = [await serve(engine, { path: socketPath })]
  chmodSync(socketPath, 0o600)
  if (port !== undefined) servers.push(await serve(engine, { host: '127.0.0.1', port }))
  const stopMaintenance = startMaintenance(engine, ttlMilliseconds)
  parentPort?.once('message', () => {
    for (const server of servers) server.close()
    stopMaintenance()
    void engine.close().finally(() => process.exit())
  })
  say(servers.at(1)?.port)
  isReady = true
} catch (error) {
  await engine.close()
  throw error
}
