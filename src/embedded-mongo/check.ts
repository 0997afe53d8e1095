import type { Collection } from './catalog.js'
import { parseDoc } from './codec.js'
import { openEngine, openSnapshot, type Engine } from './engine.js'
import { ridAtEnd, wholeSpace } from './keyspace.js'
import { entriesOf } from './records.js'

type Report = ReturnType<typeof checkCollection>

/** Checks each collection of a folder that no process uses: keys of all indexes, both ways, and the counter. Rejects where there is no database. */
export async function checkFolder(dir: string, tell?: (report: Report) => void) {
  await openSnapshot(dir).close()
  const engine = await openEngine(dir)
  try {
    return engine.catalog.list().map((collection) => {
      const report = checkCollection(engine, collection)
      tell?.(report)
      return report
    })
  } finally {
    await engine.close()
  }
}

/** The same for one collection of an open database, in one go: nothing is written meanwhile. `problems` are sentences, none when all agree. */
export function checkCollection({ store }: Engine, collection: Collection) {
  const problems: string[] = []
  const checked = collection.indexes.map((index) => ({ index, entered: 0, lacks: 0, rid: 0 }))
  let documents = 0
  for (const { key, value } of store.entries(wholeSpace(collection.space))) {
    documents += 1
    const rid = ridAtEnd(key)
    const doc = parseDoc(value)
    for (const one of checked) {
      const { entries } = entriesOf(one.index, doc, rid)
      for (const [name, value] of new Map(entries.map((e) => [e.key.toString('latin1'), e.value])))
        if (store.get(Buffer.from(name, 'latin1'))?.equals(value)) one.entered += 1
        else Object.assign(one, { lacks: one.lacks + 1, rid })
    }
  }
  if (collection.count !== documents)
    problems.push(`${collection.count} documents are counted but ${documents} are stored`)
  const indexes = checked.map(({ index: { name, space }, entered, lacks, rid }) => {
    const keys = store.countKeys(wholeSpace(space))
    if (lacks > 0)
      problems.push(`index ${name} lacks ${lacks} keys, the last one of record id ${rid}`)
    if (keys > entered)
      problems.push(`index ${name} has keys that belong to no document: ${keys - entered}`)
    return { name, keys }
  })
  return { namespace: collection.namespace, documents, indexes, problems }
}
