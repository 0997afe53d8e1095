import type { Engine } from './engine.js'
import { applyDelete } from './modify.js'
import type { Collection } from './catalog.js'
import type { Index } from './index-spec.js'

const KEYS_PER_SWEEP = 5_000

/**
 * What happens without being asked: expired documents go (at least every `ttlMilliseconds`), dropped
 * collections are swept away, idle cursors close. A failure is tried again on the next round.
 */
export function startMaintenance(engine: Engine, ttlMilliseconds: number): () => Promise<void> {
  let stopped = false
  const isStopped = () => stopped
  let running: Promise<void> = Promise.resolve()
  let expireAt = Date.now() + ttlMilliseconds
  const timer = setInterval(
    () => {
      running = running.then(round).catch(() => undefined)
    },
    Math.min(1_000, ttlMilliseconds),
  )
  timer.unref()

  async function round(): Promise<void> {
    engine.cursors.expire(Date.now())
    while (!isStopped() && !(await engine.catalog.sweep(KEYS_PER_SWEEP)));
    if (isStopped() || Date.now() < expireAt) return
    expireAt = Date.now() + ttlMilliseconds
    for (const collection of engine.catalog.list())
      for (const index of collection.indexes)
        if (!isStopped() && index.expireAfterSeconds !== undefined)
          await expire(engine, collection, index)
  }

  return async () => {
    stopped = true
    clearInterval(timer)
    await running
  }
}

/** Deletes what a TTL index says is over. Compound and building indexes never expire anything. */
async function expire(engine: Engine, collection: Collection, index: Index): Promise<void> {
  const [field] = index.fields
  if (!field || index.fields.length > 1 || index.building || collection.count === 0) return
  const before = new Date(Date.now() - (index.expireAfterSeconds ?? 0) * 1000)
  const filter = { ...index.partial?.filter, [field.path]: { $lte: before } }
  const change = { filter, multi: true, hint: undefined, milliseconds: Infinity }
  await engine.store.write(() => applyDelete(engine, collection.db, collection.name, change))
}
