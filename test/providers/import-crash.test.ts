import { expect } from 'chai'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { findOrganization } from '../../src/access/organization-store.js'
import { clearBrokenUploads } from '../../src/providers/clear-broken-uploads.js'
import { continueImport } from '../../src/providers/continue-import.js'
import { findImport, insertImport } from '../../src/providers/import-store.js'
import type { Import } from '../../src/providers/import.js'
import { receiveRoster } from '../../src/providers/receive-roster.js'
import { keepUpload } from '../../src/providers/upload-store.js'
import { hurryJob, startJobs, stopJobs } from '../../src/jobs.js'
import { keepCourses, keepLearners } from '../support/build-evidence.js'
import { countAll, databaseUri, emptyDatabase } from '../support/database.js'
import { testWorld } from '../support/app.js'

const start = new Date('2015-03-09T19:00:00Z')
const later = (minutes: number) => new Date(start.getTime() + minutes * 60_000)
const at = (now: Date) => ({ now: () => now })

const learners = 400
const rows = 6_000

function* roster() {
  yield 'email,course,completed_on\n'
  for (let row = 0; row < rows; row += 1) {
    const course = row % 2 === 0 ? 'html' : 'css-basics'
    yield row % 10 === 9
      ? `nobody${row}@example.org,html,2015-02-01\n`
      : `l${row % learners}@example.org,${course},2015-02-01\n`
  }
}

const stored = async (): Promise<Import> => {
  const organization = await findOrganization('treehouse')
  if (!organization) throw new Error('no provider')
  const bytes = Readable.from([Buffer.from([...roster()].join(''))])
  const limits = { uploadMax: 10_000_000 }
  return receiveRoster(
    { organization, startedBy: 'pat' },
    { bytes, dryRun: false },
    at(start),
    limits,
  )
}

/** What an import must come to however often it was interrupted. */
async function expectWhole(id: string) {
  const done = await findImport(id)
  expect(done).to.include({ state: 'done', read: rows, refusedCount: rows / 10 })
  expect((done?.recorded ?? 0) + (done?.alreadyKnown ?? 0)).to.equal(rows - rows / 10)
  expect(done?.recorded).to.equal(await countAll('evidence'))
  expect(await countAll('import-refusals')).to.equal(rows / 10)
  expect(await countAll('uploads.chunks')).to.equal(0)
  const awards = done?.awarded.reduce((sum, { count }) => sum + count, 0)
  expect(awards)
    .to.equal(await countAll('awards'))
    .and.to.be.greaterThan(0)
}

const worker = fileURLToPath(new URL('../support/import-worker.ts', import.meta.url))

async function killAfter(commits: number, id: string, now: Date) {
  const args = ['--import', 'tsx', worker, databaseUri(), id, now.toISOString()]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let seen = 0
  for await (const chunk of child.stdout) {
    seen += String(chunk).trim().split('\n').length
    if (seen >= commits) child.kill('SIGKILL')
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return child.signalCode
}

describe('A roster whose reading is interrupted', function () {
  this.timeout(60_000)

  beforeEach(async () => {
    await emptyDatabase()
    await keepCourses()
    await keepLearners(learners)
  })

  it('goes on from the last committed row after kill -9, and nothing counts twice', async () => {
    const { id } = await stored()

    expect(await killAfter(2, id, later(0))).to.equal('SIGKILL')

    const broken = await findImport(id)
    expect(broken?.state).to.equal('running')
    expect(broken?.read).to.be.within(1_999, rows - 1)
    expect((await continueImport(id, at(later(0))))?.state, 'the lease still runs').to.equal(
      'running',
    )
    await continueImport(id, at(later(2)))
    await expectWhole(id)
  })

  it('counts what it had recorded but not committed as recorded by itself', async () => {
    const { id } = await stored()
    const crash = new Error('the process died')
    const dying = { now: () => start }
    await continueImport(id, dying, {
      onCommit: () => {
        throw crash
      },
    }).catch(() => undefined)

    for (let minute = 1; minute < 5; minute += 1) {
      await continueImport(id, at(later(minute)), {
        onCommit: ({ read }) => {
          if (read % 2_000 === 999) throw crash
        },
      }).catch(() => undefined)
    }
    await continueImport(id, at(later(9)))

    await expectWhole(id)
  })

  it('is given up after five tries without a step forward', async () => {
    const { id } = await stored()
    const noClock = () => {
      throw new Error('no clock')
    }

    for (let minute = 0; minute < 5; minute += 1) {
      let calls = 0
      const now = () =>
        (calls += 1) <= 2 ? later(minute * 2) : calls === 3 ? noClock() : later(minute * 2)
      await continueImport(id, { now }).catch(() => undefined)
    }

    expect(await findImport(id)).to.include({ state: 'failed', read: 0 })
  })

  it('is read by one worker only when several try', async () => {
    const { id } = await stored()

    await Promise.all([0, 1, 2].map(() => continueImport(id, at(start))))

    await expectWhole(id)
  })

  it('stops when asked and leaves the rest to the next', async () => {
    const { id } = await stored()
    const stopper = new AbortController()

    const stopped = await continueImport(id, at(start), {
      signal: stopper.signal,
      onCommit: () => stopper.abort(),
    })
    await continueImport(id, at(start))

    expect(stopped).to.include({ state: 'waiting', read: 999 })
    await expectWhole(id)
  })

  it('is taken up by the background jobs of any process', async () => {
    const { id } = await stored()
    const world = testWorld()

    await startJobs(world)
    await hurryJob('continue imports')
    for (let wait = 0; wait < 150; wait += 1) {
      if ((await findImport(id))?.state === 'done') break
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    await stopJobs()

    await expectWhole(id)
  })

  it('leaves nothing of an upload whose process died, a day later', async () => {
    const begun = await stored()
    const lost = { ...begun, id: 'lost', state: 'receiving' as const }
    const work = { columns: [], offset: 0, nextRow: 1, awardedUpTo: '', leaseBy: '', tries: 0 }
    await insertImport(lost, { ...work, leaseUntil: start })
    await keepUpload('lost', Readable.from([Buffer.from('email')]))

    await clearBrokenUploads({ world: { ports: at(later(60)) } })
    expect(await findImport('lost')).to.include({ state: 'receiving' })
    await clearBrokenUploads({ world: { ports: at(later(25 * 60)) } })

    expect(await findImport('lost')).to.equal(undefined)
    expect(await countAll('uploads.files')).to.equal(1)
    expect((await findImport(begun.id))?.state).to.equal('waiting')
  })
})
