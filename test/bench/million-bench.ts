import { rmSync } from 'node:fs'
import { MongoClient, type Collection } from 'mongodb'
import { setTimeout } from 'node:timers/promises'
import { progressBar } from '../../src/commands/progress.js'
import { startHost, type Host } from './hosts.js'
import { rate, report, tell } from './measure.js'
import { learnerOf, learnersOf, load, type Learner } from './sample-learners.js'
import { scratchFolder } from './scratch-folder.js'
import { anonymousMemory } from './servers.js'

const ALLOWANCE = 200 * 1024 * 1024
const SERVED_MILLISECONDS = 15_000
const GROUP_MILLISECONDS = 2_000

/**
 * So many learners loaded, indexed and served by a database in a process of its own: its anonymous memory is read every 100 ms
 * all along, against 200 MB, and how long a `$group` over all of them holds up the loop beside the database's thread.
 */
export async function benchMillion(count: number): Promise<void> {
  const dir = scratchFolder('million')
  const host = await startHost(dir)
  const memory = watch(host.pid)
  const client = await MongoClient.connect(host.uri, { maxPoolSize: 32 })
  const learners = learnersOf(client)

  const bar = progressBar('learners')
  await load(host.uri, count, (done) => {
    bar.tell(done, count)
  })
  bar.stop()
  memory.note('loaded')
  await learners.createIndex({ 'address.zip': 1, points: -1 }, {}, {})
  memory.note('indexed')
  const perSecond = await serve(learners, count)
  memory.note('served')
  const read = await readAll(learners)
  memory.note('read by one cursor')
  const stopped = await stopGroup(host, learners)
  memory.note('grouped')
  await setTimeout(3_000)
  const atTheEnd = anonymousMemory(host.pid)
  const most = memory.stop()
  await client.close()
  await host.stop()
  rmSync(dir, { recursive: true })

  if (read !== count) throw new Error(`one cursor read ${read} of ${count}`)
  report({
    bench: 'anonymous resident memory of the database, at most',
    ratio: most / ALLOWANCE,
    against: '200 MB',
    learners: count,
    megabytes: most / 1024 / 1024,
    megabytesAtTheEnd: atTheEnd / 1024 / 1024,
    servedPerSecond: perSecond,
  })
  report({
    bench: `$group over ${count}, maxTimeMS ${GROUP_MILLISECONDS}`,
    ratio: stopped.after / GROUP_MILLISECONDS,
    against: 'maxTimeMS',
    milliseconds: stopped.after,
    longestHoldUpOfTheLoop: stopped.lag,
  })
}

/** Looks every 100 ms, and says on stderr what each part took. */
function watch(pid: number): { note: (part: string) => void; stop: () => number } {
  let most = 0
  let mostOfPart = 0
  const look = setInterval(() => {
    mostOfPart = Math.max(mostOfPart, anonymousMemory(pid))
  }, 100)
  return {
    note(part) {
      const now = anonymousMemory(pid)
      most = Math.max(most, mostOfPart)
      tell(`${part}: ${megabytes(mostOfPart)} MB at most, ${megabytes(now)} MB after`)
      mostOfPart = now
    },
    stop() {
      clearInterval(look)
      return Math.max(most, mostOfPart)
    },
  }
}

const megabytes = (bytes: number) => Math.round(bytes / 1024 / 1024)

/** Sixteen clients find, page, update and count for a while; how much of that a second. */
async function serve(learners: Collection<Learner>, count: number): Promise<number> {
  let at = 0
  const next = () => {
    at = (at + 7919) % count
    return learnerOf(at, count)
  }
  const deeds = [
    () => learners.findOne({ email: next().email }),
    () => {
      const { tag, at: from } = next()
      return learners
        .find({ tag, at: { $lte: from } })
        .sort({ at: -1 })
        .limit(20)
        .toArray()
    },
    () => learners.updateOne({ _id: next()._id }, { $inc: { visits: 1, points: 1 } }),
    () => learners.countDocuments({ tag: next().tag }),
    () => learners.countDocuments({ tag: next().tag, visits: 1 }),
  ]
  let turn = 0
  const deed = () => {
    turn += 1
    return deeds[turn % deeds.length]?.() ?? Promise.resolve()
  }
  return rate(deed, { clients: 16, milliseconds: SERVED_MILLISECONDS })
}

async function readAll(learners: Collection<Learner>): Promise<number> {
  let read = 0
  for await (const _learner of learners.find()) read += 1
  return read
}

/** One that would take longer than it may, by some ten thousand groups; anything but its refusal fails. */
async function stopGroup(
  host: Host,
  learners: Collection<Learner>,
): Promise<{ after: number; lag: number }> {
  const group = {
    _id: '$tag',
    n: { $sum: 1 },
    points: { $sum: '$points' },
    most: { $max: '$ratio' },
    first: { $min: '$at' },
    last: { $max: '$at' },
  }
  await host.lag()
  const begin = performance.now()
  const code = await learners
    .aggregate([{ $group: group }], { maxTimeMS: GROUP_MILLISECONDS })
    .toArray()
    .then(
      () => 'nothing',
      (error: unknown) => (error as { code?: unknown }).code,
    )
  const after = performance.now() - begin
  const lag = await host.lag()
  if (code !== 50) throw new Error(`the $group was refused with ${String(code)}, not with 50`)
  return { after, lag }
}
