import { calculateObjectSize, Int32 } from 'bson'
import { expect } from 'chai'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { MongoClient, type Collection, type Db } from 'mongodb'
import { compilePipeline } from '../../src/embedded-mongo/aggregate.js'
import { checkFolder } from '../../src/embedded-mongo/check.js'
import { startEmbeddedMongo } from '../../src/embedded-mongo/start.js'
import type { Doc } from '../../src/embedded-mongo/values.js'
import { startHost } from '../bench/hosts.js'
import { runDatabase, type RunningDatabase } from './run-database.js'

interface Row {
  _id: string
  n: number
  pad?: string
}

const rowsOf = (batch: number, length: number): Row[] =>
  Array.from({ length }, (_, n) => ({ _id: `${batch}-${n}`, n: batch, pad: 'x'.repeat(400) }))

async function refusal(asked: Promise<unknown>): Promise<{ code?: unknown; message?: unknown }> {
  return asked.then(
    () => ({}),
    (error: unknown) => error as { code?: unknown; message?: unknown },
  )
}

const counts = async (rows: Collection<Row>) => [
  await rows.countDocuments(),
  await rows.countDocuments({ n: { $gte: 0 } }),
  (await rows.find().toArray()).length,
]

describe('the embedded database on a full disk', () => {
  let dir: string

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'full-'))
  })
  after(() => rm(dir, { recursive: true }))

  it('refuses what does not fit, forgets nothing, and goes on when there is room', async function () {
    this.timeout(60_000)
    const host = await startHost(dir, { code: 'source', blocks: 4_096 })
    const client = await MongoClient.connect(host.uri)
    const rows = client.db('full').collection<Row>('rows')
    await rows.createIndex({ n: 1 }, {}, {})
    let kept = 0
    let refused: unknown
    for (let batch = 0; batch < 100 && !refused; batch += 1) {
      refused = (await refusal(rows.insertMany(rowsOf(batch, 100)))).message
      if (!refused) kept += 100
    }
    expect(kept).to.be.within(500, 5_000)
    expect(refused).to.be.a('string')
    expect(await counts(rows)).to.deep.equal([kept, kept, kept])

    for (let wish = 0; wish < 2; wish += 1)
      expect((await refusal(rows.createIndex({ pad: 1 }, {}, {}))).message).to.be.a('string')
    expect((await rows.indexes()).map(({ name }) => name)).to.deep.equal(['_id_', 'n_1'])
    expect(await counts(rows)).to.deep.equal([kept, kept, kept])
    await client.close()
    await host.stop()
    expect((await checkFolder(dir)).flatMap(({ problems }) => problems)).to.deep.equal([])

    const roomy = await startEmbeddedMongo({ dir })
    const second = await MongoClient.connect(roomy.uri)
    const same = second.db('full').collection<Row>('rows')
    expect(await counts(same)).to.deep.equal([kept, kept, kept])
    await same.createIndex({ pad: 1 }, {}, {})
    await same.insertMany(rowsOf(1_000, 100))
    expect(await counts(same)).to.deep.equal([kept + 100, kept + 100, kept + 100])
    await second.close()
    await roomy.stop()
  })
})

