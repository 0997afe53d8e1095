import { parseArgs } from 'node:util'
import mongoose from 'mongoose'
import { openDatabase } from '../../src/database.js'
import { benchCrash } from './crash-bench.js'
import { benchCredentials } from './credentials.js'
import { benchCredits } from './credits.js'
import { benchDeliveries } from './deliveries.js'
import { benchFindOne } from './database-bench.js'
import { benchRoster } from './import-bench.js'
import { benchDatabase } from './lmdb-bench.js'
import { tell } from './measure.js'
import { benchMillion } from './million-bench.js'
import { benchLearnerHome, benchMemory, benchStart, benchViews } from './page-bench.js'
import { benchRules } from './rules.js'
import { demoFolder, startServer, warm, type BenchServer } from './servers.js'

const { values, positionals } = parseArgs({
  options: {
    learners: { type: 'string', default: '100000' },
    documents: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '100' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
  allowPositionals: true,
})
const learners = Number(values.learners)
const started = new Map<number, BenchServer>()

async function serverWith(count: number): Promise<BenchServer> {
  const dataDir = demoFolder(count)
  await warm(dataDir)
  const server = started.get(count) ?? (await startServer('dist/server.js', dataDir))
  started.set(count, server)
  return server
}

const few = () => serverWith(5_256)
const many = () => serverWith(learners)

async function joined(bench: (emails: string[], communityId: string) => Promise<void>) {
  const { dataDir } = await many()
  const database = await openDatabase({ mongodbUri: undefined, dataDir }, { join: true })
  const found = await mongoose.connection.db
    ?.collection<{ communityId: string; email: string }>('learners')
    .find({ email: { $exists: true } }, { projection: { communityId: 1, email: 1 } })
    .limit(20_000)
    .toArray()
  const emails = (found ?? []).map(({ email }) => email)
  await bench(emails, found?.[0]?.communityId ?? '')
  await database.close()
}

async function roster(emails: string[]): Promise<void> {
  const courses = await mongoose.connection.db?.collection('tracks').distinct('steps.courseSlug')
  await benchRoster(emails, (courses ?? []) as string[])
}

const benches: Readonly<Record<string, () => Promise<void>>> = {
  start: async () => {
    benchStart(await many(), learners)
  },
  home: async () => {
    await benchLearnerHome(await few())
  },
  views: async () => {
    await benchViews(await few(), await many())
  },
  findOne: () => joined(benchFindOne),
  database: benchDatabase,
  million: () => benchMillion(Number(values.documents)),
  crash: () => benchCrash(Number(values.rounds), Number(values.seed)),
  roster: () => joined(roster),
  credentials: async () => {
    await benchCredentials(await many())
  },
  credits: benchCredits,
  deliveries: benchDeliveries,
  rules: async () => {
    for (const server of started.values()) await server.stop()
    started.clear()
    await benchRules(demoFolder(5_256), demoFolder(learners))
  },
  memory: async () => {
    await benchMemory(await many(), learners)
  },
}

for (const name of positionals.length > 0 ? positionals : Object.keys(benches)) {
  const bench = benches[name]
  if (!bench) throw new Error(`no bench ${name}; there are ${Object.keys(benches).join(', ')}`)
  tell(`bench ${name}`)
  await bench()
}
process.exit(0)
