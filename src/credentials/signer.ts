import { Worker } from 'node:worker_threads'
import type { JsonObject } from './credential.js'
import type { SigningKey } from './proof.js'
import type { SignDocument } from './sign-awards.js'

/** What the thread is asked, and what it answers. */
export interface SignRequest {
  readonly id: number
  readonly unsigned: JsonObject
  readonly key: SigningKey
  readonly at: Date
}
export type SignAnswer =
  | { readonly id: number; readonly signed: JsonObject }
  | { readonly id: number; readonly error: string }

interface Waiting {
  readonly resolve: (signed: JsonObject) => void
  readonly reject: (error: Error) => void
}

/**
 * A thread that makes embedded proofs: bringing a document into canonical form takes some ten milliseconds, in which no page
 * would be answered. Its memory is given back by `close`.
 */
export function openSigner(): {
  readonly sign: SignDocument
  readonly close: () => Promise<void>
} {
  const waiting = new Map<number, Waiting>()
  const worker = makeWorker()
  let count = 0
  const fail = (error: Error) => {
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }
  worker.on('message', (answer: SignAnswer) => {
    const asked = waiting.get(answer.id)
    waiting.delete(answer.id)
    if ('signed' in answer) asked?.resolve(answer.signed)
    else asked?.reject(new Error(answer.error))
  })
  worker.on('error', fail)
  worker.on('exit', () => fail(new Error('the signing thread has ended')))
  return {
    sign: (unsigned, key, at) =>
      new Promise((resolve, reject) => {
        count += 1
        waiting.set(count, { resolve, reject })
        worker.postMessage({ id: count, unsigned, key, at } satisfies SignRequest)
      }),
    close: async () => {
      await worker.terminate()
    },
  }
}

/** From source the thread needs tsx as well; built code needs nothing. */
function makeWorker(): Worker {
  const resourceLimits = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 96 }
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL('./signer-thread.js', import.meta.url), { resourceLimits })
  const file = JSON.stringify(new URL('./signer-thread.ts', import.meta.url).href)
  const code = `import('tsx/esm/api').then(({ register }) => { register(); return import(${file}) })`
  return new Worker(code, { eval: true, execArgv: [], resourceLimits })
}
