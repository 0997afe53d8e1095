import { statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Catalog } from './catalog.js'
import { wholeSpace } from './keyspace.js'
import { DATA_FILE, Store } from './store.js'

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
