import { expect } from 'chai'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MongoClient, MongoClientBulkWriteError } from 'mongodb'
import { startEmbeddedMongo } from '../../src/embedded-mongo/start.js'

interface Item {
  _id: number
  n?: number
}

interface Spaces extends Record<string, Item> {
  'bulk.a': Item
  'bulk.b': Item
}

describe('bulk writes over several collections', () => {
  const dir = mkdtempSync(join(tmpdir(), 'bulk-'))
  let server: Awaited<ReturnType<typeof startEmbeddedMongo>>
  let client: MongoClient

  before(async () => {
    server = await startEmbeddedMongo({ dir })
    client = await new MongoClient(server.uri).connect()
  })
  beforeEach(async () => {
    await client.db('bulk').dropDatabase()
  })
  after(async () => {
    await client.close()
    await server.stop()
    rmSync(dir, { recursive: true })
  })

  const items = (name: string) => client.db('bulk').collection<Item>(name)

  it('inserts, updates, upserts and deletes, and says what each one did', async () => {
    const result = await client.bulkWrite<Spaces>(
      [
        { name: 'insertOne', namespace: 'bulk.a', document: { _id: 1, n: 1 } },
        { name: 'insertOne', namespace: 'bulk.b', document: { _id: 2, n: 2 } },
        { name: 'updateOne', namespace: 'bulk.a', filter: { _id: 1 }, update: { $inc: { n: 5 } } },
        {
          name: 'updateOne',
          namespace: 'bulk.a' as const,
          filter: { _id: 9 },
          update: { $set: { n: 9 } },
          upsert: true,
        },
        { name: 'deleteMany', namespace: 'bulk.b', filter: { n: { $gt: 1 } } },
      ],
      { verboseResults: true },
    )
    expect(result).to.include({
      insertedCount: 2,
      matchedCount: 1,
      modifiedCount: 1,
      upsertedCount: 1,
      deletedCount: 1,
    })
    expect(result.updateResults?.get(3)?.upsertedId).to.equal(9)
    expect(await items('a').find().sort({ _id: 1 }).toArray()).to.deep.equal([
      { _id: 1, n: 6 },
      { _id: 9, n: 9 },
    ])
    expect(await items('b').countDocuments()).to.equal(0)
  })

  it('deletes one or many as asked', async () => {
    await items('a').insertMany([{ _id: 1 }, { _id: 2 }, { _id: 3 }])
    await client.bulkWrite<Spaces>([{ name: 'deleteOne', namespace: 'bulk.a', filter: {} }])
    expect(await items('a').countDocuments()).to.equal(2)
  })

  for (const [ordered, left] of [
    [true, 1],
    [false, 2],
  ] as const)
    it(`${ordered ? 'stops' : 'goes on'} after a duplicate key when ${ordered ? '' : 'not '}ordered`, async () => {
      const insert = (_id: number) => ({
        name: 'insertOne' as const,
        namespace: 'bulk.a' as const,
        document: { _id },
      })
      const error: unknown = await client
        .bulkWrite<Spaces>([insert(1), insert(1), insert(2)], { ordered })
        .catch((reason: unknown) => reason)
      expect(error).to.be.instanceOf(MongoClientBulkWriteError)
      expect((error as MongoClientBulkWriteError).writeErrors.get(1)?.code).to.equal(11000)
      expect(await items('a').countDocuments()).to.equal(left)
    })
})
