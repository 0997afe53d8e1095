import { checkCollation, collectionArg, docArg, docsArg, flagArg } from './arguments.js'
import type { Collection } from './catalog.js'
import { checkCollection } from './check.js'
import { cursorReply, toBytes } from './codec.js'
import type { Command } from './commands.js'
import { valuesEqual } from './encode.js'
import { existing } from './engine.js'
import { insist, notSupported } from './error.js'
import { buildIndexes } from './index-build.js'
import { readIndex, repeatedIndex, type Index } from './index-spec.js'
import { compileMatch } from './match.js'
import { asDoc, listOf, type Doc } from './values.js'

const REFUSED_OPTIONS = 'capped timeseries viewOn validator clusteredIndex encryptedFields'.split(
  ' ',
)

export const create: Command = async ({ engine, db }, body) => {
  const name = collectionArg(body)
  for (const option of REFUSED_OPTIONS)
    if (body[option] && Object.keys(asDoc(body[option]) ?? [option]).length > 0)
      throw notSupported(`create option '${option}'`)
  checkCollation(body)
  await engine.store.change(() => {
    insist(!engine.catalog.find(db, name), 48, `Collection ${db}.${name} already exists.`)
    engine.catalog.ensure(db, name)
  })
  return { ok: 1 }
}

export const drop: Command = async ({ engine, db }, body) => {
  const name = collectionArg(body)
  return engine.store.change(() => {
    const collection = engine.catalog.find(db, name)
    if (!collection) return { ok: 1 }
    engine.catalog.drop(collection)
    return { nIndexesWas: collection.indexes.length, ns: `${db}.${name}`, ok: 1 }
  })
}

export const dropDatabase: Command = async ({ engine, db }) => {
  await engine.store.change(() => {
    for (const collection of engine.catalog.list(db)) engine.catalog.drop(collection)
  })
  return { dropped: db, ok: 1 }
}

export const createIndexes: Command = async ({ engine, db }, body) => {
  const { store, catalog } = engine
  const name = collectionArg(body)
  const specs = docsArg(body, 'indexes')
  insist(specs.length > 0, 2, 'Must specify at least one index to create')
  const createdCollectionAutomatically = !catalog.find(db, name)
  const { collection, made, numIndexesBefore } = await store.change(() => {
    const present = catalog.find(db, name)?.indexes ?? []
    const known = [...present]
    for (const wanted of specs.map((spec) => readIndex(spec, 0)))
      if (wanted.name !== '_id_' && !repeatedIndex(known, wanted)) known.push(wanted)
    insist(known.length <= 64, 67, 'add index fails, too many indexes')
    const collection = catalog.ensure(db, name)
    const made = known.slice(present.length).map(({ spec }) => {
      const index = readIndex(spec, catalog.newSpace())
      index.building = collection.count > 0
      return index
    })
    const numIndexesBefore = collection.indexes.length
    if (made.length > 0) catalog.setIndexes(collection, [...collection.indexes, ...made])
    return { collection, made, numIndexesBefore }
  })
  const unfinished = made.filter((index) => index.building)
  if (unfinished.length > 0) await buildIndexes(engine, collection, unfinished)
  return {
    numIndexesBefore,
    numIndexesAfter: numIndexesBefore + made.length,
    createdCollectionAutomatically,
    ...(made.length === 0 && { note: 'all indexes already exist' }),
    ok: 1,
  }
}

export const dropIndexes: Command = async ({ engine, db }, body) => {
  const name = collectionArg(body)
  return engine.store.change(() => {
    const collection = existing(engine, db, name)
    const nIndexesWas = collection.indexes.length
    const gone = indexesToDrop(collection, body.index)
    const kept = collection.indexes.filter((index) => !gone.includes(index))
    engine.catalog.setIndexes(collection, kept)
    return { nIndexesWas, ok: 1 }
  })
}

/** Indexes by name, several names, key pattern, or `*` for all but `_id`. */
function indexesToDrop({ indexes }: Collection, wanted: unknown): Index[] {
  if (wanted === '*') return indexes.filter((index) => index.name !== '_id_')
  return listOf(wanted).map((one) => {
    const key = asDoc(one)
    const found = indexes.find(({ name, spec }) =>
      key ? valuesEqual(spec.key, key) : name === one,
    )
    insist(found, 27, `index not found with name [${key ? JSON.stringify(key) : String(one)}]`)
    insist(found.name !== '_id_', 72, 'cannot drop _id index')
    return found
  })
}

export const listIndexes: Command = ({ engine, db }, body) => {
  const { name, indexes } = existing(engine, db, collectionArg(body))
  const specs = indexes.filter((index) => !index.building).map(({ spec }) => toBytes(spec))
  return cursorReply('firstBatch', specs, 0n, `${db}.${name}`)
}

/** What of the entries meets the command's filter. */
function filtered(entries: readonly Doc[], body: Doc): Doc[] {
  return entries.filter(compileMatch(docArg(body, 'filter') ?? {}).test)
}

export const listCollections: Command = ({ engine, db }, body) => {
  const collections = engine.catalog.list(db).sort((a, b) => (a.name < b.name ? -1 : 1))
  const entries = collections.map(({ name, options, uuid, indexes }) => {
    const details = { options, info: { readOnly: false, uuid }, idIndex: indexes[0]?.spec }
    return { name, type: 'collection', ...(!flagArg(body, 'nameOnly') && details) }
  })
  const found = filtered(entries, body).map(toBytes)
  return cursorReply('firstBatch', found, 0n, `${db}.$cmd.listCollections`)
}

export const listDatabases: Command = ({ engine }, body) => {
  const collections = engine.catalog.list()
  const names = [...new Set(collections.map(({ db }) => db))].sort()
  const sizeOf = (name?: string) =>
    collections.reduce(
      (sum, one) => sum + (name === undefined || one.db === name ? one.bytes : 0),
      0,
    )
  if (flagArg(body, 'nameOnly'))
    return {
      databases: filtered(
        names.map((name) => ({ name })),
        body,
      ),
      ok: 1,
    }
  const entries = names.map((name) => ({ name, sizeOnDisk: sizeOf(name), empty: false }))
  const totalSizeMb = Math.round(sizeOf() / 1_048_576)
  return { databases: filtered(entries, body), totalSize: sizeOf(), totalSizeMb, ok: 1 }
}

export const validate: Command = ({ engine, db }, body) => {
  const name = collectionArg(body)
  const { documents, indexes, problems } = checkCollection(engine, existing(engine, db, name))
  return {
    ns: `${db}.${name}`,
    nrecords: documents,
    nIndexes: indexes.length,
    keysPerIndex: Object.fromEntries(indexes.map((index) => [index.name, index.keys])),
    valid: problems.length === 0,
    errors: problems,
    warnings: [],
    ok: 1,
  }
}
