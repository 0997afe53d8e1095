import { spawn } from 'node:child_process'
import { awardBadges } from '../badges/award-badges.js'
import { refreshAllSeries } from '../agreements/agreement-refresh-store.js'
import { readConfig } from '../config.js'
import { databaseFolder, databaseUri, makeIndexes, openDatabase } from '../database.js'
import { checkFolder } from '../embedded-mongo/check.js'
import { learnerIdsAfter } from '../learners/learner-walk-store.js'
import { rebuildSummaries } from '../learners/refresh-summaries.js'
import { progressBar } from './progress.js'

const usage = `npm run db -- uri       print the URI that the app with this DATA_DIR uses
npm run db -- shell     open mongosh on it
npm run db -- check     check that every index agrees with its collection (stop the app first)
npm run db -- rebuild   rebuild what lists show, and award what was earned, for everyone
`

const config = readConfig()

async function check(): Promise<number> {
  const reports = await checkFolder(
    databaseFolder(config),
    ({ namespace, documents, indexes, problems }) => {
      const verdict = problems.length === 0 ? 'right' : problems.join('; ')
      console.log(`${namespace}: ${documents} documents, ${indexes.length} indexes, ${verdict}`)
    },
  )
  return reports.some(({ problems }) => problems.length > 0) ? 1 : 0
}

const noShell = `mongosh is not installed. npm install -g mongosh brings it, or see https://www.mongodb.com/try/download/shell\n`

/** Runs mongosh on the database of the running app, or on one opened for it; answers its exit code. */
async function shell(): Promise<number> {
  const database = config.mongodbUri ? undefined : await openDatabase(config, { join: true })
  const leave = () => undefined
  process.on('SIGINT', leave)
  const child = spawn('mongosh', [databaseUri(config)], { stdio: 'inherit' })
  const code = await new Promise<number>((resolve) => {
    child.once('exit', (status) => {
      resolve(status ?? 1)
    })
    child.once('error', () => {
      process.stderr.write(noShell)
      resolve(127)
    })
  })
  process.off('SIGINT', leave)
  await database?.close()
  return code
}

async function rebuild(): Promise<number> {
  const database = await openDatabase(config, { join: true })
  await makeIndexes()
  await refreshAllSeries()
  const ports = { now: () => new Date() }
  for (let after = ''; ;) {
    const ids = await learnerIdsAfter(after, 500)
    const last = ids.at(-1)
    if (last === undefined) break
    await awardBadges(ids, ports)
    after = last
  }
  const bar = progressBar('learners')
  const done = await rebuildSummaries(ports.now(), (count) => {
    bar.tell(count, count)
  })
  bar.stop()
  console.log(`${done} learners rebuilt`)
  await database.close()
  return 0
}

switch (process.argv[2]) {
  case 'uri':
    console.log(databaseUri(config))
    break
  case 'check':
    if (config.mongodbUri) {
      console.error(
        'MONGODB_URI is set: its own server checks it (validate). This checks the embedded database.',
      )
      process.exitCode = 2
    } else process.exitCode = await check()
    break
  case 'shell':
    process.exitCode = await shell()
    break
  case 'rebuild':
    process.exitCode = await rebuild()
    break
  default:
    process.stderr.write(usage)
    process.exitCode = 2
}
