import { MongoClient } from 'mongodb'
import { startEmbeddedMongo } from '../../src/embedded-mongo/start.js'

/** Ends the process by itself while eight writers keep the database thread amid transactions. */
const database = await startEmbeddedMongo({ dir: process.argv[2] ?? '' })
const client = await MongoClient.connect(database.uri)
const rows = client.db('exit').collection('rows')
await rows.createIndex({ a: 1, b: -1 }, {}, {})
for (let writer = 0; writer < 8; writer += 1)
  void (async () => {
    for (;;)
      await rows.insertMany(Array.from({ length: 2_000 }, (_, n) => ({ a: n % 7, b: `${n}` })))
  })()
setTimeout(() => process.exit(3), 250)
