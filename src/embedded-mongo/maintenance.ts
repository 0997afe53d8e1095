import type { Engine } from './engine.js'
import { applyDelete } from './modify.js'
import type { Collection } from './catalog.js'
import type { Index } from './index-spec.js'
import type { Doc } from './values.js'

/**
 * What happens without being asked: expired documents go (every `ttlMilliseconds`), what was dropped is swept away, idle
 * cursors close. A failure is tried again on the next round. Returns how to stop it.
 */
export function startMaintenance(engine: Engine, ttlMilliseconds: number): () => void {
  const { store, catalog, cursors } = engine
  const stops = [
    every(1_000, async () => {
      cursors.expire(Date.now())
      if (catalog.garbage.size > 0) await store.write(catalog.sweep())
    }),
    every(ttlMilliseconds, async () => {
      for (const collection of catalog.list())
        for (const index of collection.indexes) await expire(engine, collection, index)
    }),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

/** Does the work again and again, each time so long after it was done or has failed. */
function every(milliseconds: number, work: () => Promise<void>): () => void {
  const timer = setTimeout(() => {
    void work()
      .catch(() => undefined)
      .finally(() => timer.refresh())
  }, milliseconds)
  timer.unref()
  return () => clearTimeout(timer)
}

/** Deletes what a TTL index says is over. Compound and building indexes never expire anything. */
async function expire(engine: Engine, collection: Collection, index: Index): Promise<void> {
  const { expireAfterSeconds, fields, building, partial } = index
  const [field, ...others] = fields
  if (!field || others.length > 0 || expireAfterSeconds === undefined || building) return
  const before = new Date(Date.now() - expireAfterSeconds * 1000)
  const { $and = [], ...given } = partial?.filter ?? {}
  const filter = { ...given, $and: [...($and as Doc[]), { [field.path]: { $lte: before } }] }
  const change = { filter, multi: true, hint: undefined, milliseconds: Infinity }
  await engine.store.write(applyDelete(engine, collection.db, collection.name, change))
}
