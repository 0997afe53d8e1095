import autocannon from 'autocannon'
import { organizationIdOf } from '../../src/seeding/reference-records.js'
import { quantile, report, sideBySide, timings } from './measure.js'
import { anonymousMemory, cookieOf, startServer, type BenchServer } from './servers.js'

const throughput = async (url: string, cookie?: string): Promise<number> => {
  const result = await autocannon({
    url,
    connections: 8,
    duration: 3,
    ...(cookie && { headers: { cookie } }),
  })
  if (result.non2xx > 0) throw new Error(`${url} answered ${result.non2xx} times with an error`)
  return result.requests.average
}

/** A signed-in learner's home against the same view with constant data, without session or database. */
export async function benchLearnerHome(server: BenchServer): Promise<void> {
  const constant = await startServer('test/bench/constant-home.ts', server.dataDir)
  const cookie = await cookieOf(server, 'learner@example.org')
  const ofHome = () => throughput(`${server.url}/home`, cookie)
  const ofConstant = () => throughput(`${constant.url}/home`)
  for (let warm = 0; warm < 4; warm += 1) await ofHome()
  const home = await sideBySide(ofHome, ofConstant)
  await constant.stop()
  report({
    bench: 'learner home',
    ratio: home.ratio,
    against: 'the same view with constant data, no session, no database',
    perSecond: home.one,
    constantPerSecond: home.other,
  })
}

const p95 = async (url: string, cookie: string, times: number) => {
  const read = async () => {
    const answer = await fetch(url, { headers: { cookie } })
    await answer.text()
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}`)
  }
  return quantile(await timings(read, times), 0.95)
}

interface Views {
  readonly person: string
  readonly paths: readonly string[]
}

/** Where staff@ works. */
const center = organizationIdOf('wspm-southeast')

/** A search shows ten rows on both sides: among few learners it finds less than a page, and rows are most of the work. */
const views: readonly Views[] = [
  {
    person: 'staff@example.org',
    paths: [
      '/staff',
      '/staff/ready',
      '/staff/ready?track=front-end-web-development',
      '/staff/ready?q=m&limit=10',
      `/staff/ready?center=${center}&limit=5`,
      `/staff/ready?center=${center}&track=front-end-web-development&order=newly-ready&limit=5`,
      '/staff/cases',
      '/staff/referrals',
    ],
  },
  {
    person: 'manager@example.org',
    paths: ['/manager', '/people', '/people?q=mar&limit=10', '/people?role=learner'],
  },
  { person: 'learner@example.org', paths: ['/home', '/record', '/readiness', '/credit'] },
]

/** The 95th percentile of lists and records with many learners against the same with few. */
export async function benchViews(few: BenchServer, many: BenchServer): Promise<void> {
  for (const { person, paths } of views) {
    const cookies = { few: await cookieOf(few, person), many: await cookieOf(many, person) }
    for (const path of paths) {
      const times = await sideBySide(
        () => p95(many.url + path, cookies.many, 40),
        () => p95(few.url + path, cookies.few, 40),
      )
      report({
        bench: `p95 of ${path}`,
        ratio: times.ratio,
        against: 'the same with 5,256 learners',
        milliseconds: times.one,
        fewMilliseconds: times.other,
      })
    }
  }
}

const allowance = 250 * 1024 * 1024

/** The most anonymous memory seen while eight browsers read every view for three seconds each, against 250 MB. */
export async function benchMemory(server: BenchServer, learners: number): Promise<void> {
  let most = 0
  const look = setInterval(() => {
    most = Math.max(most, anonymousMemory(server.pid))
  }, 100)
  for (const { person, paths } of views) {
    const cookie = await cookieOf(server, person)
    for (const path of paths) await throughput(server.url + path, cookie)
  }
  clearInterval(look)
  report({
    bench: 'anonymous resident memory of the server, at most',
    ratio: most / allowance,
    against: '250 MB',
    learners,
    megabytes: most / 1024 / 1024,
    megabytesAtTheEnd: anonymousMemory(server.pid) / 1024 / 1024,
  })
}

/** From the start of the process with data present until it says that it is ready, against three seconds. */
export function benchStart(server: BenchServer, learners: number): void {
  report({
    bench: 'start of node dist/server.js with data present',
    ratio: server.startedIn / 3_000,
    against: '3 seconds',
    learners,
    milliseconds: server.startedIn,
  })
}
