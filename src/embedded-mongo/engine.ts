import { Catalog } from './catalog.js'
import { Cursors } from './cursors.js'
import { Store, type StoreOptions } from './store.js'

/** One opened database folder: what every command works on. */
export interface Engine {
  readonly store: Store
  readonly catalog: Catalog
  readonly cursors: Cursors
  /** Told in one sentence about a query that examined far more documents than it gave. */
  readonly onScan: ((sentence: string) => void) | undefined
}

export function openEngine(
  dir: string,
  { onScan, ...options }: StoreOptions & Partial<Pick<Engine, 'onScan'>> = {},
): Engine {
  const store = new Store(dir, options)
  return { store, catalog: new Catalog(store), cursors: new Cursors(), onScan }
}
