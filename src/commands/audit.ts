import { parseArgs } from 'node:util'
import { readConfig } from '../config.js'
import { makeIndexes, openDatabase } from '../database.js'
import { auditChains } from '../learners/audit-chains.js'
import type { Audit } from '../learners/audit-store.js'
import { countDisclosures } from '../learners/disclosure-store.js'
import type { ChainBreak } from '../learners/disclosure.js'
import { Problem } from '../problems.js'
import { progressBar } from './progress.js'

const usage = `npm run audit               check every learner's chain of disclosures; goes on where a stopped check had got to
npm run audit -- --fresh    begin with the first learner again

Exit code: 0 every chain is whole, 1 a chain is broken, 2 wrong use, 3 stopped before the end.
`

const reasons: Readonly<Record<ChainBreak, string>> = {
  gap: 'a row is missing',
  fork: 'a number stands twice',
  order: 'a row is out of order',
  link: 'the row does not follow the one before',
  content: 'the row was changed',
  head: 'the row is not the one the head names',
  tail: 'rows at the end are missing',
  beyond: 'rows stand past the head',
}

function report({ learners, rows, loose, broken, breaks, endedAt }: Audit): number {
  for (const { learnerId, sequence, why } of breaks)
    console.error(`learner ${learnerId}, row ${sequence}: ${reasons[why]} (${why})`)
  if (broken > breaks.length) console.error(`and ${broken - breaks.length} more`)
  if (loose > 0)
    console.log(
      `${loose} chains have one row past their head, as a crash in the middle of a read leaves it; the next read mends that.`,
    )
  const verdict = broken === 0 ? 'every chain is whole' : `${broken} chains are broken`
  console.log(`${learners} learners, ${rows} disclosures: ${verdict}`)
  if (endedAt) return broken === 0 ? 0 : 1
  console.error('Stopped before the end. npm run audit goes on.')
  return 3
}

async function audit(fresh: boolean): Promise<number> {
  const stopper = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      stopper.abort()
    })
  const bar = progressBar('disclosures')
  const total = await countDisclosures()
  const done = await auditChains({
    ports: { now: () => new Date() },
    signal: stopper.signal,
    fresh,
    tell: ({ rows }) => {
      bar.tell(rows, Math.max(rows, total))
    },
  })
  bar.stop()
  return report(done)
}

function wanted() {
  try {
    return parseArgs({ options: { fresh: { type: 'boolean', default: false } } }).values
  } catch {
    return undefined
  }
}

function tell(error: unknown): number {
  if (!(error instanceof Problem)) throw error
  console.error(error.message)
  return 1
}

const values = wanted()
if (values) {
  const database = await openDatabase(readConfig(), { join: true })
  await makeIndexes()
  process.exitCode = await audit(values.fresh).catch(tell)
  await database.close()
} else {
  process.stderr.write(usage)
  process.exitCode = 2
}
