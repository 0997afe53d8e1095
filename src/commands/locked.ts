import { openSync, rmSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { readConfig } from '../config.js'
import { makeIndexes, openDatabase } from '../database.js'
import { findDeparture } from '../holdings/departure-store.js'
import { eachLocked } from '../holdings/locked-store.js'
import { openLocked } from '../holdings/open-locked.js'
import { say } from '../http/language.js'
import { Problem } from '../problems.js'
import { readSecrets } from '../secrets.js'

const usage = `npm run locked -- list          the sealed copies of people who left, until when the law wants them, and who opened them
npm run locked -- open LEARNER FILE --by NAME --reason TEXT
                                writes one of them to a new file only you can read; who and why is kept beside the copy
`

const config = readConfig()

async function list(): Promise<void> {
  for await (const { learnerId, communityId, lockedAt, openings = [] } of eachLocked()) {
    const until = (await findDeparture(learnerId))?.lockedUntil ?? 'unknown'
    console.log(`${learnerId}  ${communityId}  since ${lockedAt.toISOString()}  until ${until}`)
    for (const { at, by, reason } of openings)
      console.log(`  opened ${at.toISOString()} by ${by}: ${reason}`)
  }
}

async function open(learnerId: string, file: string, by: string, reason: string): Promise<void> {
  const world = {
    secrets: readSecrets(config),
    ports: { now: () => new Date(), sendMail: () => Promise.resolve() },
  }
  const handle = openSync(file, 'wx', 0o600)
  try {
    writeFileSync(handle, await openLocked(learnerId, { by, reason }, world))
  } catch (error) {
    rmSync(file)
    throw error
  }
  console.log(`written to ${file}`)
}

function wanted(): (() => Promise<void>) | undefined {
  try {
    const options = { by: { type: 'string' }, reason: { type: 'string' } } as const
    const { positionals, values } = parseArgs({ options, allowPositionals: true })
    const [what, learnerId, file, ...more] = positionals
    const { by, reason } = values
    if (what === 'list' && learnerId === undefined) return list
    if (what !== 'open' || !learnerId || !file || more.length > 0 || !by || !reason)
      return undefined
    return () => open(learnerId, file, by, reason)
  } catch {
    return undefined
  }
}

function tell(error: unknown): void {
  console.error(
    error instanceof Problem ? say('en', error.message, error.params) : (error as Error).message,
  )
  process.exitCode = 1
}

const work = wanted()
if (work) {
  const database = await openDatabase(config, { join: true })
  await makeIndexes()
  await work().catch(tell)
  await database.close()
} else {
  process.stderr.write(usage)
  process.exitCode = 2
}
