import type { Collection } from './catalog.js'
import { parseDoc } from './codec.js'
import { openEngine, type Engine } from './engine.js'
import { lockFolder } from './folder.js'
import { ridAtEnd, wholeSpace } from './keyspace.js'
import { entriesOf } from './records.js'

export interface CollectionReport {
  readonly namespace: string
  readonly documents: number
  readonly indexes: readonly { readonly name: string; readonly keys: number }[]
  /** One sentence per disagreement; empty when collection and indexes agree. */
  readonly problems: readonly string[]
}

/** More problems than these are not named one by one. */
const MOST_NAMED = 20

/** Checks each collection of a folder that no process uses: keys of all indexes, both ways, and the counters. */
export async function checkFolder(
  dir: string,
  onCollection: (report: CollectionReport) => void = () => undefined,
): Promise<CollectionReport[]> {
  const release = await lockFolder(dir)
  const engine = openEngine(dir)
  try {
    return engine.catalog.list().map((collection) => {
      const report = checkCollection(engine, collection)
      onCollection(report)
      return report
    })
  } finally {
    await engine.store.close()
    release()
  }
}

/** The same for one collection of an open database, in one go: nothing is written meanwhile. */
export function checkCollection({ store }: Engine, collection: Collection): CollectionReport {
  const problems: string[] = []
  const complain = (problem: string) => {
    if (problems.length < MOST_NAMED) problems.push(problem)
    else problems[MOST_NAMED] = 'and more of these'
  }
  const checked = collection.indexes.map((index) => ({ index, entered: 0 }))
  let [documents, bytes] = [0, 0]
  for (const { key, value } of store.entries(wholeSpace(collection.space))) {
    documents += 1
    bytes += value.length
    const rid = ridAtEnd(key)
    const doc = parseDoc(Buffer.from(value))
    for (const one of checked)
      for (const entry of entriesOf(one.index, doc, rid).entries)
        if (store.holds(entry.key, entry.value)) one.entered += 1
        else complain(`index ${one.index.name} lacks a key of the document with record id ${rid}`)
  }
  for (const [what, counted, stored] of [
    ['documents', collection.count, documents],
    ['bytes', collection.bytes, bytes],
  ] as const)
    if (counted !== stored) complain(`${counted} ${what} are counted but ${stored} are stored`)
  const indexes = checked.map(({ index: { name, space }, entered }) => {
    const keys = store.countKeys(wholeSpace(space))
    if (keys > entered)
      complain(`index ${name} has keys that belong to no document: ${keys - entered}`)
    return { name, keys }
  })
  return { namespace: collection.namespace, documents, indexes, problems }
}
