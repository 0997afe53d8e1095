import { Catalog, type Collection } from './catalog.js'
import { Cursors } from './cursors.js'
import { CommandError } from './error.js'
import type { ExitGate } from './exit-gate.js'
import { Records } from './records.js'
import { Store } from './store.js'

/** One opened database folder: what every command works on. */
export interface Engine {
  readonly dir: string
  readonly store: Store
  readonly catalog: Catalog
  readonly records: Records
  readonly cursors: Cursors
  readonly startedAt: Date
  /** Told in one sentence about a query that examined far more documents than it gave. */
  readonly onScan: ((sentence: string) => void) | undefined
}

export function openEngine(
  dir: string,
  durable = true,
  onScan?: (sentence: string) => void,
  gate?: ExitGate,
): Engine {
  const store = new Store(dir, { durable, gate })
  const catalog = new Catalog(store)
  const records = new Records(store, catalog)
  return { dir, store, catalog, records, cursors: new Cursors(), startedAt: new Date(), onScan }
}

/** The collection a command names, which must exist (26 otherwise). */
export function existing(engine: Engine, db: string, name: string): Collection {
  const collection = engine.catalog.find(db, name)
  if (!collection) throw new CommandError(26, `ns does not exist: ${db}.${name}`)
  return collection
}

/** Index builds that a stop interrupted were never acknowledged: they are taken back. */
export async function dropUnfinishedIndexes(engine: Engine): Promise<void> {
  for (const collection of engine.catalog.list())
    if (collection.indexes.some((index) => index.building))
      await engine.store.change(() => {
        const finished = collection.indexes.filter((index) => !index.building)
        engine.catalog.setIndexes(collection, finished)
      })
}
