import { parseArgs } from 'node:util'
import { readConfig } from '../config.js'
import { makeIndexes, openDatabase } from '../database.js'
import { codeOregon } from '../seeding/demo-plan.js'
import { loadReference } from '../seeding/load-reference.js'
import { makeDemo } from '../seeding/make-demo.js'
import { progressBar } from './progress.js'

const { values } = parseArgs({ options: { learners: { type: 'string' } } })
const learners = Number(values.learners ?? codeOregon.learners)
if (!Number.isInteger(learners) || learners < 100 || learners > 5_000_000) {
  process.stderr.write('--learners takes a whole number from 100 to 5000000.\n')
  process.exit(2)
}
const config = readConfig()
if (config.mode === 'production') {
  process.stderr.write('NODE_ENV is production: demonstration data is refused.\n')
  process.exit(2)
}
const database = await openDatabase(config, { join: true })
const now = () => new Date()
const bar = progressBar('learners')
await makeIndexes()
const reference = await loadReference({ now: now(), demonstration: true })
await makeDemo(reference, learners, { now }, bar.tell)
bar.stop()
await database.close()
