import { parseArgs } from 'node:util'
import mongoose from 'mongoose'
import { openDatabase } from '../../src/database.js'
import { benchFindOne } from './database-bench.js'
import { benchRoster } from './import-bench.js'
import { benchLearnerHome, benchMemory, benchStaffLists, benchStart } from './page-bench.js'
import { demoFolder, startServer } from './servers.js'

const { values } = parseArgs({ options: { learners: { type: 'string', default: '100000' } } })
const learners = Number(values.learners)

const few = await startServer('dist/server.js', demoFolder(5_256))
const many = await startServer('dist/server.js', demoFolder(learners))
process.once('exit', () => {
  for (const { pid } of [few, many]) process.kill(pid, 'SIGTERM')
})
benchStart(many, learners)
await benchLearnerHome(few)
await benchStaffLists(few, many)
benchMemory(many, learners)

const database = await openDatabase(
  { mongodbUri: undefined, dataDir: many.dataDir },
  { join: true },
)
const found = await mongoose.connection.db
  ?.collection<{ communityId: string; email: string }>('learners')
  .find({}, { projection: { communityId: 1, email: 1 } })
  .limit(20_000)
  .toArray()
const emails = (found ?? []).map(({ email }) => email)
const steps = await mongoose.connection.db?.collection('tracks').distinct('steps.courseSlug')
await benchFindOne(emails, found?.[0]?.communityId ?? '')
await benchRoster(emails, (steps ?? []) as string[])
benchMemory(many, learners)
await database.close()
process.exit(0)
