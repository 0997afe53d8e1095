import { createReadStream, existsSync } from 'node:fs'
import { basename } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { findOrganizations } from '../access/organization-store.js'
import type { Organization } from '../access/organization.js'
import { readConfig } from '../config.js'
import { makeIndexes, openDatabase } from '../database.js'
import { say } from '../http/language.js'
import { Problem } from '../problems.js'
import { continueImport } from '../providers/continue-import.js'
import { findCourses } from '../providers/find-courses.js'
import { findImport, importsToContinue } from '../providers/import-store.js'
import { isSettled, type Import } from '../providers/import.js'
import { receiveRoster } from '../providers/receive-roster.js'
import { progressBar } from './progress.js'

const usage = `npm run import -- FILE [--provider SLUG] [--dry-run]   import a roster (CSV in UTF-8: email,course,completed_on[,score][,kind,item])
npm run import -- --continue                          go on with imports that were interrupted
`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    provider: { type: 'string' },
    'dry-run': { type: 'boolean', default: false },
    continue: { type: 'boolean', default: false },
  },
})
const ports = { now: () => new Date() }
const stopper = new AbortController()

/** The provider named; without a name, the only one that teaches a course we know. */
async function providerFor(slug: string | undefined): Promise<Organization | undefined> {
  const known = await findOrganizations({ kind: 'provider', state: 'approved' })
  const fitting = known.filter((one) => slug === undefined || one.slug === slug)
  const teaching: Organization[] = []
  for (const one of fitting) if ((await findCourses(one.slug)).size > 0) teaching.push(one)
  const [only] = teaching
  if (only && teaching.length === 1) return only
  const slugs = known.map((one) => `  ${one.slug}`).join('\n')
  console.error(`Name the provider with --provider SLUG. Approved providers:\n${slugs}`)
  return undefined
}

/** Works on the import, or watches whoever does (the running app may be first), until it is settled. */
async function finish(id: string): Promise<Import | undefined> {
  const bar = progressBar('rows')
  const onCommit = ({ read, rows }: Import) => {
    bar.tell(read, rows)
  }
  let found = await continueImport(id, ports, { onCommit, signal: stopper.signal })
  while (found && !isSettled(found.state) && !stopper.signal.aborted) {
    onCommit(found)
    await pause(500)
    found = await continueImport(id, ports, { onCommit, signal: stopper.signal })
  }
  bar.stop()
  return found
}

function report(found: Import | undefined): number {
  if (!found) return 1
  const { read, recorded, alreadyKnown, refusedCount, dryRun, failure, state } = found
  for (const { row, field, reason } of found.refused.slice(0, 20)) {
    console.error(`row ${row}, ${field}: ${say('en', `providers:refusal.${reason}`)}`)
  }
  if (failure) console.error(say('en', failure))
  if (!isSettled(state)) {
    console.error('Interrupted. The app goes on with it, or: npm run import -- --continue')
  }
  const would = dryRun ? ' (trial run: nothing was recorded)' : ''
  console.log(
    `${found.id} ${state}: ${read} read, ${recorded} recorded, ${alreadyKnown} known already, ${refusedCount} cells refused${would}`,
  )
  return state === 'done' ? 0 : 1
}

async function importFile(file: string): Promise<number> {
  const organization = await providerFor(values.provider)
  if (!organization) return 2
  const found = await receiveRoster(
    { organization, startedBy: 'command' },
    { bytes: createReadStream(file), fileName: basename(file), dryRun: values['dry-run'] },
    ports,
    { uploadMax: config.uploadMax, rowsAtOnce: 0 },
  )
  return report(await finish(found.id))
}

async function continueAll(): Promise<number> {
  const ids = await importsToContinue(ports.now(), 100)
  if (ids.length === 0) console.log('No import was interrupted.')
  let worst = 0
  for (const id of ids) {
    console.log((await findImport(id))?.fileName ?? id)
    worst = Math.max(worst, report(await finish(id)))
  }
  return worst
}

function tell(error: unknown): number {
  if (!(error instanceof Problem)) throw error
  console.error(say('en', error.message, error.params))
  for (const { field, message, params } of error.errors) {
    console.error(`${field}: ${say('en', message, params)}`)
  }
  return 1
}

const [file] = positionals
if (values.continue === (file !== undefined)) {
  process.stderr.write(usage)
  process.exit(2)
}
if (file !== undefined && !existsSync(file)) {
  console.error(`There is no file ${file}.`)
  process.exit(2)
}
const config = readConfig()
const database = await openDatabase(config, { join: true })
await makeIndexes()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    stopper.abort()
  })
}
process.exitCode = await (file === undefined ? continueAll() : importFile(file)).catch(tell)
await database.close()
