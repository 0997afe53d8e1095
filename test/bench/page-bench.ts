import autocannon from 'autocannon'
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
  const home = await sideBySide(
    () => throughput(`${server.url}/home`, cookie),
    () => throughput(`${constant.url}/home`),
  )
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

const staffViews = [
  '/staff',
  '/staff/ready',
  '/staff/ready?track=front-end-web-development',
  '/staff/ready?q=mar',
  '/staff/referrals',
]

/** The 95th percentile of each staff list with many learners against the same with few. */
export async function benchStaffLists(few: BenchServer, many: BenchServer): Promise<void> {
  const cookies = {
    few: await cookieOf(few, 'staff@example.org'),
    many: await cookieOf(many, 'staff@example.org'),
  }
  for (const view of staffViews) {
    const lists = await sideBySide(
      () => p95(many.url + view, cookies.many, 40),
      () => p95(few.url + view, cookies.few, 40),
    )
    report({
      bench: `p95 of ${view}`,
      ratio: lists.ratio,
      against: 'the same with 5,256 learners',
      milliseconds: lists.one,
      fewMilliseconds: lists.other,
    })
  }
}

const allowance = 250 * 1024 * 1024

/** Anonymous memory after all that was served, against 250 MB. */
export function benchMemory(server: BenchServer, learners: number): void {
  const bytes = anonymousMemory(server.pid)
  report({
    bench: 'anonymous resident memory of the server',
    ratio: bytes / allowance,
    against: '250 MB',
    learners,
    megabytes: bytes / 1024 / 1024,
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
