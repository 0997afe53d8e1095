import { expect } from 'chai'
import { connect as connectSocket } from 'node:net'
import { stat } from 'node:fs/promises'
import { Long, MongoClient, type Db, type Document } from 'mongodb'
import { deserialize, serialize } from 'bson'
import { startEmbeddedMongo } from '../../src/embedded-mongo/start.js'
import { runDatabase, type RunningDatabase } from './run-database.js'

interface Row {
  _id: string | number | boolean
  [field: string]: unknown
}

describe('commands of the embedded database', () => {
  let running: RunningDatabase
  let db: Db
  const scans: string[] = []

  before(async () => {
    running = await runDatabase({
      onScan: (sentence) => {
        scans.push(sentence)
        throw new Error('a listener that fails harms nobody')
      },
    })
    db = running.client.db('commands')
    await db.collection<Row>('numbers').insertMany(
      Array.from({ length: 2_500 }, (_, n) => ({
        _id: n,
        n,
        even: n % 2 === 0,
        pad: 'x'.repeat(50),
      })),
    )
  })
  after(() => running.stop())

  it('says hello as a standalone server does', async () => {
    const hello = await db.admin().command({ hello: 1 })
    expect(hello).to.include({ isWritablePrimary: true, logicalSessionTimeoutMinutes: 30, ok: 1 })
    expect(hello).to.not.have.any.keys('setName', 'topologyVersion', 'hosts')
    expect((await stat(running.dir)).mode & 0o777).to.equal(0o700)
  })

  it('refuses what it does not do by the name MongoDB gives it', async () => {
    await refused(db.command({ frobnicate: 1 }), 59, 'CommandNotFound')
    await refused(db.renameCollection('numbers', 'others'), 59)
    await refused(db.command({ collMod: 'numbers' }), 59)
    await refused(db.command({ collStats: 'numbers' }), 59)
    await refused(db.command({ dbStats: 1 }), 59)
    await refused(db.command({ validate: 'numbers' }), 59)
    await refused(db.command({ explain: { delete: 'numbers', deletes: [] } }), 59)
    await refused(db.command({ aggregate: 'numbers', pipeline: [], explain: true }), 9)
    await refused(db.aggregate([{ $documents: [{ a: 1 }] }]).toArray(), 40_324)
    await refused(db.aggregate([{ $match: {} }]).toArray(), 73, 'InvalidNamespace')
    const absent = db.collection('absent')
    await refused(absent.aggregate([{ $sort: { a: 2 } }]).toArray(), 15_975)
    await refused(absent.aggregate([{ $sort: { a: 2 } }, { $unwind: '$a' }]).toArray(), 15_975)
    await refused(absent.aggregate([{ $limit: 0 }]).toArray(), 15_958)
    await refused(db.command({ distinct: 'numbers' }), 40_414)
    await refused(db.command({ find: 'numbers', filter: 'x' }), 14, 'TypeMismatch')
    await refused(db.command({ find: 'numbers', showRecordId: true }), 115)
    await refused(db.command({ insert: 'numbers', documents: [{}], writeConcern: { w: 2 } }), 2)
    await refused(db.admin().command({ bulkWrite: 1, ops: [], nsInfo: [] }), 59)
    await refused(
      db.command({ find: 'numbers', txnNumber: Long.fromNumber(1) }),
      20,
      'IllegalOperation',
    )
    await refused(
      db.command({ create: 'capped', capped: true, size: 5 }),
      115,
      'CommandNotSupported',
    )
    await refused(db.collection('numbers').find().collation({ locale: 'de' }).toArray(), 115)
    await refused(db.collection('numbers').find().hint('absent').toArray(), 2, 'BadValue')
    await refused(db.command({ getMore: Long.fromNumber(77), collection: 'numbers' }), 43)
    await refused(db.command({ listIndexes: 'absent' }), 26, 'NamespaceNotFound')
    await refused(db.collection('a$b').insertOne({}), 73, 'InvalidNamespace')
    await refused(db.command({ create: 'numbers' }), 48, 'NamespaceExists')
    await refused(db.collection('numbers').createIndex({ n: 'text' }, {}, {}), 115)
    await refused(
      db.command({ createIndexes: 'numbers', indexes: [{ key: { n: 1 }, name: 'n', bogus: 1 }] }),
      197,
    )
  })

  it('refuses what an index can not be, and another one like one that is there', async () => {
    const specs = db.collection('specs')
    await specs.createIndex({ a: 1 }, { sparse: true }, {})
    const make = (key: object, options: object) =>
      db.command({ createIndexes: 'specs', indexes: [{ key, name: 'b', ...options }] })
    const rows: [object, object, number][] = [
      [{}, {}, 67],
      [{ b: 0 }, {}, 67],
      [{ $b: 1 }, {}, 67],
      [{ 'b..c': 1 }, {}, 67],
      [{ b: 'hashed' }, {}, 115],
      [{ b: 1 }, { name: '' }, 67],
      [{ b: 1 }, { unique: 'yes' }, 14],
      [{ b: 1 }, { expireAfterSeconds: 'soon' }, 14],
      [{ b: 1 }, { expireAfterSeconds: -1 }, 67],
      [{ b: 1 }, { partialFilterExpression: 1 }, 14],
      [{ b: 1 }, { partialFilterExpression: { b: { $ne: 1 } } }, 67],
      [{ b: 1 }, { partialFilterExpression: { b: 1 }, sparse: true }, 67],
      [{ b: 1 }, { collation: { locale: 'de' } }, 115],
      [{ b: 1 }, { wildcardProjection: {} }, 197],
      [{ a: 1 }, {}, 85],
      [{ a: 1 }, { name: 'a_1' }, 85],
      [{ b: 1 }, { name: 'a_1' }, 86],
    ]
    for (const [key, options, code] of rows) await refused(make(key, options), code)
    const same = await make({ a: 1 }, { name: 'a_1', sparse: true })
    expect(same).to.include({ numIndexesAfter: 2, note: 'all indexes already exist' })
  })

  it('streams a cursor in batches, and ends it when it is killed', async () => {
    const first = await db.command({ find: 'numbers', filter: {}, batchSize: 10 })
    const { id } = first.cursor as { id: Long }
    expect(batch(first, 'firstBatch')).to.have.length(10)
    const next = await db.command({ getMore: id, collection: 'numbers', batchSize: 1_000 })
    expect(batch(next, 'nextBatch').map((row) => Number(row.n))).to.deep.equal(
      Array.from({ length: 1_000 }, (_, index) => index + 10),
    )
    await refused(db.command({ getMore: id, collection: 'elsewhere' }), 13)
    const killed = await db.command({ killCursors: 'numbers', cursors: [id] })
    expect(killed.cursorsKilled).to.have.length(1)
    await refused(db.command({ getMore: id, collection: 'numbers' }), 43, 'CursorNotFound')
  })

  it('goes on behind the last key when documents come and go under an open cursor', async () => {
    const rows = db.collection<Row>('moving')
    await rows.insertMany(Array.from({ length: 50 }, (_, n) => ({ _id: n })))
    const cursor = rows.find().sort({ _id: 1 }).batchSize(5)
    const seen: unknown[] = []
    for await (const row of cursor) {
      seen.push(row._id)
      if (row._id === 4) await rows.deleteMany({ _id: { $gte: 10, $lt: 20 } })
      if (row._id === 9) await rows.insertOne({ _id: 9.5 })
    }
    const expected = [...Array.from({ length: 10 }, (_, n) => n), 9.5]
    expect(seen).to.deep.equal([...expected, ...Array.from({ length: 30 }, (_, n) => n + 20)])
  })

  it('answers one connection in the order in which it asks', async () => {
    const path = decodeURIComponent(running.database.uri.slice('mongodb://'.length))
    const insert = { insert: 'asked', documents: [{ _id: 1 }], $db: 'commands' }
    const count = { count: 'asked', $db: 'commands' }
    const reply = await send(path, Buffer.concat([messageOf(insert, 2), messageOf(count)]), 1_500)
    expect(deserialize(reply.subarray(21))).to.deep.equal({ n: 1, ok: 1 })
  })

  it('gives what met the filter when it is met, and no end of what was dropped', async () => {
    const rows = db.collection<Row>('changing')
    const fill = () =>
      rows.insertMany(Array.from({ length: 40 }, (_, n) => ({ _id: n, a: n % 2, b: n })))
    const open = async (asked: object) => {
      const first = await db.command({ find: 'changing', batchSize: 4, ...asked })
      return (first.cursor as { id: Long }).id
    }
    const more = (id: Long) => db.command({ getMore: id, collection: 'changing' })
    await rows.createIndex({ a: 1, b: 1 }, {}, {})
    await fill()
    const merged = await open({ filter: { a: { $in: [0, 1] } }, sort: { b: 1 } })
    const sorted = await open({ filter: { a: { $lt: 2 } }, sort: { b: -1 } })
    await rows.updateMany({ b: { $gte: 4, $lt: 30 } }, { $set: { a: 2 } })
    const left = Array.from({ length: 10 }, (_, n) => n + 30)
    expect(batch(await more(merged), 'nextBatch').map(({ b }) => Number(b))).to.deep.equal(left)
    const rest = batch(await more(sorted), 'nextBatch').map(({ b }) => Number(b))
    expect(rest).to.deep.equal([35, 34, 33, 32, 31, 30, 3, 2, 1, 0])
    const byIndex = await open({ filter: { a: 1 } })
    const byWalk = await open({ filter: {} })
    await rows.dropIndex('a_1_b_1')
    await refused(more(byIndex), 175, 'QueryPlanKilled')
    await rows.drop()
    await fill()
    await refused(more(byWalk), 175)
  })

  it('stops a query and a pipeline when their time is over', async () => {
    const list = Array.from({ length: 2_000 }, (_, n) => n + 1)
    const slow = { $expr: { $and: list } }
    const numbers = db.collection('numbers')
    await refused(numbers.find(slow).maxTimeMS(20).toArray(), 50, 'MaxTimeMSExpired')
    await refused(
      numbers
        .aggregate([{ $sort: { pad: 1, n: 1 } }, { $match: slow }], { maxTimeMS: 20 })
        .toArray(),
      50,
    )
    await refused(numbers.updateMany(slow, { $set: { x: 1 } }, { maxTimeMS: 20 }), 50)
  })

  it('explains which index served a query and what was examined', async () => {
    const plans = db.collection<Row>('plans')
    await plans.createIndex({ a: 1, b: -1 }, {}, {})
    await plans.insertMany(Array.from({ length: 200 }, (_, n) => ({ _id: n, a: n % 4, b: n })))
    const found = await plans
      .find({ a: 1, b: { $gt: 100 } })
      .sort({ b: -1 })
      .limit(5)
      .explain()
    expect(found.executionStats).to.include({
      nReturned: 5,
      totalKeysExamined: 5,
      totalDocsExamined: 5,
    })
    expect(stages(found)).to.deep.equal(['FETCH', 'IXSCAN'])
    const several = await plans
      .find({ a: { $in: [0, 3] } })
      .sort({ b: -1 })
      .limit(6)
      .explain()
    expect(stages(several)).to.deep.equal(['SORT', 'FETCH', 'IXSCAN'])
    expect(several.executionStats).to.include({ nReturned: 6, totalDocsExamined: 12 })
    const walked = await plans.find({ b: 7 }).explain()
    expect(stages(walked)).to.deep.equal(['COLLSCAN'])
    expect(walked.executionStats).to.include({ nReturned: 1, totalDocsExamined: 200 })
    const sorted = await plans.find({ a: 2 }).sort({ _id: -1, b: 1 }).explain('queryPlanner')
    expect(stages(sorted)).to.deep.equal(['SORT', 'FETCH', 'IXSCAN'])
    const either = await plans.find({ $or: [{ a: 1 }, { _id: 2 }] }).explain('queryPlanner')
    expect(stages(either)).to.deep.equal(['COLLSCAN'])
    const counted = await db.command({
      explain: { count: 'plans', query: { a: 1, b: { $lt: 50, $gt: 9 } } },
    })
    expect(counted.executionStats).to.include({ totalDocsExamined: 0, totalKeysExamined: 10 })
  })

  it('names a query that no index serves, once it has walked a thousand documents in vain', async () => {
    const numbers = db.collection<Row>('numbers')
    scans.length = 0
    await numbers.find({ _id: { $gt: 5 } }).toArray()
    await numbers.find({ pad: 'nobody' }).limit(3).toArray()
    await numbers.updateOne({ n: 2_400 }, { $set: { seen: true } })
    await numbers.find().sort({ pad: 1 }).limit(20).toArray()
    await db.command({ ping: 1 })
    expect(scans).to.deep.equal([
      'commands.numbers: 2500 documents were examined to give 0 for { pad }; no index serves this query.',
      'commands.numbers: 2401 documents were examined to give 1 for { n }; no index serves this query.',
      'commands.numbers: 2500 documents were examined to give 20 for {  } in order of { pad }; no index serves this query.',
    ])
  })

  it('lists and drops', async () => {
    await db.collection<Row>('once').insertOne({ _id: 1, at: new Date() })
    await db.collection('once').createIndex({ at: 1 }, { expireAfterSeconds: 600 }, {})
    expect((await db.collection('once').indexes()).map(({ name }) => name)).to.deep.equal([
      '_id_',
      'at_1',
    ])
    await db.collection('once').drop()
    expect(await db.listCollections({ name: 'once' }).toArray()).to.deep.equal([])
    await running.client.db('other').collection('x').insertOne({})
    await running.client.db('other').dropDatabase()
    const { databases, totalSize } = await db.admin().listDatabases()
    expect(databases.map((one) => one.name)).to.deep.equal(['commands'])
    const { size } = await stat(`${running.dir}/data.mdb`)
    expect([databases[0]?.sizeOnDisk, totalSize]).to.deep.equal([size, size])
  })

  it('answers or hangs up on broken messages, and serves the others all along', async () => {
    const path = decodeURIComponent(running.database.uri.slice('mongodb://'.length))
    const whole = messageOf({ find: 'numbers', $db: 'commands', filter: { n: 1 } })
    for (let round = 0; round < 400; round += 1) {
      const broken = Buffer.from(whole)
      for (let change = 0; change <= round % 4; change += 1)
        broken[(round * 31 + change * 17) % broken.length] = (round * 7 + change) & 0xff
      await send(path, round % 5 === 0 ? broken.subarray(0, round % broken.length) : broken)
    }
    expect(await db.collection('numbers').countDocuments()).to.equal(2_500)
  }).timeout(30_000)

  it('listens on loopback only when a port is asked for, and on a short path for a long folder', async () => {
    const long = `${running.dir}/${'deep/'.repeat(30)}`
    const database = await startEmbeddedMongo({ dir: long })
    const path = decodeURIComponent(database.uri.slice('mongodb://'.length))
    expect(Buffer.byteLength(path)).to.be.at.most(100)
    expect((await stat(path.slice(0, path.lastIndexOf('/')))).mode & 0o777).to.equal(0o700)
    await database.stop()
    const tcp = await startEmbeddedMongo({ dir: long, port: 0 })
    expect(database.tcpUri).to.equal(undefined)
    expect(tcp.tcpUri).to.match(/^mongodb:\/\/127\.0\.0\.1:\d+$/)
    for (const uri of [tcp.uri, tcp.tcpUri ?? '']) {
      const client = await MongoClient.connect(uri)
      expect(await client.db('x').command({ ping: 1 })).to.include({ ok: 1 })
      await client.close()
    }
    await tcp.stop()
  })
})

