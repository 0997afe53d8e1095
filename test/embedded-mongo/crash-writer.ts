import { MongoClient } from 'mongodb'
import { startEmbeddedMongo } from '../../src/embedded-mongo/start.js'

/** Writes without pause and prints each id once it is acknowledged, until it is killed. */
const dir = process.argv[2] ?? ''
const round = process.argv[3] ?? '0'
const database = await startEmbeddedMongo({ dir })
const client = await MongoClient.connect(database.uri)
const learners = client
  .db('crash')
  .collection<{ _id: string; email: string; n: number; tags: string[] }>('learners')
await learners.createIndex({ email: 1 }, { unique: true }, {})
await learners.createIndex({ tags: 1, n: -1 }, {}, {})
const totals = client.db('crash').collection<{ _id: string; n: number }>('totals')
let next = 0

async function write(writer: number): Promise<never> {
  for (;;) {
    const id = `${round}-${writer}-${(next += 1)}`
    const tags = [`t${next % 7}`, `u${next % 3}`]
    await learners.insertOne({ _id: id, email: `${id}@example.org`, n: next, tags })
    process.stdout.write(`i ${id}\n`)
    await learners.updateOne({ _id: id }, { $set: { tags: ['done'] }, $inc: { n: 1_000 } })
    process.stdout.write(`u ${id}\n`)
    if (next % 5 === 0) {
      await learners.deleteOne({ _id: id })
      process.stdout.write(`d ${id}\n`)
    }
    await totals.updateOne({ _id: `writer ${writer}` }, { $inc: { n: 1 } }, { upsert: true })
    process.stdout.write(`t ${writer}\n`)
  }
}

await Promise.all([write(1), write(2), write(3), write(4)])
