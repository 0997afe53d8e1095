import { join } from 'node:path'
import type { Collection } from './catalog.js'
import { parseDoc } from './codec.js'
import { openEngine, type Engine } from './engine.js'
import type { Index } from './index-spec.js'
import { after, recordKey, ridAtEnd, spaceKey, withRid } from './keyspace.js'
import { lockFolder } from './lock.js'
import { namespaceOf } from './namespace.js'
import { readAhead } from './read-ahead.js'
import { entriesOf } from './records.js'
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
  const problems: string[] = []
  const complain = (problem: string) => {
    if (problems.length < MOST_NAMED) problems.push(problem)
    else problems[MOST_NAMED] = 'and more of these'
  }
  const indexes = collection.indexes.filter((index) => !index.building)
  const expected = new Map(indexes.map((index) => [index, 0]))
  let documents = 0
  let bytes = 0
  const { store } = engine
  for (const { key, value } of store.entries(
    spaceKey(collection.space),
    spaceKey(collection.space + 1),
    false,
  )) {
    documents += 1
    bytes += value.length
    const doc = parseDoc(Buffer.from(value))
    for (const index of indexes) {
      const { keys } = entriesOf(index, doc)
      expected.set(index, (expected.get(index) ?? 0) + keys.length)
      for (const entry of keys)
        if (!isEntered(engine, index, entry, ridAtEnd(key)))
          complain(
            `index ${index.name} lacks a key of the document with record id ${ridAtEnd(key)}`,
          )
    }
  }
  if (documents !== collection.count)
    complain(`${collection.count} documents are counted but ${documents} are stored`)
  if (bytes !== collection.bytes)
    complain(`${collection.bytes} bytes are counted but ${bytes} are stored`)
  const found = indexes.map((index) => {
    const keys = store.countKeys(spaceKey(index.space), after(spaceKey(index.space)))
    if (keys !== expected.get(index)) nameStrays(engine, collection, index, complain)
    return { name: index.name, keys }
  })
  return { namespace: namespaceOf(collection), documents, indexes: found, problems }
}

function isEntered(engine: Engine, index: Index, entry: Buffer, rid: number): boolean {
  if (!index.unique) return engine.store.has(withRid(entry, rid))
  const owner = engine.store.glance(entry)
  return owner !== undefined && ridAtEnd(owner) === rid
}

function nameStrays(
  { store }: Engine,
  collection: Collection,
  index: Index,
  complain: (problem: string) => void,
): void {
  for (const { key, value } of store.entries(
    spaceKey(index.space),
    after(spaceKey(index.space)),
    false,
  )) {
    const rid = ridAtEnd(index.unique ? value : key)
    const bytes = store.get(recordKey(collection.space, rid))
    const keys = bytes ? entriesOf(index, parseDoc(bytes)).keys : []
    const whole = index.unique ? key : key.subarray(0, -6)
    if (!keys.some((entry) => entry.equals(whole)))
      complain(`index ${index.name} has a key without a document, for record id ${rid}`)
  }
}
