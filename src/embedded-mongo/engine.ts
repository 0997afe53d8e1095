import { Catalog, type Collection } from './catalog.js'
import { Cursors } from './cursors.js'
import { leaveFolder, takeFolder } from './folder.js'
import type { Index } from './index-spec.js'
import { applyChange } from './modify.js'
import { Store, type StoreOptions } from './store.js'
import type { Doc } from './values.js'

/** One opened database folder: what every command works on. */
export interface Engine {
  readonly store: Store
  readonly catalog: Catalog
  readonly cursors: Cursors
  /** Told in one sentence about a query that examined far more documents than it gave. */
  readonly onScan?: ((sentence: string) => void) | undefined
  /** Finishes what can be done at once and gives the folder back. */
  close(): Promise<void>
}

/** Rejects with one sentence while another process has the folder. */
export async function openEngine(
  dir: string,
  { onScan, ...options }: StoreOptions & Pick<Engine, 'onScan'> = {},
): Promise<Engine> {
  const store = new Store(dir, options)
  try {
    await takeFolder(store, dir)
  } catch (error) {
    await store.close()
    throw error
  }
  const [catalog, cursors] = [new Catalog(store), new Cursors()]
  const close = () => store.close(() => leaveFolder(store))
  return { store, catalog, cursors, onScan, close }
}

/** Has expired documents and what was dropped removed, and idle cursors closed; a failure is tried again. Returns how to stop it. */
export function startMaintenance(engine: Engine, ttlMilliseconds: number): () => void {
  const { store, catalog, cursors } = engine
  const timers = [
    every(1_000, async () => {
      cursors.expire(Date.now())
      while (catalog.garbage.size > 0) await store.change(() => catalog.sweep())
    }),
    every(ttlMilliseconds, async () => {
      for (const collection of catalog.list())
        for (const index of collection.indexes) await expire(engine, collection, index)
    }),
  ]
  return () => timers.forEach(clearTimeout)
}

/** Does the work again and again, each time so long after it was done or has failed. */
function every(milliseconds: number, work: () => Promise<void>): NodeJS.Timeout {
  const timer = setTimeout(() => {
    void work()
      .catch(() => undefined)
      .finally(() => timer.refresh())
  }, milliseconds)
  return timer.unref()
}

/** Deletes what a TTL index says is over. Compound indexes never expire anything. */
async function expire(engine: Engine, { db, name }: Collection, index: Index): Promise<void> {
  const { expireAfterSeconds, fields, partial } = index
  const [field, ...others] = fields
  if (!field || others.length > 0 || expireAfterSeconds === undefined) return
  const before = new Date(Date.now() - expireAfterSeconds * 1000)
  const { $and = [], ...given } = partial?.filter ?? {}
  const filter = { ...given, $and: [...($and as Doc[]), { [field.path]: { $lte: before } }] }
  await engine.store.write(applyChange({ engine, db, name }, { q: filter, multi: true }))
}
