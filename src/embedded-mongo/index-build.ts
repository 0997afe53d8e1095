import type { Collection } from './catalog.js'
import { parseDoc } from './codec.js'
import type { Engine } from './engine.js'
import { CommandError } from './error.js'
import type { Index } from './index-spec.js'
import { recordKey, ridAtEnd, spaceKey } from './keyspace.js'

const DOCS_PER_TRANSACTION = 2_000

/** Fills new indexes a transaction at a time while others read and write; a refusal takes them back. */
export async function buildIndexes(
  engine: Engine,
  collection: Collection,
  made: readonly Index[],
): Promise<void> {
  if (made.length === 0) return
  const { store, catalog, records } = engine
  const end = spaceKey(collection.space + 1)
  let next = recordKey(collection.space, 0)
  let refusal: CommandError | undefined
  try {
    for (let more = true; more;) {
      more = await store.change(() => {
        if (collection.dropped) throw new CommandError(276, 'collection dropped')
        const entries = [...store.entries(next, end, false).slice(0, DOCS_PER_TRANSACTION)]
        try {
          for (const { key, value } of entries) {
            const doc = parseDoc(value)
            for (const index of made) records.index(collection, index, ridAtEnd(key), doc)
            next = recordKey(collection.space, ridAtEnd(key) + 1)
          }
        } catch (error) {
          if (!(error instanceof CommandError)) throw error
          refusal = error
        }
        return !refusal && entries.length === DOCS_PER_TRANSACTION
      })
    }
    if (refusal) throw refusal
    await store.change(() => {
      for (const index of made) {
        index.building = false
        store.onRollback(() => {
          index.building = true
        })
      }
      catalog.save(collection)
    })
  } catch (error) {
    await store.change(() => {
      if (!collection.dropped)
        catalog.setIndexes(
          collection,
          collection.indexes.filter((index) => !made.includes(index)),
        )
    })
    throw error
  }
}
