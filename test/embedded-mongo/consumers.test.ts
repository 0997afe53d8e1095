import { Agenda } from 'agenda'
import { MongoBackend } from '@agendajs/mongo-backend'
import { expect } from 'chai'
import MongoStore from 'connect-mongo'
import type { SessionData } from 'express-session'
import { GridFSBucket, type MongoClient } from 'mongodb'
import mongoose from 'mongoose'
import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { RateLimiterMongo, type RateLimiterRes } from 'rate-limiter-flexible'
import { runDatabase, type RunningDatabase } from './run-database.js'

describe('what is built on MongoDB runs on the embedded database', () => {
  let running: RunningDatabase
  let client: MongoClient

  before(async () => {
    running = await runDatabase({ ttlMilliseconds: 100 })
    client = running.client
  })
  after(() => running.stop())

  it('connect-mongo keeps, touches, lists and destroys sessions', async () => {
    const store = MongoStore.create({ client, dbName: 'sessions', touchAfter: 0 })
    const session = { cookie: { originalMaxAge: 60_000 }, visits: 3 } as unknown as SessionData
    await call((done) => store.set('s1', session, done))
    await call((done) => store.set('s1', session, done))
    await call((done) => store.touch('s1', session, done))

    const read = await call<SessionData | null | undefined>((done) => store.get('s1', done))
    expect(read).to.have.property('visits', 3)
    expect(await call<number | undefined>((done) => store.length(done))).to.equal(1)

    await call((done) => store.destroy('s1', done))
    expect(await call((done) => store.get('s1', done))).to.equal(null)
    const indexes = await client.db('sessions').collection('sessions').indexes()
    expect(indexes.find((index) => index.name === 'expires_1')).to.include({
      expireAfterSeconds: 0,
    })
  })

  it('agenda runs a job now, keeps a single repeated job, and cancels', async () => {
    const backend = new MongoBackend({ mongo: client.db('jobs'), ensureIndex: true })
    const agenda = new Agenda({ backend, processEvery: 50 })
    await agenda.ready
    const ran: unknown[] = []
    agenda.define('greet', async (job) => {
      ran.push(job.attrs.data)
    })
    await agenda.start()
    await agenda.every('1 hour', 'greet', { to: 'every hour' })
    await agenda.every('1 hour', 'greet', { to: 'every hour' })
    await agenda.now('greet', { to: 'Ada' })
    await until(() => JSON.stringify(ran).includes('Ada'))
    await agenda.stop()

    const stored = client.db('jobs').collection('agendaJobs')
    expect(await stored.countDocuments({ type: 'single' })).to.equal(1)
    expect(await agenda.cancel({ name: 'greet' })).to.equal(2)
    expect(await stored.countDocuments()).to.equal(0)
  })

  it('rate-limiter-flexible counts points exactly under concurrent requests', async () => {
    const limiter = new RateLimiterMongo({
      storeClient: client,
      dbName: 'limits',
      points: 10,
      duration: 60,
      keyPrefix: 'sign-in',
    })
    await limiter.consume('ada', 0)
    const outcomes = await Promise.allSettled(
      Array.from({ length: 25 }, () => limiter.consume('ada')),
    )
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).to.have.length(10)
    const refused = outcomes.find((outcome) => outcome.status === 'rejected')
    expect((refused?.reason as RateLimiterRes).remainingPoints).to.equal(0)
    expect((await limiter.get('ada'))?.consumedPoints).to.equal(25)
    expect(await limiter.delete('ada')).to.equal(true)
  })

  it('GridFS stores and streams a file larger than a document may be', async () => {
    const bucket = new GridFSBucket(client.db('files'))
    const bytes = randomBytes(20 * 1024 * 1024 + 17)
    const upload = bucket.openUploadStream('roster.csv', { metadata: { by: 'provider' } })
    await pipeline(Readable.from([bytes.subarray(0, 9_000_001), bytes.subarray(9_000_001)]), upload)

    const hash = createHash('sha256')
    for await (const chunk of bucket.openDownloadStream(upload.id)) hash.update(chunk as Buffer)
    expect(hash.digest('hex')).to.equal(createHash('sha256').update(bytes).digest('hex'))
    const part = bucket.openDownloadStream(upload.id, { start: 300_000, end: 300_010 })
    expect(Buffer.concat(await part.toArray())).to.deep.equal(bytes.subarray(300_000, 300_010))
    const [file] = await bucket.find({ 'metadata.by': 'provider' }).toArray()
    expect(file).to.include({ length: bytes.length, filename: 'roster.csv' })
    await bucket.delete(upload.id)
    expect(await client.db('files').collection('fs.chunks').countDocuments()).to.equal(0)
  })

  it('TTL indexes remove what is over and leave the rest', async () => {
    const tokens = client.db('ttl').collection<{ _id: string; usedUntil?: unknown }>('tokens')
    await tokens.createIndex({ usedUntil: 1 }, { expireAfterSeconds: 1 }, {})
    await tokens.insertMany([
      { _id: 'over', usedUntil: new Date(Date.now() - 5_000) },
      { _id: 'earliest counts', usedUntil: [new Date(Date.now() + 60_000), new Date(0)] },
      { _id: 'later', usedUntil: new Date(Date.now() + 60_000) },
      { _id: 'no date', usedUntil: 'never' },
      { _id: 'none' },
    ])
    const kept = client.db('ttl').collection<{ _id: number; at: Date }>('kept')
    const since = { partialFilterExpression: { at: { $gt: new Date(1_000) } } }
    await kept.createIndex({ at: 1 }, { expireAfterSeconds: 1, ...since }, {})
    await kept.insertMany([0, 2_000].map((at) => ({ _id: at, at: new Date(at) })))
    await until(async () => (await tokens.countDocuments()) === 3)
    await until(async () => (await kept.countDocuments({ _id: 2_000 })) === 0)
    expect(await kept.countDocuments({ _id: 0 })).to.equal(1)
    const left = await tokens.find().sort({ _id: 1 }).toArray()
    expect(left.map((token) => token._id)).to.deep.equal(['later', 'no date', 'none'])
  })

  describe('mongoose', () => {
    const connection = mongoose.createConnection()
    const badge = new mongoose.Schema({
      _id: String,
      slug: { type: String, unique: true },
      track: String,
      points: Number,
      tags: [String],
      awardedOn: Date,
    })
    badge.index({ track: 1, points: -1 })
    const Badge = connection.model('Badge', badge)

    before(async () => {
      await connection.openUri(running.database.uri, { dbName: 'waymark' })
      await Badge.createIndexes()
      await Badge.insertMany(
        Array.from({ length: 300 }, (_, index) => ({
          _id: `b${index}`,
          slug: `badge-${index}`,
          track: index % 3 === 0 ? 'web' : 'data',
          points: index,
          tags: index % 2 ? ['new', 'credit'] : ['new'],
          awardedOn: new Date(Date.UTC(2015, 0, 1 + index)),
        })),
      )
    })
    after(() => connection.close())

    it('reads pages through cursors, sorted by an index', async () => {
      const page = await Badge.find({ track: 'web' }).sort({ points: -1 }).skip(10).limit(5).lean()
      expect(page.map((one) => one.points)).to.deep.equal([267, 264, 261, 258, 255])
      const seen: string[] = []
      for await (const one of Badge.find().sort({ _id: 1 }).lean().cursor({ batchSize: 7 }))
        seen.push(String(one._id))
      expect(seen)
        .to.deep.equal([...new Set(seen)].sort())
        .and.to.have.length(300)
    })

    it('upserts once however many ask at the same time', async () => {
      const asked = Array.from({ length: 20 }, () =>
        Badge.findOneAndUpdate(
          { slug: 'only-one' },
          { $setOnInsert: { _id: 'only-one', track: 'none' }, $inc: { points: 1 } },
          { upsert: true, returnDocument: 'after' },
        ).lean(),
      )
      const points = (await Promise.all(asked)).map((one) => one.points ?? 0)
      expect(points.sort((a, b) => a - b)).to.deep.equal(
        Array.from({ length: 20 }, (_, i) => i + 1),
      )
      await Badge.deleteOne({ slug: 'only-one' })
    })

    it('bulk writes in order until the first refusal, or all but the refused', async () => {
      const twice = [
        { insertOne: { document: { _id: 'x1', slug: 'x1' } } },
        { insertOne: { document: { _id: 'x1', slug: 'x2' } } },
        { updateOne: { filter: { _id: 'x1' }, update: { $set: { points: 7 } } } },
        { deleteOne: { filter: { _id: 'absent' } } },
      ]
      await refused(Badge.bulkWrite(twice), 11000)
      expect((await Badge.findById('x1').lean())?.points).to.equal(undefined)

      await refused(Badge.bulkWrite(twice, { ordered: false }), 11000)
      expect((await Badge.findById('x1').lean())?.points).to.equal(7)
      await Badge.deleteOne({ _id: 'x1' })
    })

    it('groups, looks up, counts and tells values apart', async () => {
      const many = { $match: { points: { $gte: 100 } } }
      const byTrack = await Badge.aggregate<Record<string, unknown>>([
        many,
        { $group: { _id: '$track', n: { $sum: 1 }, most: { $max: '$points' } } },
        { $sort: { _id: 1 } },
      ])
      expect(byTrack).to.deep.equal([
        { _id: 'data', n: 134, most: 299 },
        { _id: 'web', n: 66, most: 297 },
      ])
      const total = await Badge.aggregate<Record<string, unknown>>([many, { $count: 'n' }])
      expect(total).to.deep.equal([{ n: 200 }])
      const top = await Badge.aggregate<Record<string, unknown>>([
        many,
        { $sort: { points: -1 } },
        { $limit: 1 },
        { $project: { _id: 0, slug: 1 } },
      ])
      expect(top).to.deep.equal([{ slug: 'badge-299' }])
      await connection.collection('tracks').insertOne({ _id: 'web' as never, title: 'Web' })
      const joined = await Badge.aggregate<{ found: { title: string }[] }>([
        { $match: { _id: { $in: ['b3', 'b4'] } } },
        { $lookup: { from: 'tracks', localField: 'track', foreignField: '_id', as: 'found' } },
        { $sort: { _id: 1 } },
      ])
      expect(joined.map((one) => one.found.map((track) => track.title))).to.deep.equal([
        ['Web'],
        [],
      ])
      const best = await connection
        .collection('tracks')
        .aggregate<{ found: unknown[] }>([
          {
            $lookup: {
              from: 'badges',
              as: 'found',
              let: { track: '$_id' },
              pipeline: [
                { $match: { track: 'web' } },
                { $sort: { points: -1 } },
                { $limit: 2 },
                { $match: { $expr: { $eq: ['$track', '$$track'] } } },
                { $project: { _id: 0, slug: 1, points: 1 } },
              ],
            },
          },
        ])
        .toArray()
      expect(best.map(({ found }) => found)).to.deep.equal([
        [
          { slug: 'badge-297', points: 297 },
          { slug: 'badge-294', points: 294 },
        ],
      ])
      expect(await Badge.countDocuments({ track: 'web', points: { $lt: 30 } })).to.equal(10)
      expect(await Badge.countDocuments({ track: 'web' }, { skip: 5, limit: 7 })).to.equal(7)
      expect(await Badge.estimatedDocumentCount()).to.equal(300)
      expect(await Badge.distinct('tags', { points: { $lt: 9 } })).to.deep.equal(['credit', 'new'])
      expect(await Badge.exists({ slug: 'badge-9' })).to.deep.equal({ _id: 'b9' })
    })

    it('keeps indexes in step with the schema', async () => {
      expect(await Badge.syncIndexes()).to.deep.equal([])
      await Badge.collection.createIndex({ awardedOn: 1 }, { name: 'stray' }, {})
      expect(await Badge.diffIndexes()).to.deep.include({ toDrop: ['stray'], toCreate: [] })
      expect(await Badge.syncIndexes()).to.deep.equal(['stray'])
      const names = (await Badge.listIndexes()).map((index: { name: string }) => index.name)
      expect(names).to.have.members(['_id_', 'slug_1', 'track_1_points_-1'])
    })

    it('refuses to build a unique index over duplicates and leaves none behind', async () => {
      await refused(Badge.collection.createIndex({ track: 1 }, { unique: true }, {}), 11000)
      expect(await Badge.listIndexes()).to.have.length(3)
      expect(await Badge.countDocuments({ track: 'web' })).to.equal(100)
    })
  })
})

function call<T = unknown>(
  ask: (done: (error?: unknown, value?: T) => void) => unknown,
): Promise<T> {
  return new Promise((resolve, reject) => {
    ask((error, value) => {
      if (error) reject(error instanceof Error ? error : new Error(JSON.stringify(error)))
      else resolve(value as T)
    })
  })
}

async function until(isDone: () => boolean | Promise<boolean>): Promise<void> {
  for (const give = Date.now() + 8_000; !(await isDone());) {
    if (Date.now() > give) throw new Error('waited eight seconds in vain')
    await new Promise((resume) => setTimeout(resume, 25))
  }
}

async function refused(asked: Promise<unknown>, code: number): Promise<void> {
  const outcome = await asked.then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(outcome).to.have.property('code', code)
}
