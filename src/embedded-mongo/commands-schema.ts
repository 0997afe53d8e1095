import { collectionArg, docArg, docsArg, flagArg } from './arguments.js'
import type { Collection } from './catalog.js'
import { cursorReply, toBytes } from './codec.js'
import { checkCollection } from './check.js'
import type { Command } from './commands.js'
import { existing, type Engine } from './engine.js'
import { badValue, CommandError } from './error.js'
import { readIndex, repeatedIndex, type Index } from './index-spec.js'
import { buildIndexes } from './index-build.js'
import { compileMatch } from './match.js'
import { asDoc, valuesEqual, type Doc } from './values.js'

const REFUSED_OPTIONS = [
  'capped',
  'timeseries',
  'viewOn',
  'validator',
  'clusteredIndex',
  'encryptedFields',
]

export const create: Command = async ({ engine, db }, body) => {
  const name = collectionArg(body, 'create')
  for (const option of REFUSED_OPTIONS)
    if (body[option] !== undefined && body[option] !== false && !isEmptyDoc(body[option]))
      throw new CommandError(
        115,
        'CommandNotSupported',
        `create option '${option}' is not supported`,
      )
  if (body.collation !== undefined && asDoc(body.collation)?.locale !== 'simple')
    throw new CommandError(
      115,
      'CommandNotSupported',
      'collations other than simple are not supported',
    )
  await engine.store.change(() => {
    if (engine.catalog.find(db, name))
      throw new CommandError(48, 'NamespaceExists', `Collection ${db}.${name} already exists.`)
    engine.catalog.ensure(db, name)
  })
  return { ok: 1 }
}

function isEmptyDoc(value: unknown): boolean {
  const doc = asDoc(value)
  return doc !== undefined && Object.keys(doc).length === 0
}

export const drop: Command = async ({ engine, db }, body) => {
  const name = collectionArg(body, 'drop')
  const collection = engine.catalog.find(db, name)
  if (!collection) return { ok: 1 }
  const nIndexesWas = collection.indexes.length
  await engine.store.change(() => {
    if (!collection.dropped) engine.catalog.drop(collection)
  })
  return { nIndexesWas, ns: `${db}.${name}`, ok: 1 }
}

export const dropDatabase: Command = async ({ engine, db }) => {
  await engine.store.change(() => {
    for (const collection of engine.catalog.list(db)) engine.catalog.drop(collection)
  })
  return { dropped: db, ok: 1 }
}

export const createIndexes: Command = async ({ engine, db }, body) => {
  const name = collectionArg(body, 'createIndexes')
  const specs = docsArg(body, 'indexes')
  if (specs.length === 0) throw badValue('Must specify at least one index to create')
  let before = 0
  const createdAutomatically = !engine.catalog.find(db, name)
  const fresh = await engine.store.change(() => {
    const present = engine.catalog.find(db, name)?.indexes ?? []
    const known = [...present]
    for (const wanted of specs.map((spec) => readIndex(spec, 0)))
      if (!isId(wanted) && !repeatedIndex(known, wanted)) known.push(wanted)
    if (known.length > 64)
      throw new CommandError(67, 'CannotCreateIndex', 'add index fails, too many indexes')
    const collection = engine.catalog.ensure(db, name)
    before = collection.indexes.length
    const made = known.slice(present.length).map(({ spec }) => {
      const index = readIndex(spec, engine.catalog.newSpace())
      index.building = collection.count > 0
      return index
    })
    if (made.length > 0) engine.catalog.setIndexes(collection, [...collection.indexes, ...made])
    return { collection, made }
  })
  await buildIndexes(
    engine,
    fresh.collection,
    fresh.made.filter((index) => index.building),
  )
  const after = before + fresh.made.length
  const note = fresh.made.length === 0 ? { note: 'all indexes already exist' } : {}
  return {
    numIndexesBefore: before,
    numIndexesAfter: after,
    createdCollectionAutomatically: createdAutomatically,
    ...note,
    ok: 1,
  }
}

function isId(index: Index): boolean {
  return index.name === '_id_'
}

export const dropIndexes: Command = async ({ engine, db }, body) => {
  const name = collectionArg(body, 'dropIndexes' in body ? 'dropIndexes' : 'deleteIndexes')
  let before = 0
  await engine.store.change(() => {
    const collection = existing(engine, db, name)
    before = collection.indexes.length
    const gone = indexesToDrop(collection, body.index)
    engine.catalog.setIndexes(
      collection,
      collection.indexes.filter((index) => !gone.includes(index)),
    )
  })
  return { nIndexesWas: before, ok: 1 }
}

function indexesToDrop(collection: Collection, wanted: unknown): Index[] {
  if (wanted === '*') return collection.indexes.filter((index) => index.name !== '_id_')
  const key = asDoc(wanted)
  if (key)
    return [oneIndex(collection, (index) => valuesEqual(index.spec.key, key), JSON.stringify(key))]
  const names = (Array.isArray(wanted) ? wanted : [wanted]) as string[]
  return names.map((name) => oneIndex(collection, (index) => index.name === name, name))
}

function oneIndex(collection: Collection, is: (index: Index) => boolean, label: string): Index {
  const found = collection.indexes.find(is)
  if (!found) throw new CommandError(27, 'IndexNotFound', `index not found with name [${label}]`)
  if (found.name === '_id_') throw new CommandError(72, 'InvalidOptions', 'cannot drop _id index')
  return found
}

export const listIndexes: Command = ({ engine, db }, body) => {
  const name = collectionArg(body, 'listIndexes')
  const collection = existing(engine, db, name)
  const specs = collection.indexes
    .filter((index) => !index.building)
    .map((index) => toBytes(index.spec))
  return cursorReply('firstBatch', specs, 0n, `${db}.${name}`)
}

export const listCollections: Command = ({ engine, db }, body) => {
  const matcher = compileMatch(docArg(body, 'filter') ?? {})
  const nameOnly = flagArg(body, 'nameOnly')
  const entries = engine.catalog
    .list(db)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((collection) => collectionEntry(collection, nameOnly))
    .filter((entry) => matcher.test(entry))
    .map(toBytes)
  return cursorReply('firstBatch', entries, 0n, `${db}.$cmd.listCollections`)
}

function collectionEntry(collection: Collection, nameOnly: boolean): Doc {
  const { name, options, uuid, indexes } = collection
  if (nameOnly) return { name, type: 'collection' }
  return {
    name,
    type: 'collection',
    options,
    info: { readOnly: false, uuid },
    idIndex: indexes[0]?.spec,
  }
}

export const listDatabases: Command = ({ engine }, body) => {
  const matcher = compileMatch(docArg(body, 'filter') ?? {})
  const nameOnly = flagArg(body, 'nameOnly')
  const names = [...new Set(engine.catalog.list().map((collection) => collection.db))].sort()
  const databases = names
    .map((name) => databaseEntry(engine, name, nameOnly))
    .filter((entry) => matcher.test(entry))
  if (nameOnly) return { databases, ok: 1 }
  const totalSize = databases.reduce((sum, entry) => sum + (entry.sizeOnDisk as number), 0)
  return { databases, totalSize, totalSizeMb: Math.round(totalSize / 1_048_576), ok: 1 }
}

function databaseEntry(engine: Engine, name: string, nameOnly: boolean): Doc {
  if (nameOnly) return { name }
  const sizeOnDisk = engine.catalog
    .list(name)
    .reduce((sum, collection) => sum + collection.bytes, 0)
  return { name, sizeOnDisk, empty: false }
}

export const validate: Command = ({ engine, db }, body) => {
  const name = collectionArg(body, 'validate')
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
