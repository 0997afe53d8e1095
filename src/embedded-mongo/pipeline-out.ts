import { randomUUID } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { parseDoc } from './codec.js'
import type { Context } from './commands.js'
import type { Source } from './cursors.js'
import { CommandError, failedToParse, located } from './error.js'
import { readIndex } from './index-spec.js'
import { applyChange, prepareDoc, type Change } from './modify.js'
import type { WriteJob } from './store.js'
import { asDoc, valuesEqual, type Doc } from './values.js'

interface Target {
  readonly db: string
  readonly name: string
}

function targetOf(value: unknown, db: string, stage: string): Target {
  if (typeof value === 'string') return { db, name: value }
  const { db: other = db, coll } = asDoc(value) ?? {}
  if (typeof coll === 'string' && typeof other === 'string') return { db: other, name: coll }
  throw failedToParse(`${stage} needs a collection name or { db, coll }`)
}

/** Does a pipeline's last stage, `$out` or `$merge`, with what the stages before it gave. */
export async function writeOut(context: Context, stage: Doc, source: Source): Promise<void> {
  const docs = await gathered(source)
  if ('$out' in stage) await replaceAll(context, targetOf(stage.$out, context.db, '$out'), docs)
  else await mergeAll(context, stage.$merge, docs)
}

/** Reads everything before the first write, so that a pipeline may write where it reads. */
async function gathered(source: Source): Promise<Doc[]> {
  const docs: Doc[] = []
  for (let next = source.documents.next(); !next.done; next = source.documents.next()) {
    if (next.value) docs.push(parseDoc(next.value))
    if (docs.length % 1000 !== 0) continue
    source.park()
    await setImmediate()
  }
  source.park()
  return docs
}

/** Fills a new collection with the old one's indexes and lets it take the name in one step. */
async function replaceAll({ engine }: Context, { db, name }: Target, docs: readonly Doc[]) {
  const { catalog, records, store } = engine
  const made = await store.change(() => {
    const target = catalog.find(db, name)
    const collection = catalog.ensure(db, `tmp.out.${randomUUID()}`, target?.options)
    const others = (target?.indexes ?? []).filter((index) => index.name !== '_id_')
    const copies = others.map(({ spec }) => readIndex(spec, catalog.newSpace()))
    catalog.setIndexes(collection, [...collection.indexes, ...copies])
    return collection
  })
  function* fill(): WriteJob<undefined> {
    for (const doc of docs) {
      const { bytes, doc: whole } = prepareDoc(doc)
      records.insert(made, bytes, whole)
      yield
    }
    return undefined
  }
  try {
    await store.write(fill)
    await store.change(() => {
      const target = catalog.find(db, name)
      if (target) catalog.drop(target)
      catalog.rename(made, db, name)
    })
  } catch (error) {
    await store.change(() => {
      if (!made.dropped) catalog.drop(made)
    })
    throw error
  }
}

type Merge = (doc: Doc, filter: Doc) => Omit<Change, 'multi' | 'milliseconds'> | 'insert'

/** What `whenMatched` does to a document that is there. */
function whenMatched(mode: unknown, upsert: boolean): Merge {
  const literal = (doc: Doc) => ({ $literal: doc })
  if (mode === 'fail') return () => 'insert'
  if (mode === 'replace') return (doc, filter) => ({ filter, update: doc, upsert })
  if (mode === 'keepExisting')
    return (doc, filter) => ({ filter, update: { $setOnInsert: doc }, upsert })
  if (mode === undefined || mode === 'merge')
    return (doc, filter) => ({
      filter,
      update: [{ $replaceWith: { $mergeObjects: ['$$ROOT', literal(doc)] } }],
      upsert,
    })
  throw new CommandError(115, 'CommandNotSupported', '$merge with a pipeline is not supported')
}

async function mergeAll({ engine, db }: Context, spec: unknown, docs: readonly Doc[]) {
  const options = typeof spec === 'string' ? { into: spec } : (asDoc(spec) ?? {})
  const { into, on = '_id', whenNotMatched = 'insert', ...rest } = options
  const unknown = Object.keys(rest).find((name) => name !== 'whenMatched')
  if (unknown !== undefined)
    throw located(40_415, `BSON field '$merge.${unknown}' is an unknown field.`)
  const target = targetOf(into, db, '$merge')
  const fields = Array.isArray(on) ? (on as unknown[]) : [on]
  if (!['insert', 'discard', 'fail'].includes(whenNotMatched as string))
    throw failedToParse(`$merge whenNotMatched may not be ${JSON.stringify(whenNotMatched)}`)
  const merge = whenMatched(rest.whenMatched, whenNotMatched === 'insert')
  function* job(): WriteJob<undefined> {
    checkUnique(engine.catalog.find(target.db, target.name)?.indexes ?? [], fields)
    for (const doc of docs) {
      const change = merge(doc, joinOf(doc, fields))
      if (change === 'insert') {
        const made = prepareDoc(doc)
        engine.records.insert(engine.catalog.ensure(target.db, target.name), made.bytes, made.doc)
      } else {
        const whole = { ...change, multi: false, milliseconds: Infinity }
        const { matched } = yield* applyChange(engine, target.db, target.name, whole)
        if (matched === 0 && whenNotMatched === 'fail')
          throw new CommandError(
            13_113,
            'MergeStageNoMatchingDocument',
            '$merge could not find a matching document in the target collection for at least one document in the source collection',
          )
      }
      yield
    }
    return undefined
  }
  await engine.store.write(job)
}

function joinOf(doc: Doc, fields: readonly unknown[]): Doc {
  return Object.fromEntries(
    fields.map((field) => {
      const name = String(field)
      const value = doc[name]
      if (value === undefined || value === null || Array.isArray(value))
        throw located(
          51_132,
          `$merge write error: 'on' field '${name}' cannot be missing, null, undefined or an array`,
        )
      return [name, { $eq: value }]
    }),
  )
}

/** `on` has to be held apart by a unique index, else two documents could be the match (51183). */
function checkUnique(
  indexes: readonly { spec: Doc; unique: boolean; partial: unknown }[],
  fields: readonly unknown[],
): void {
  const wanted = [...fields].sort()
  if (valuesEqual(wanted, ['_id'])) return
  const found = indexes.some(
    ({ spec, unique, partial }) =>
      unique && !partial && valuesEqual(Object.keys(asDoc(spec.key) ?? {}).sort(), wanted),
  )
  if (!found) throw located(51_183, 'Cannot find index to verify that join fields will be unique')
}