describe('limits of the embedded database', () => {
  let running: RunningDatabase
  let db: Db

  before(async () => {
    running = await runDatabase({ durable: false })
    db = running.client.db('limits')
    await db.collection<Row>('many').insertMany(rowsOf(1, 9_000))
  })
  after(async () => {
    await running.client.close()
    await running.database.stop()
    const reports = await checkFolder(running.dir)
    await rm(running.dir, { recursive: true })
    expect(reports).to.have.length.above(3)
    expect(reports.flatMap(({ problems }) => problems)).to.deep.equal([])
  })

  it('keeps no more than 100 MB of groups, however many documents there are', () => {
    const text = 'x'.repeat(4_000)
    function* documents(): Generator<Doc> {
      for (let n = 0; n < 50_000; n += 1) yield { n: new Int32(n), kind: 'one', text }
    }
    const world = { variables: {}, find: () => [] }
    const run = (group: Doc) => [...compilePipeline([{ $group: group }], world)(documents())].length
    const many = Object.fromEntries(Array.from({ length: 25 }, (_, n) => [`n${n}`, { $sum: '$n' }]))

    expect(run({ _id: '$n', n: { $sum: '$n' } })).to.equal(50_000)
    expect(run({ _id: '$kind', most: { $max: '$$ROOT' } })).to.equal(1)
    expect(() => run({ _id: '$n', ...many }))
      .to.throw('memory limit')
      .with.property('code', 292)
    expect(() => run({ _id: '$n', one: { $max: '$$ROOT' } })).to.throw('memory limit')
  })

  it('takes documents of 16 MB, and not a byte more, however they come about', async () => {
    const big = db.collection<Row>('big')
    const frame = calculateObjectSize({ _id: 'a', n: 1, pad: '' })
    const pad = 'x'.repeat(16 * 1024 * 1024 - frame)
    expect(await refusal(big.insertOne({ _id: 'a', n: 1, pad }))).to.be.empty
    expect((await big.findOne({ _id: 'a' }))?.pad?.length).to.equal(pad.length)
    const longer = { insert: 'big', documents: [{ _id: 'b', n: 1, pad: `${pad}x` }] }
    const { n, writeErrors } = await db.command(longer)
    expect([n, (writeErrors as { code: number }[])[0]?.code]).to.deep.equal([0, 10_334])
    expect(await refusal(big.updateOne({ _id: 'a' }, { $set: { more: 'x' } }))).to.include({
      code: 17_419,
    })
    expect(await big.countDocuments({ more: { $exists: false } })).to.equal(1)
  })

  it('stops a $group and the building of an index when their time is over', async () => {
    const many = db.collection<Row>('many')
    const slow = { $and: Array.from({ length: 400 }, () => ({ $gte: ['$n', 0] })) }
    const group = [{ $group: { _id: '$_id', n: { $max: slow } } }]
    expect(await refusal(many.aggregate(group, { maxTimeMS: 15 }).toArray())).to.include({
      code: 50,
    })

    const index = { createIndexes: 'many', indexes: [{ key: { pad: 1, n: -1 }, name: 'slow' }] }
    expect(await refusal(db.command({ ...index, maxTimeMS: 5 }))).to.include({ code: 50 })
    expect((await many.indexes()).map(({ name }) => name)).to.deep.equal(['_id_'])
    expect(await refusal(db.command(index))).to.be.empty
  })

  it('leaves the loop of the process alone while its thread is busy', async () => {
    const many = db.collection<Row>('many')
    const slow = { $and: Array.from({ length: 4_000 }, () => ({ $gte: ['$n', 0] })) }
    const delay = monitorEventLoopDelay({ resolution: 5 })
    delay.enable()
    const busy = many.aggregate([{ $group: { _id: '$_id', n: { $max: slow } } }], {
      maxTimeMS: 800,
    })
    expect(await refusal(busy.toArray())).to.include({ code: 50 })
    delay.disable()
    expect(delay.max / 1e6).to.be.below(400)
  })

  it('answers a second wish for an index only when the first is fulfilled', async () => {
    const twice = db.collection<Row>('twice')
    await twice.insertMany(Array.from({ length: 9_000 }, (_, n) => ({ _id: `${n}`, n: n % 8_999 })))
    await Promise.all([1, 2].map(() => twice.findOne()))
    const wishes = await Promise.all(
      [1, 2].map(() => refusal(twice.createIndex({ n: 1 }, { unique: true }, {}))),
    )
    expect(wishes.map(({ code }) => code)).to.deep.equal([11_000, 11_000])
    await twice.deleteOne({ n: 0 })
    const fulfilled = [1, 2].map(async () => {
      await twice.createIndex({ n: 1 }, { unique: true }, {})
      return twice
        .find({ n: { $gte: 0 } })
        .hint('n_1')
        .toArray()
    })
    for (const rows of await Promise.all(fulfilled)) expect(rows).to.have.length(8_999)
  })

  it('shows an index only when it is complete, and lets who drops it wait', async () => {
    const left = db.collection<Row>('left')
    await left.insertMany(rowsOf(1, 9_000))
    const names = async () => (await left.indexes()).map(({ name }) => name)
    const order: string[] = []
    const note = (what: string) => () => order.push(what)
    const built = left.createIndex({ pad: 1 }, { name: 'late' }, {}).then(note('built'))
    await left.findOne()
    const dropped = left.dropIndex('late').then(note('dropped'))
    if (order.length === 0) expect(await names()).to.deep.equal(['_id_'])
    await Promise.all([built, dropped])
    expect(order).to.deep.equal(['built', 'dropped'])
    expect(await names()).to.deep.equal(['_id_'])
  })

  const wrong: [Record<string, unknown>, number][] = [
    [{ key: {} }, 67],
    [{ key: { n: 0 } }, 67],
    [{ key: { n: true } }, 67],
    [{ key: { $n: 1 } }, 67],
    [{ key: { 'n..m': 1 } }, 67],
    [{ key: Object.fromEntries(Array.from({ length: 33 }, (_, n) => [`f${n}`, 1])) }, 67],
    [{ key: { n: 1 }, name: '' }, 67],
    [{ key: { n: 1 }, unique: 'yes' }, 14],
    [{ key: { n: 1 }, sparse: 'yes' }, 14],
    [{ key: { n: 1 }, expireAfterSeconds: 'soon' }, 14],
    [{ key: { n: 1 }, expireAfterSeconds: -1 }, 67],
    [{ key: { n: 1 }, partialFilterExpression: 5 }, 14],
    [{ key: { n: 1 }, partialFilterExpression: { n: { $ne: 1 } } }, 67],
    [{ key: { n: 1 }, partialFilterExpression: { n: 1 }, sparse: true }, 67],
    [{ key: { n: 'hashed' } }, 115],
    [{ key: { n: 1 }, collation: { locale: 'es' } }, 115],
    [{ key: { n: 1 }, speed: 'high' }, 197],
  ]
  for (const [spec, code] of wrong)
    it(`refuses the index ${JSON.stringify(spec).slice(0, 70)}`, async () => {
      const command = { createIndexes: 'small', indexes: [{ name: 'wrong', ...spec }] }
      expect(await refusal(db.command(command))).to.include({ code })
    })

  it('refuses an index that contradicts one that is there', async () => {
    const small = db.collection<Row>('small')
    await small.createIndex({ n: 1 }, { name: 'first' }, {})
    const wish = (key: Record<string, 1 | -1>, options: object) =>
      refusal(small.createIndex(key, options, {}))
    expect(await wish({ n: 1 }, { name: 'first' })).to.be.empty
    expect(await wish({ n: 1 }, { name: 'second' })).to.include({ code: 85 })
    expect(await wish({ n: 1 }, { name: 'first', unique: true })).to.include({ code: 85 })
    expect(await wish({ n: -1 }, { name: 'first' })).to.include({ code: 86 })
    expect(await refusal(small.dropIndex('_id_'))).to.include({ code: 72 })
    expect(await refusal(small.dropIndex('none'))).to.include({ code: 27 })
  })
})
