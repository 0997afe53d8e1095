import { expect } from 'chai'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Db, Document } from 'mongodb'
import { openEngine, startMaintenance } from '../../src/embedded-mongo/engine.js'
import { prepare } from '../../src/embedded-mongo/commands-write.js'
import { readIndex } from '../../src/embedded-mongo/index-spec.js'
import { changeRecord } from '../../src/embedded-mongo/records.js'
import type { WriteJob } from '../../src/embedded-mongo/store.js'
import { runDatabase, type RunningDatabase } from './run-database.js'

describe('the embedded database at its edges', () => {
  let running: RunningDatabase
  let db: Db

  before(async () => {
    running = await runDatabase({ durable: false })
    db = running.client.db('edges')
  })
  after(() => running.stop())

  const codeOf = (asked: Promise<unknown>) =>
    asked.then(
      () => undefined,
      (error: unknown) => (error as { code?: unknown }).code,
    )

  it('changes a document whose indexed array is long in no more than a moment', async function () {
    this.timeout(5_000)
    const rows = db.collection('long')
    await rows.createIndex({ a: 1 }, {}, {})
    await rows.insertOne({ a: Array.from({ length: 20_000 }, (_, n) => n) })

    await rows.updateOne({}, { $push: { a: -1 } } as Document)
    await rows.updateOne({}, { $pull: { a: { $lt: 100 } } } as Document)
    expect(await rows.countDocuments({ a: -1 })).to.equal(0)
    expect(await rows.countDocuments({ a: 100 })).to.equal(1)
  })

  it('refuses an answer that is too large for one document', async () => {
    const rows = db.collection('large')
    for (let n = 0; n < 6; n += 1) await rows.insertOne({ k: 1, s: String(n).repeat(4_000_000) })
    const join = { $lookup: { from: 'large', localField: 'k', foreignField: 'k', as: 'all' } }
    const pages = [2, 4, 5, 6].map((many) => [
      { $limit: 1 },
      {
        $lookup: { ...join.$lookup, pipeline: [{ $limit: many }, { $project: { _id: 0, k: 0 } }] },
      },
      { $project: { _id: 0, all: 1 } },
    ])

    for (const page of pages.slice(0, 2))
      expect(await rows.aggregate(page).toArray()).to.have.length(1)
    for (const page of pages.slice(2))
      expect(await codeOf(rows.aggregate(page).toArray())).to.equal(10_334)
    expect(await codeOf(db.command({ distinct: 'large', key: 's' }))).to.equal(10_334)
  })

  it('refuses an update or a delete that does not say which documents', async () => {
    const rows = db.collection('all')
    await rows.insertMany([{ n: 1 }, { n: 2 }])
    const deletion = db.command({ delete: 'all', deletes: [{ limit: 0 }] })
    const change = db.command({ update: 'all', updates: [{ u: { $set: { n: 3 } } }] })

    expect((await Promise.all([deletion, change])).map(refused)).to.deep.equal([40_414, 40_414])
    expect(await rows.countDocuments({ n: { $lt: 3 } })).to.equal(2)
  })

  it('refuses to read at a time that only a replica set keeps', async () => {
    const read = (level: string) => db.command({ find: 'all', readConcern: { level } })

    for (const level of ['local', 'available', 'majority']) await read(level)
    for (const level of ['snapshot', 'linearizable'])
      expect(await codeOf(read(level))).to.equal(123)
  })

  it('refuses a position that an element of the array names as a field too', async () => {
    const rows = db.collection('positions')
    await rows.createIndex({ 'a.0': 1 }, {}, {})
    await rows.insertMany([{ a: [5, { b: 7 }] }, { a: [5] }, { a: { 0: 5 } }])

    expect(await codeOf(rows.insertOne({ a: [5, { 0: 7 }] }))).to.equal(16_746)
    expect(await rows.countDocuments({ 'a.0': 5 })).to.equal(3)
  })

  it('keeps no operator as an _id', async () => {
    expect(
      await codeOf(db.collection<{ _id: Document }>('ids').insertOne({ _id: { $gt: 1 } })),
    ).to.equal(52)
  })

  it('expires nothing by an index that is dropped before its turn comes', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'expiry-'))
    const engine = await openEngine(dir)
    const { store, catalog } = engine
    const rows = await store.change(() => {
      const made = catalog.ensure('test', 'rows')
      const spec = { key: { at: 1 }, name: 'ttl', expireAfterSeconds: 1 }
      catalog.setIndexes(made, [...made.indexes, readIndex(spec, catalog.newSpace())])
      changeRecord(engine, made, undefined, prepare({ _id: 1, at: new Date(0) }))
      return made
    })
    const stop = startMaintenance(engine, 1)
    const write = store.write.bind(store)
    let isAsked = false
    store.write = (job) => {
      isAsked = true
      return write(job)
    }
    function* untilAsked(): WriteJob<void> {
      for (; !isAsked;) yield
    }
    function* dropping(): WriteJob<void> {
      catalog.setIndexes(rows, rows.indexes.slice(0, 1))
      yield
    }
    const [busy, drop] = [write(untilAsked()), write(dropping())]
    await Promise.all([busy, drop])
    await store.change(() => undefined)
    stop()
    expect(rows.count).to.equal(1)
    await engine.close()
    await rm(dir, { recursive: true })
  })
})

function refused({ writeErrors = [] }: Document): unknown {
  return (writeErrors as { code: unknown }[])[0]?.code
}
