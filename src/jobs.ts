import { MongoBackend } from '@agendajs/mongo-backend'
import { Agenda, type Job } from 'agenda'
import { remindAppointments } from './appointments/remind-appointments.js'
import { settleLines } from './appointments/settle-line.js'
import { refreshAllCounters } from './communities/refresh-all-counters.js'
import { giveOwedRoles } from './access/give-role.js'
import { awardEveryone } from './badges/award-everyone.js'
import { continueCenterImports } from './centers/continue-center-imports.js'
import { renewStatusLists } from './credentials/renew-status-lists.js'
import { signEverything } from './credentials/sign-everything.js'
import { measureEffects } from './agreements/measure-effect.js'
import { refreshAgreements } from './agreements/refresh-agreements.js'
import { revokeCredit } from './credits/revoke-credit.js'
import { goOnNaming } from './caseload/name-cases.js'
import { databaseName, mongoClient } from './database.js'
import { deliverEvents } from './deliveries/deliver-events.js'
import { eraseLearners } from './holdings/erase-learners.js'
import { makeDataFiles } from './holdings/make-data-files.js'
import { applyRules } from './learners/apply-rules.js'
import { findDuplicates } from './duplicates/find-duplicates.js'
import { endConsents } from './learners/end-consents.js'
import { deliverMail } from './messages/deliver-mail.js'
import { checkBroughtBadges } from './providers/check-brought-badges.js'
import { clearBrokenUploads } from './providers/clear-broken-uploads.js'
import { continueImports } from './providers/continue-imports.js'
import { measurePaces } from './readiness/measure-paces.js'
import { goOnTrying } from './readiness/try-rules.js'
import { remindReferrals } from './referrals/remind-referrals.js'
import { goOnChecking } from './reports/check-extract.js'
import type { World } from './world.js'

/** What a background job is told: the world, when to stop, and how to say that it is still at work. */
export interface JobRun {
  readonly world: World
  readonly signal: AbortSignal
  readonly touch: () => Promise<void>
}

interface JobKind {
  readonly every: string
  readonly run: (run: JobRun) => Promise<unknown>
}

/** Every background job. Several processes share them: each is run by one process at a time. */
const kinds = {
  'award everyone': { every: '15 seconds', run: awardEveryone },
  'continue imports': { every: '10 seconds', run: continueImports },
  'continue center imports': { every: '10 seconds', run: continueCenterImports },
  'remind appointments': { every: '5 minutes', run: remindAppointments },
  'settle lines': { every: '1 minute', run: settleLines },
  'clear broken uploads': { every: '1 hour', run: clearBrokenUploads },
  'refresh counters': { every: '1 minute', run: ({ world }) => refreshAllCounters(world.ports) },
  'sign everything': { every: '15 seconds', run: (run) => signEverything({ ...run, rest: 1 }) },
  'check brought badges': { every: '5 minutes', run: checkBroughtBadges },
  'renew status lists': { every: '1 minute', run: ({ world }) => renewStatusLists(world) },
  'apply rules': { every: '1 minute', run: applyRules },
  'measure paces': { every: '12 hours', run: measurePaces },
  'check extracts': { every: '10 seconds', run: goOnChecking },
  'try rules': { every: '10 seconds', run: goOnTrying },
  'name cases': { every: '1 minute', run: goOnNaming },
  'refresh agreements': { every: '1 minute', run: refreshAgreements },
  'revoke credit': { every: '1 minute', run: ({ world }) => revokeCredit(world.ports) },
  'erase learners': { every: '10 minutes', run: eraseLearners },
  'make data files': { every: '15 seconds', run: makeDataFiles },
  'give owed roles': { every: '10 minutes', run: giveOwedRoles },
  'end consents': { every: '1 hour', run: endConsents },
  'find duplicates': { every: '1 minute', run: findDuplicates },
  'remind referrals': { every: '10 minutes', run: remindReferrals },
  'measure effects': { every: '10 seconds', run: measureEffects },
  'deliver events': { every: '5 seconds', run: deliverEvents },
  'deliver mail': { every: '5 seconds', run: deliverMail },
} as const satisfies Record<string, JobKind>

export type JobName = keyof typeof kinds

interface Running {
  readonly agenda: Agenda
  readonly stopper: AbortController
}

let running: Running | undefined

/** Starts the background jobs of this process; state and locks are in the database. */
export async function startJobs(world: World): Promise<void> {
  const stopper = new AbortController()
  const agenda = new Agenda({
    backend: new MongoBackend({
      mongo: mongoClient().db(databaseName()),
      collection: 'jobs',
    }),
    processEvery: '5 seconds',
    defaultLockLifetime: 60_000,
  })
  agenda.on('error', (err) => world.log.error({ err }, 'background jobs'))
  agenda.on('fail', (err, job) => world.log.error({ err, job: nameOf(job) }, 'background job'))
  for (const [name, { run }] of Object.entries<JobKind>(kinds)) {
    agenda.define(name, async (job: Job) => {
      const touch = async () => {
        await job.touch()
      }
      await run({ world, signal: stopper.signal, touch })
    })
  }
  await agenda.start()
  for (const [name, { every }] of Object.entries<JobKind>(kinds)) await agenda.every(every, name)
  running = { agenda, stopper }
}

const nameOf = (job: object): string => {
  const { attrs } = job as { attrs?: { name?: string } }
  return attrs?.name ?? 'unknown'
}

/** Has a job done at the next moment rather than at its next turn; does nothing in a process without jobs. */
export async function hurryJob(name: JobName): Promise<void> {
  await running?.agenda.every(kinds[name].every, name)
}

/** Asks the jobs at work to stop at their next safe point and waits for them. */
export async function stopJobs(): Promise<void> {
  const { agenda, stopper } = running ?? {}
  running = undefined
  stopper?.abort()
  await agenda?.drain(10_000)
}
