import { statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Catalog } from './catalog.js'
import { wholeSpace } from './keyspace.js'
import { DATA_FILE, Store } from './store.js'
import type { Doc } from './values.js'

/** The collections of a folder at one moment. */
export interface Snapshot {
  readonly collections: readonly {
    readonly db: string
    readonly name: string
    readonly count: number
    /** As listIndexes answers them, `_id_` first. */
    readonly indexes: readonly Doc[]
  }[]
  /** BSON in the order of insertion. */
  documents(db: string, name: string): Iterable<Uint8Array>
  close(): Promise<void>
}

/**
 * Opens the database of a folder as it is at this moment, also while another process serves it: writers don't wait, but the file
 * grows by what they change until this is closed.
 */
export function openSnapshot(dir: string): Snapshot {
  const folder = resolve(dir)
  if (!statSync(join(folder, DATA_FILE), { throwIfNoEntry: false }))
    throw new Error(`There is no database in ${folder}.`)
  const store = new Store(folder, { snapshot: true })
  const catalog = new Catalog(store)
  return {
    collections: catalog.list().map(({ indexes, ...collection }) => ({
      ...collection,
      indexes: indexes.map(({ spec }) => spec),
    })),
    *documents(db, name) {
      const { space } = catalog.need(db, name)
      for (const { value } of store.entries(wholeSpace(space))) yield value
    },
    close: () => store.close(),
  }
}
