import { required, stopwatch, type Arguments } from './arguments.js'
import type { Collection } from './catalog.js'
import { cursorReply, toBytes } from './codec.js'
import type { Command, Context } from './commands.js'
import { valuesEqual } from './encode.js'
import { insist } from './error.js'
import { readIndex, repeatedIndex, type Index } from './index-spec.js'
import { compileMatch } from './match.js'
import { buildIndexes } from './records.js'
import type { WriteJob } from './store.js'
import { asDoc, listOf, type Doc } from './values.js'

function* makeIndexes({ engine, db, name }: Context, given: Arguments): WriteJob<Doc> {
  const { catalog } = engine
  const specs = required(given.indexes, 'indexes')
  insist(specs.length > 0, 2, 'Must specify at least one index to create')
  const createdCollectionAutomatically = !catalog.find(db, name)
  const present = catalog.find(db, name)?.indexes ?? []
  const known = [...present]
  for (const wanted of specs.map((spec) => readIndex(spec, 0)))
    if (wanted.name !== '_id_' && !repeatedIndex(known, wanted)) known.push(wanted)
  insist(known.length <= 64, 67, 'add index fails, too many indexes')
  const collection = catalog.ensure(db, name)
  const numIndexesBefore = collection.indexes.length
  const made = known.slice(present.length).map(({ spec }) => readIndex(spec, catalog.newSpace()))
  const checkTime = stopwatch(given.maxTimeMS ?? Infinity)
  if (made.length > 0) yield* buildIndexes(engine, collection, made, checkTime)
  const numIndexesAfter = numIndexesBefore + made.length
  const note = made.length === 0 && { note: 'all indexes already exist' }
  return { numIndexesBefore, numIndexesAfter, createdCollectionAutomatically, ...note }
}

/** Indexes by name, several names, key pattern, or `*` for all but `_id`. */
function indexesToDrop({ indexes }: Collection, wanted: unknown): Index[] {
  if (wanted === '*') return indexes.filter((index) => index.name !== '_id_')
  return listOf(wanted).map((one) => {
    const key = asDoc(one)
    const isIt = ({ name, spec }: Index) => (key ? valuesEqual(spec.key, key) : name === one)
    const found = indexes.find(isIt)
    insist(found, 27, `index not found with name [${JSON.stringify(one)}]`)
    insist(found.name !== '_id_', 72, 'cannot drop _id index')
    return found
  })
}

/** What of the entries meets the command's filter. */
const filtered = (entries: readonly Doc[], { filter = {} }: Arguments) =>
  entries.filter(compileMatch(filter))

export const schemaCommands: Record<string, Command> = {
  create: ({ engine, db, name }) =>
    engine.store.change(() => {
      insist(!engine.catalog.find(db, name), 48, `Collection ${db}.${name} already exists.`)
      engine.catalog.ensure(db, name)
      return {}
    }),
  drop: ({ engine, db, name }) =>
    engine.store.change(() => {
      const collection = engine.catalog.find(db, name)
      if (!collection) return {}
      const nIndexesWas = collection.indexes.length
      engine.catalog.drop(collection)
      return { nIndexesWas, ns: `${db}.${name}` }
    }),
  createIndexes: (context, given) => context.engine.store.write(makeIndexes(context, given)),
  dropIndexes: ({ engine, db, name, body }) =>
    engine.store.change(() => {
      const collection = engine.catalog.need(db, name)
      const { indexes } = collection
      const gone = indexesToDrop(collection, body.index)
      const kept = indexes.filter((index) => !gone.includes(index))
      engine.catalog.setIndexes(collection, kept)
      return { nIndexesWas: indexes.length }
    }),
  listIndexes({ engine, db, name }) {
    const { namespace, indexes } = engine.catalog.need(db, name)
    const specs = indexes.map(({ spec }) => toBytes(spec))
    return cursorReply('firstBatch', specs, 0n, namespace)
  },
  dropDatabase: ({ engine, db }) =>
    engine.store.change(() => {
      for (const collection of engine.catalog.list(db)) engine.catalog.drop(collection)
      return { dropped: db }
    }),
  listCollections({ engine, db }, given) {
    const collections = engine.catalog.list(db).sort((a, b) => (a.name < b.name ? -1 : 1))
    const entries = collections.map(({ name, uuid, indexes }) => {
      const details = { options: {}, info: { readOnly: false, uuid }, idIndex: indexes[0]?.spec }
      return { name, type: 'collection', ...(!given.nameOnly && details) }
    })
    const found = filtered(entries, given).map(toBytes)
    return cursorReply('firstBatch', found, 0n, `${db}.$cmd.listCollections`)
  },
  /** All databases share one file, so its size is that of each. */
  listDatabases({ engine: { catalog, store } }, given) {
    const details = !given.nameOnly && { sizeOnDisk: store.size, empty: false }
    const names = [...new Set(catalog.list().map(({ db }) => db))].sort()
    const entries = names.map((name) => ({ name, ...details }))
    const total = !given.nameOnly && { totalSize: store.size }
    return { databases: filtered(entries, given), ...total }
  },
}
