import { expect } from 'chai'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MongoClient, MongoServerError, type Document } from 'mongodb'
import { startEmbeddedMongo } from '../../src/embedded-mongo/start.js'

interface Item {
  _id: number
  k?: string
  n?: number
  m?: number
}

describe('pipelines that write', () => {
  const dir = mkdtempSync(join(tmpdir(), 'out-'))
  let server: Awaited<ReturnType<typeof startEmbeddedMongo>>
  let client: MongoClient

  before(async () => {
    server = await startEmbeddedMongo({ dir })
    client = await new MongoClient(server.uri).connect()
  })
  beforeEach(async () => {
    await client.db('out').dropDatabase()
    await items('a').insertMany([
      { _id: 1, k: 'x', n: 1 },
      { _id: 2, k: 'y', n: 2 },
    ])
  })
  after(async () => {
    await client.close()
    await server.stop()
    rmSync(dir, { recursive: true })
  })

  const items = (name: string) => client.db('out').collection<Item>(name)
  const run = (...stages: Document[]) => items('a').aggregate(stages).toArray()
  const all = (name: string) => items(name).find().sort({ _id: 1 }).toArray()
  const codeOf = async (promise: Promise<unknown>) => {
    const error: unknown = await promise.catch((reason: unknown) => reason)
    expect(error).to.be.instanceOf(MongoServerError)
    return (error as MongoServerError).code
  }

  it('$out replaces a collection and keeps its indexes', async () => {
    await items('b').createIndex({ k: 1 }, { unique: true, name: 'k' }, {})
    await items('b').insertOne({ _id: 9, k: 'old' })
    expect(await run({ $match: { n: 2 } }, { $out: 'b' })).to.deep.equal([])
    expect(await all('b')).to.deep.equal([{ _id: 2, k: 'y', n: 2 }])
    expect((await items('b').indexes()).map(({ name }) => name)).to.deep.equal(['_id_', 'k'])
    expect(await items('b').findOne({ k: 'y' })).to.include({ _id: 2 })
    expect(await codeOf(items('b').insertOne({ _id: 3, k: 'y' }))).to.equal(11000)
  })

  it('$out leaves the old collection when it fails', async () => {
    await items('b').createIndex({ k: 1 }, { unique: true }, {})
    await items('b').insertOne({ _id: 9, k: 'old' })
    expect(await codeOf(run({ $set: { k: 'same' } }, { $out: 'b' }))).to.equal(11000)
    expect(await all('b')).to.deep.equal([{ _id: 9, k: 'old' }])
    const names = await client.db('out').listCollections().toArray()
    expect(names.map(({ name }) => name).sort()).to.deep.equal(['a', 'b'])
  })

  it('$out may replace what it reads', async () => {
    await run({ $set: { n: { $add: ['$n', 10] } } }, { $out: 'a' })
    expect((await all('a')).map(({ n }) => n)).to.deep.equal([11, 12])
  })

  it('$merge merges into what is there and inserts the rest', async () => {
    await items('b').insertOne({ _id: 1, m: 5, n: 0 })
    await run({ $merge: 'b' })
    expect(await all('b')).to.deep.equal([
      { _id: 1, m: 5, n: 1, k: 'x' },
      { _id: 2, k: 'y', n: 2 },
    ])
  })

  it('$merge keeps, replaces or discards as told', async () => {
    await items('b').insertOne({ _id: 1, m: 5 })
    await run({ $merge: { into: 'b', whenMatched: 'keepExisting', whenNotMatched: 'discard' } })
    expect(await all('b')).to.deep.equal([{ _id: 1, m: 5 }])
    await run({ $merge: { into: 'b', whenMatched: 'replace', whenNotMatched: 'discard' } })
    expect(await all('b')).to.deep.equal([{ _id: 1, k: 'x', n: 1 }])
  })

  it('$merge refuses what has no match, has one, or could have two', async () => {
    expect(await codeOf(run({ $merge: { into: 'b', whenNotMatched: 'fail' } }))).to.equal(13113)
    await items('b').insertOne({ _id: 1 })
    expect(await codeOf(run({ $merge: { into: 'b', whenMatched: 'fail' } }))).to.equal(11000)
    expect(await codeOf(run({ $merge: { into: 'b', on: 'k' } }))).to.equal(51183)
    expect(await codeOf(run({ $merge: { into: 'b', whenMatched: [] } }))).to.equal(115)
  })

  it('$merge joins on a unique index', async () => {
    await items('b').createIndex({ k: 1 }, { unique: true }, {})
    await items('b').insertOne({ _id: 7, k: 'x', m: 1 })
    await run({ $unset: '_id' }, { $merge: { into: 'b', on: 'k' } })
    expect(await items('b').findOne({ k: 'x' })).to.deep.equal({ _id: 7, k: 'x', m: 1, n: 1 })
    expect(await items('b').countDocuments()).to.equal(2)
  })
})
