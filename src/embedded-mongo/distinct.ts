import type { Collection } from './catalog.js'
import { parseDoc } from './codec.js'
import { eachRow } from './commands-read.js'
import type { Engine } from './engine.js'
import { indexKeys } from './keys.js'
import { Query, type QuerySpec } from './query.js'
import { asDoc, compareValues, fieldOf, type Doc } from './values.js'

/** Distinct values of a path in the matching documents, array elements one by one, in value order. */
export async function distinctValues(
  engine: Engine,
  collection: Collection,
  spec: QuerySpec,
  path: string,
  milliseconds: number,
): Promise<unknown[]> {
  const query = new Query(engine, collection, spec)
  const seen = new Map<string, unknown>()
  const names = path.split('.')
  await eachRow(query, milliseconds, ({ bytes, doc }) => {
    for (const value of valuesAt(doc ?? parseDoc(bytes), names)) {
      const key = indexKeys({ v: [value] }, [{ path: 'v', direction: 1 }]).keys[0]
      const text = key?.toString('latin1') ?? ''
      if (!seen.has(text)) seen.set(text, value)
    }
  })
  return [...seen.values()].sort(compareValues)
}

function valuesAt(value: unknown, names: readonly string[]): unknown[] {
  const [name, ...rest] = names
  if (name === undefined) {
    if (Array.isArray(value)) return value as unknown[]
    return value === undefined ? [] : [value]
  }
  if (Array.isArray(value)) {
    const at: unknown = /^\d+$/.test(name) ? value[Number(name)] : undefined
    const inside = value.flatMap((item) => (asDoc(item) ? valuesAt(item, names) : []))
    return at === undefined ? inside : [...inside, ...valuesAt(at, rest)]
  }
  const doc: Doc | undefined = asDoc(value)
  return doc ? valuesAt(fieldOf(doc, name), rest) : []
}
