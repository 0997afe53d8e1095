import { MongoClient, type Db } from 'mongodb'
import { setTimeout } from 'node:timers/promises'
import { checkFolder } from '../../../src/embedded-mongo/check.js'
import { endOf, spawnHost, startHost, type Code } from '../hosts.js'
import { Ledger, nameOf, type Found } from './ledger.js'
import { allWriters, type Desk, type Row } from './writers.js'

export interface CrashReport {
  readonly rounds: number
  /** Documents, indexes and collections whose writing or removing was acknowledged. */
  acknowledged: number
  /** One sentence each; empty when the database keeps its word. */
  readonly lost: string[]
  readonly torn: string[]
  readonly inconsistent: string[]
}

interface CrashOptions {
  readonly rounds: number
  readonly seed: number
  readonly code: Code
  readonly onRound?: (round: number) => void
}

/** Collections are begun anew after so many rounds: what is checked stays bounded. */
const ROUNDS_KEPT = 4

/** The same numbers for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/**
 * Kills the process that serves `dir` with SIGKILL amid the work of thirteen writers, again and again. What they were answered is
 * known here, in another process; each start on the folder is asked for all of it, and the stopped folder for its indexes.
 */
export async function crashRounds(dir: string, options: CrashOptions): Promise<CrashReport> {
  const { rounds, seed, code, onRound } = options
  const random = seeded(seed)
  const ledger = new Ledger()
  const given = new Set<number>()
  const report: CrashReport = { rounds, acknowledged: 0, lost: [], torn: [], inconsistent: [] }
  for (let round = 1; round <= rounds; round += 1) {
    if (random() < 0.2) await killWhileStarting(dir, code, random() * 300)
    const served = await serve(dir, code)
    await compare(served.db, ledger, report, round)
    if (round % ROUNDS_KEPT === 0) await beginAnew(served.db, ledger)
    await makeIndexes(served.db)
    const desk = { db: served.db, ledger, random, round }
    const writing = allWriters(given).map((write) => write(desk))
    await killAmid(served, writing, aMoment(desk))
    report.inconsistent.push(...(await problemsOf(dir, round)))
    onRound?.(round)
  }
  const served = await serve(dir, code)
  await compare(served.db, ledger, report, rounds + 1)
  await served.stop()
  report.inconsistent.push(...(await problemsOf(dir, rounds + 1)))
  report.acknowledged = ledger.acknowledged
  return report
}

interface Served {
  readonly db: Db
  stop(): Promise<void>
  kill(): Promise<void>
}

/** The client goes at once with the server: it would wait for another one. */
async function serve(dir: string, code: Code): Promise<Served> {
  const host = await startHost(dir, { code })
  const client = new MongoClient(host.uri)
  const end = (how: () => Promise<void>) => async () => {
    await how()
    await client.close()
  }
  return { db: client.db('crash'), stop: end(() => host.stop()), kill: end(() => host.kill()) }
}

async function killWhileStarting(dir: string, code: Code, after: number): Promise<void> {
  const child = spawnHost(dir, { code })
  const ended = endOf(child)
  await setTimeout(after)
  child.kill('SIGKILL')
  await ended
}

const LONGEST_WRITING = 3_000

/** Comes after some more answers, few or many, and then a little later, wherever the writers are by then. */
async function aMoment({ ledger, random }: Desk): Promise<void> {
  const enough = ledger.acknowledged + 5 + random() ** 2 * 3_000
  const later = random() * 15
  const until = performance.now() + LONGEST_WRITING
  while (ledger.acknowledged < enough && performance.now() < until) await setTimeout(1)
  await setTimeout(later)
}

/** Whatever fails before the kill is a failure of the database. */
async function killAmid(
  served: Served,
  writing: readonly Promise<void>[],
  moment: Promise<void>,
): Promise<void> {
  let killed = false
  const writers = writing.map((writer) =>
    writer.catch((error: unknown) => {
      if (!killed) throw error
    }),
  )
  const power = moment.then(async () => {
    killed = true
    await served.kill()
  })
  await Promise.all([...writers, power])
}

async function makeIndexes(db: Db): Promise<void> {
  await db.collection('learners').createIndex({ email: 1 }, { unique: true }, {})
  await db.collection('learners').createIndex({ tags: 1, n: -1 }, {}, {})
  await db.collection('batches').createIndex({ email: 1 }, { unique: true }, {})
  await db.collection('batches').createIndex({ batch: 1, n: -1 }, {}, {})
  await db.collection('totals').createIndex({ key: 1 }, { unique: true, sparse: true }, {})
}

async function beginAnew(db: Db, ledger: Ledger): Promise<void> {
  for (const name of ['learners', 'batches']) {
    const dropped = ledger.collection(name, 'absent')
    await db.collection(name).drop()
    dropped()
  }
}

async function compare(db: Db, ledger: Ledger, report: CrashReport, round: number): Promise<void> {
  const { lost, torn } = ledger.settle(await readAll(db))
  const before = `before round ${round}, `
  report.lost.push(...lost.map((sentence) => before + sentence))
  report.torn.push(...torn.map((sentence) => before + sentence))
}

async function readAll(db: Db): Promise<Found> {
  const documents = new Map<string, number | 'torn' | 'twice'>()
  const indexes = new Set<string>()
  const collections = (await db.listCollections({}, { nameOnly: true }).toArray()).map(
    ({ name }) => name,
  )
  for (const collection of collections) {
    for (const { name } of await db.collection(collection).indexes())
      indexes.add(nameOf(collection, String(name)))
    for await (const row of db.collection<Row>(collection).find().batchSize(5_000)) {
      const name = nameOf(collection, row.key ?? row._id)
      const isWhole = row.n === row.m && (row.pad?.length ?? 0) === (row.size ?? 0)
      documents.set(name, documents.has(name) ? 'twice' : isWhole ? row.n : 'torn')
    }
  }
  return { collections: new Set(collections), indexes, documents }
}

async function problemsOf(dir: string, round: number): Promise<string[]> {
  const reports = await checkFolder(dir)
  return reports.flatMap(({ namespace, problems }) =>
    problems.map((problem) => `in round ${round}, ${namespace}: ${problem}`),
  )
}
