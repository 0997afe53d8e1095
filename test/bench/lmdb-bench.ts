import { rmSync } from 'node:fs'
import { MongoClient, type Collection } from 'mongodb'
import { progressBar } from '../../src/commands/progress.js'
import { startHost } from './hosts.js'
import { median, paceOf, paceOfEach, paceOfWork, report, sideBySide, type Pace } from './measure.js'
import { openRaw, type Known, type RawLmdb } from './raw-lmdb.js'
import { learnerOf, learnersOf, load, type Learner } from './sample-learners.js'
import { scratchFolder } from './scratch-folder.js'

const LEARNERS = 100_000
const BATCH = 1_000
const BATCHES = 10

/**
 * The database in a process of its own, through the driver and its socket, against lmdb alone in this process on a copy of the same file:
 * the same reads and writes of the same bytes with the same settings (see raw-lmdb.ts).
 */
export async function benchDatabase(): Promise<void> {
  const dir = scratchFolder('database')
  await fill(dir)
  const raw = await openRaw(dir, 5)
  const host = await startHost(dir)
  const client = await MongoClient.connect(host.uri, { maxPoolSize: 32 })
  const learners = learnersOf(client)
  await compareReads(learners, raw)
  await compareUpdates(learners, raw)
  await compareInserts(learners, raw)
  await client.close()
  await host.stop()
  await raw.close()
  rmSync(dir, { recursive: true })
}

async function fill(dir: string): Promise<void> {
  const bar = progressBar('learners')
  const host = await startHost(dir)
  await load(host.uri, LEARNERS, (done) => {
    bar.tell(done, LEARNERS)
  })
  bar.stop()
  await host.stop()
}

interface Sides {
  readonly served: () => Promise<Pace>
  readonly raw: () => Pace | Promise<Pace>
}

/** One row: the database against lmdb alone, in turn. */
async function compare(bench: string, against: string, { served, raw }: Sides): Promise<void> {
  const medians: { served: number[]; raw: number[] } = { served: [], raw: [] }
  const found = await sideBySide(
    async () => {
      const { perSecond, p50 } = await served()
      medians.served.push(p50)
      return perSecond
    },
    async () => {
      const { perSecond, p50 } = await raw()
      medians.raw.push(p50)
      return perSecond
    },
  )
  report({
    bench,
    ratio: found.ratio,
    against: `raw lmdb: ${against}`,
    perSecond: found.one,
    rawPerSecond: found.other,
    p50: median(medians.served),
    rawP50: median(medians.raw),
  })
}

const named = (clients: number) => `${clients} client${clients === 1 ? '' : 's'}`

async function compareReads(learners: Collection<Learner>, raw: RawLmdb): Promise<void> {
  const next = picker(raw.known)
  const findOne = () => learners.findOne({ email: next().email })
  const page = () => {
    const { tag, at } = next()
    return learners
      .find({ tag, at: { $lte: at } })
      .sort({ at: -1 })
      .limit(20)
      .toArray()
  }
  for (const clients of [1, 16])
    await compare(`findOne by unique index, ${named(clients)}`, 'two gets, BSON decoded', {
      served: () => paceOf(findOne, { clients }),
      raw: () => paceOfWork(() => raw.findOne(next()), 100),
    })
  for (const clients of [1, 16])
    await compare(`indexed page of 20, ${named(clients)}`, '20 keys, 20 gets, BSON decoded', {
      served: () => paceOf(page, { clients }),
      raw: () => paceOfWork(() => raw.page(next()), 10),
    })
  const groups = [{ $group: { _id: '$tag', n: { $sum: 1 }, points: { $sum: '$points' } } }]
  await compare(`$group over ${LEARNERS}`, 'a walk that decodes BSON and adds up', {
    served: () => paceOf(() => learners.aggregate(groups).toArray()),
    raw: () => paceOfWork(() => raw.group(), 1),
  })
}

async function compareUpdates(learners: Collection<Learner>, raw: RawLmdb): Promise<void> {
  const next = picker(raw.known)
  const visit = () => learners.updateOne({ _id: next()._id }, { $inc: { visits: 1 } })
  await compare('durable update by _id, 1 client', 'two gets, a put, a commit with fsync', {
    served: () => paceOf(visit),
    raw: () =>
      paceOfWork(() => {
        raw.updateAlone(next())
      }, 1),
  })
  await compare('durable update by _id, 16 clients', 'the same, by its own group commit', {
    served: () => paceOf(visit, { clients: 16 }),
    raw: () => paceOf(() => raw.update(next()), { clients: 16 }),
  })
}

async function compareInserts(learners: Collection<Learner>, raw: RawLmdb): Promise<void> {
  const served = batches()
  const alone = batches()
  await compare(`insertMany of ${BATCH}`, 'the same puts, ready made, and a commit with fsync', {
    served: () => paceOfEach(served(), (batch) => learners.insertMany(batch)),
    raw: () => {
      const ready = alone().map((batch) => raw.writesOf(batch))
      return paceOfEach(ready, (writes) => {
        raw.insert(writes)
      })
    },
  })
}

/** Learners in an order that jumps about. */
function picker(known: readonly Known[]): () => Known {
  let at = 0
  return () => {
    at = (at + 7919) % known.length
    const found = known[at]
    if (!found) throw new Error('nobody to ask for')
    return found
  }
}

/** Ten batches of new learners at each call. */
function batches(): () => Learner[][] {
  let from = LEARNERS
  return () =>
    Array.from({ length: BATCHES }, () => {
      const begin = from
      from += BATCH
      return Array.from({ length: BATCH }, (_, n) => learnerOf(begin + n, LEARNERS))
    })
}
