import { Catalog } from './catalog.js'
import { Cursors } from './cursors.js'
import { Store, type StoreOptions } from './store.js'

/** One opened database folder: what every command works on. */
export interface Engine {
  readonly store: Store
  readonly catalog: Catalog
  readonly cursors: Cursors
  /** The last wish for indexes: the next one waits for it. */
  indexing: Promise<unknown>
  /** Told in one sentence about a query that examined far more documents than it gave. */
  readonly onScan: ((sentence: string) => void) | undefined
}

export function openEngine(
  dir: string,
  { onScan, ...options }: StoreOptions & Partial<Pick<Engine, 'onScan'>> = {},
): Engine {
  const store = new Store(dir, options)
  const [catalog, cursors] = [new Catalog(store), new Cursors()]
  return { store, catalog, cursors, indexing: Promise.resolve(), onScan }
}