function batch(reply: Document, name: string): Document[] {
  return (reply.cursor as Record<string, Document[]>)[name] ?? []
}

function stages(explained: Document): string[] {
  const names: string[] = []
  const planner = explained.queryPlanner as { winningPlan: Document }
  let stage: Document | undefined = planner.winningPlan
  for (; stage; stage = stage.inputStage as Document | undefined) names.push(String(stage.stage))
  return names
}

async function refused(asked: Promise<unknown>, code: number, codeName?: string): Promise<void> {
  const outcome = await asked.then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(outcome).to.have.property('code', code)
  if (codeName) expect(outcome).to.have.property('codeName', codeName)
}

/** A command as the driver frames it; flag 2 asks for no answer. */
function messageOf(command: Document, flags = 0): Buffer {
  const whole = Buffer.concat([Buffer.alloc(21), serialize(command)])
  whole.writeInt32LE(whole.length, 0)
  whole.writeInt32LE(2013, 12)
  whole.writeInt32LE(flags, 16)
  return whole
}

/** Sends bytes on a connection of their own and waits for an answer, a hang-up or so many milliseconds of silence. */
function send(path: string, bytes: Buffer, patience = 20): Promise<Buffer> {
  return new Promise((resolve) => {
    const socket = connectSocket(path, () => socket.write(bytes))
    const done = (answer: unknown) => {
      socket.destroy()
      resolve(Buffer.isBuffer(answer) ? answer : Buffer.alloc(0))
    }
    socket.once('data', done).once('close', done).once('error', done)
    socket.setTimeout(patience, () => done(undefined))
  })
}
