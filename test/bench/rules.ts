import mongoose from 'mongoose'
import { dayOf } from '../../src/calendar.js'
import { findPrograms } from '../../src/communities/program-store.js'
import { openDatabase } from '../../src/database.js'
import { newId } from '../../src/ids.js'
import { applyRules } from '../../src/learners/apply-rules.js'
import { insertRuleSet, ruleVersions } from '../../src/readiness/rule-store.js'
import { editionOf, rulesInForce } from '../../src/readiness/rules.js'
import { report, tell } from './measure.js'

/** So long everybody may take here, in milliseconds; what was reached by then is what is reported. */
const allowance = 60_000
const learnersOf = () =>
  mongoose.connection.db?.collection<{ communityId: string; summary: { rulesVersion: number } }>(
    'learners',
  )

interface Applied {
  readonly done: number
  readonly milliseconds: number
  readonly cpu: number
}

/** Runs the job until it is told to stop after so many batches, or until the time is over. */
async function run(stopAfter: number): Promise<void> {
  const stopper = new AbortController()
  const end = performance.now() + allowance
  let batches = 0
  const touch = async () => {
    batches += 1
    if (batches >= stopAfter || performance.now() > end) stopper.abort()
  }
  await applyRules({ world: { ports: { now: () => new Date() } }, signal: stopper.signal, touch })
}

/** Publishes the rules in force once more, so that everybody is behind; stops the job in the middle and goes on. */
async function everybody(dataDir: string): Promise<Applied> {
  const database = await openDatabase({ mongodbUri: undefined, dataDir })
  const [program] = await findPrograms()
  const communityId = program?.communityId ?? ''
  const today = dayOf(new Date())
  const versions = await ruleVersions(communityId)
  const rules = rulesInForce(versions, today)?.rules
  if (!rules) throw new Error('no rules in force')
  const version = (versions.at(-1)?.version ?? 0) + 1
  const published = { publishedBy: 'bench', publishedAt: new Date() }
  await insertRuleSet({ id: newId(), communityId, version, from: today, rules, ...published })
  const edition = editionOf(await ruleVersions(communityId), today)
  const upToDate = () =>
    learnersOf()?.countDocuments({ communityId, 'summary.rulesVersion': edition }) ??
    Promise.resolve(0)
  const [begin, cpu] = [performance.now(), process.cpuUsage()]
  await run(5)
  const atStop = await upToDate()
  await run(Infinity)
  const { user, system } = process.cpuUsage(cpu)
  const milliseconds = performance.now() - begin
  const done = await upToDate()
  if (atStop !== 1_000 || done <= atStop) throw new Error(`${atStop} at the stop, then ${done}`)
  await mongoose.connection.db
    ?.collection('readiness-rules')
    .deleteOne({ communityId, version, publishedBy: 'bench' })
  await learnersOf()?.updateMany(
    { communityId, 'summary.rulesVersion': edition },
    { $set: { 'summary.rulesVersion': edition - 1 } },
  )
  await database.close()
  return { done, milliseconds, cpu: (user + system) / 1000 }
}

/** Readiness of everybody after a rule change, by the background job, stopped once and resumed; for each learner. */
export async function benchRules(fewDir: string, manyDir: string): Promise<void> {
  tell('applying rules to 5,256')
  const few = await everybody(fewDir)
  tell('applying rules to many')
  const many = await everybody(manyDir)
  report({
    bench: 'readiness recomputed after a rule change, for each learner, with 100,000',
    ratio: many.cpu / many.done / (few.cpu / few.done),
    against: 'the same with 5,256 learners, by CPU time',
    recomputed: many.done,
    perSecond: (many.done * 1000) / many.milliseconds,
    cpuMillisecondsEach: many.cpu / many.done,
    fewRecomputed: few.done,
    fewPerSecond: (few.done * 1000) / few.milliseconds,
    fewCpuMillisecondsEach: few.cpu / few.done,
  })
}
