import { join } from 'node:path'
import type { Collection } from './catalog.js'
import { parseDoc } from './codec.js'
import { openEngine, type Engine } from './engine.js'
import { ridAtEnd, wholeSpace } from './keyspace.js'
import { lockFolder } from './lock.js'
import { readAhead } from './read-ahead.js'
import { entriesOf, isEntered } from './records.js'
import { DATA_FILE } from './store.js'

export interface CollectionReport {
  readonly namespace: string
  readonly documents: number
  readonly indexes: readonly { readonly name: string; readonly keys: number }[]
  /** One sentence per disagreement; empty when collection and indexes agree. */
  readonly problems: readonly string[]
}

/** Problems named one by one before the rest is only counted. */
const MOST_NAMED = 20

/**
 * Checks every collection of a folder that no process is using: each document has exactly its keys in every
 * index, no key is without its document, and the counts that are kept are true.
 */
export async function checkFolder(
  dir: string,
  onCollection: (report: CollectionReport) => void = () => undefined,
): Promise<CollectionReport[]> {
  const release = await lockFolder(dir, '')
  await readAhead(join(dir, DATA_FILE), 0).catch(() => undefined)
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
export function checkCollection(engine: Engine, collection: Collection): CollectionReport {
  const { store } = engine
  const problems: string[] = []
  const complain = (problem: string) => {
    if (problems.length < MOST_NAMED) problems.push(problem)
    else problems[MOST_NAMED] = 'and more of these'
  }
  const indexes = collection.indexes.filter(({ building }) => !building)
  const entered = new Map<string, number>()
  let documents = 0
  let bytes = 0
  for (const { key, value } of store.entries(wholeSpace(collection.space))) {
    documents += 1
    bytes += value.length
    const rid = ridAtEnd(key)
    const doc = parseDoc(Buffer.from(value))
    for (const index of indexes)
      for (const entry of entriesOf(index, doc).keys)
        if (isEntered(engine, index, entry, rid))
          entered.set(index.name, (entered.get(index.name) ?? 0) + 1)
        else complain(`index ${index.name} lacks a key of the document with record id ${rid}`)
  }
  const compare = (what: string, counted: number, stored: number) => {
    if (counted !== stored) complain(`${counted} ${what} are counted but ${stored} are stored`)
  }
  compare('documents', collection.count, documents)
  compare('bytes', collection.bytes, bytes)
  const found = indexes.map(({ name, space }) => {
    const keys = store.countKeys(wholeSpace(space))
    const strays = keys - (entered.get(name) ?? 0)
    if (strays > 0) complain(`index ${name} has keys that belong to no document: ${strays}`)
    return { name, keys }
  })
  return { namespace: collection.namespace, documents, indexes: found, problems }
}
