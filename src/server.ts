import { createServer, type Server } from 'node:http'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { demoAccountsExist } from './access/account-store.js'
import { createApp } from './app.js'
import { progressBar } from './commands/progress.js'
import { findPrograms } from './communities/program-store.js'
import { ConfigError, readConfig, type Config } from './config.js'
import { makeIndexes, openDatabase } from './database.js'
import { firstRun } from './home/first-run.js'
import { startJobs, stopJobs } from './jobs.js'
import { createLog } from './log.js'
import { mailSettled } from './messages/deliver-mail.js'
import { mailer } from './messages/mailer.js'
import { readSecrets } from './secrets.js'
import { demoPassword, demoPeople } from './seeding/demo-people.js'
import { seedDatabase } from './seeding/seed-database.js'
import type { World } from './world.js'

async function refuseDemoInProduction(config: Config): Promise<void> {
  if (config.mode === 'production' && (await demoAccountsExist()))
    throw new ConfigError(
      'NODE_ENV is production, but this database holds demonstration accounts with a public password. Use another database (DATA_DIR or MONGODB_URI).',
    )
}

/** Milliseconds; what was acknowledged is on disk anyway. */
const longestStop = 20_000

const listen = (server: Server, { port, host }: Config): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => {
      resolve()
    })
    server.closeIdleConnections()
    setTimeout(() => {
      server.closeAllConnections()
    }, 5_000).unref()
  })

async function firstRunData(world: World): Promise<void> {
  const bar = progressBar('making the demonstration, learners')
  await seedDatabase(world, (done, total) => {
    Object.assign(firstRun, { done, total })
    bar.tell(done, total)
  })
  bar.stop()
  firstRun.demonstration = (await findPrograms()).some(({ demonstration }) => demonstration)
  firstRun.complete = true
}

function greet({ config }: World): void {
  const people = demoPeople.map(({ email, role }) => `  ${email.padEnd(24)} ${role}`).join('\n')
  const demo = `\nDemonstration people, password "${demoPassword}":\n${people}\n`
  process.stdout.write(
    `\nWaymark is ready: ${config.baseUrl}\n${firstRun.demonstration ? demo : ''}\n`,
  )
}

/** V8 lets a busy heap grow to four times what lives in it before it looks for what is dead; a quarter as much again will do. */
setFlagsFromString('--heap-growing-percent=25')
/** It measures that quarter from its first full collection on; left to chance, that one comes early or 60 MB later. */
setFlagsFromString('--expose-gc')
const collectOnce = runInNewContext('gc') as () => void

let stopping = false

async function start(): Promise<void> {
  const config = readConfig()
  const log = createLog(config.logLevel)
  const database = await openDatabase(config, {
    onScan: (sentence) => {
      log.warn(sentence)
    },
  })
  const post = mailer(config)
  const world: World = {
    config,
    secrets: readSecrets(config),
    log,
    ports: { now: () => new Date(), sendMail: (mail) => post.sendMail(mail) },
  }
  await makeIndexes()
  await refuseDemoInProduction(config)
  const server = createServer(createApp(world))

  let jobs = Promise.resolve()
  const stop = async (signal: string) => {
    stopping = true
    log.info({ signal }, 'stopping')
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), longestStop).unref()
    // Jobs that are still being started would go on asking a database that is closed.
    await Promise.all([closed(server), jobs.then(stopJobs, stopJobs)])
    await mailSettled()
    post.close()
    await database.close()
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => void stop(signal))

  await listen(server, config)
  log.info({ url: config.baseUrl }, 'listening')
  await firstRunData(world)
  jobs = startJobs(world)
  await jobs
  collectOnce()
  greet(world)
}

start().catch((error: unknown) => {
  // A start that a stop overtook finds its database closed; the stop ends the process when all is written.
  if (stopping) return
  const known = error instanceof ConfigError || (error as { code?: string }).code === 'EADDRINUSE'
  const text = error instanceof Error ? (known ? error.message : error.stack) : String(error)
  process.stderr.write(`${text ?? ''}\n`)
  process.exit(1)
})
