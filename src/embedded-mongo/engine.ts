import { statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Catalog, type Collection } from './catalog.js'
import { applyChange } from './commands-write.js'
import { Cursors } from './cursors.js'
import { leaveFolder, takeFolder } from './folder.js'
import type { Index } from './index-spec.js'
import { wholeSpace } from './keyspace.js'
import { DATA_FILE, Store, type StoreOptions, type WriteJob } from './store.js'

interface EngineOptions extends StoreOptions {
  /** Told in one sentence about a query that examined far more documents than it gave. */
  readonly onScan?: ((sentence: string) => void) | undefined
}

/** One opened database folder: what every command works on. */
export type Engine = Awaited<ReturnType<typeof openEngine>>

/** Rejects with one sentence while another process has the folder. `close` finishes what can be done at once and gives it back. */
export async function openEngine(dir: string, { onScan, ...options }: EngineOptions = {}) {
  const store = new Store(dir, options)
  let leave: (() => void) | undefined
  const close = () => store.close(leave)
  try {
    await takeFolder(store, dir)
    leave = () => leaveFolder(store)
    return { store, catalog: new Catalog(store), cursors: new Cursors(), onScan, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** The database of a folder as it is now, also while a process serves it; the file grows by what that changes until this is closed. */
export function openSnapshot(dir: string) {
  const folder = resolve(dir)
  if (!statSync(join(folder, DATA_FILE), { throwIfNoEntry: false }))
    throw new Error(`There is no database in ${folder}.`)
  const store = new Store(folder, { snapshot: true })
  const catalog = new Catalog(store)
  return {
    collections: catalog.list().map(({ db, name, count, indexes }) => {
      return { db, name, count, indexes: indexes.map(({ spec }) => spec) }
    }),
    /** BSON in the order of insertion. */
    *documents(db: string, name: string): Generator<Uint8Array> {
      const { space } = catalog.need(db, name)
      for (const { value } of store.entries(wholeSpace(space))) yield value
    },
    close: () => store.close(),
  }
}

/** Time and again closes idle cursors, removes what was dropped and deletes what has expired; a failure is tried again. Returns how to stop it. */
export function startMaintenance(engine: Engine, milliseconds: number): () => void {
  const goOn = () =>
    void maintain(engine)
      .catch(() => undefined)
      .finally(() => timer.refresh())
  const timer = setTimeout(goOn, milliseconds).unref()
  return () => clearTimeout(timer)
}

async function maintain(engine: Engine): Promise<void> {
  const { store, catalog, cursors } = engine
  cursors.expire(Date.now())
  while (catalog.garbage.size > 0) await store.change(() => catalog.sweep())
  for (const collection of catalog.list())
    for (const index of collection.indexes)
      if (index.expireAfterSeconds !== undefined)
        await store.write(expire(engine, collection, index))
}

/** Deletes what a TTL index says is over, if it is still there. Compound indexes never expire anything. */
function* expire(engine: Engine, { db, name }: Collection, index: Index): WriteJob<void> {
  const { expireAfterSeconds = 0, fields, partial } = index
  const [field, ...others] = fields
  const isKept = engine.catalog.find(db, name)?.indexes.includes(index)
  if (!isKept || !field || others.length > 0) return
  const before = new Date(Date.now() - expireAfterSeconds * 1000)
  const q = { $and: [partial?.filter ?? {}, { [field.path]: { $lte: before } }] }
  yield* applyChange({ engine, db, name }, { q, multi: true })
}
