import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { createReadStream, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import supertest from 'supertest'
import { load } from 'cheerio'
import { tell } from './measure.js'

const root = new URL('../../', import.meta.url).pathname

/** One Waymark in a process of its own, on a database of so many learners. */
export interface BenchServer {
  readonly url: string
  readonly dataDir: string
  readonly pid: number
  /** Milliseconds from the start of the process until /readyz said yes. */
  readonly startedIn: number
  stop(): Promise<void>
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => {
        resolve(port)
      })
    })
  })

function runOn(dataDir: string, ...command: string[]): void {
  const { status } = spawnSync(process.execPath, command, {
    cwd: root,
    env: { ...process.env, DATA_DIR: dataDir },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (status !== 0) throw new Error(`${command.join(' ')} failed`)
}

/** A folder with a demonstration of so many learners, all with accounts; made once, kept for the next run. */
export function demoFolder(learners: number): string {
  const dataDir = join(root, 'var', `bench-${learners}`)
  const made = join(dataDir, 'made')
  if (existsSync(made)) return dataDir
  mkdirSync(dataDir, { recursive: true })
  tell(`making ${learners} learners`)
  runOn(dataDir, 'dist/commands/seed.js', '--learners', String(learners))
  runOn(dataDir, '--import', 'tsx', 'test/bench/add-accounts.ts')
  writeFileSync(made, '')
  return dataDir
}

/** Brings the database file into memory, as in a server that has run for a while: else the disk is what is measured. */
export async function warm(dataDir: string): Promise<void> {
  for await (const _chunk of createReadStream(join(dataDir, 'db', 'data.mdb')));
}

const until = async (url: string, child: ChildProcess) => {
  for (;;) {
    const answer = await fetch(url).catch(() => undefined)
    if (answer?.ok) return
    if (child.exitCode !== null) throw new Error('the server stopped')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Starts `file` (built or source) and waits until it is ready. */
export async function startServer(file: string, dataDir: string): Promise<BenchServer> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const begin = performance.now()
  const args = file.endsWith('.ts') ? ['--import', 'tsx', file] : [file]
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: {
      ...process.env,
      DATA_DIR: dataDir,
      PORT: String(port),
      BASE_URL: url,
      LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  process.once('exit', () => child.kill('SIGTERM'))
  await until(`${url}/readyz`, child)
  const startedIn = performance.now() - begin
  const stop = () =>
    new Promise<void>((resolve) => {
      child.once('exit', () => {
        resolve()
      })
      child.kill('SIGTERM')
    })
  return { url, dataDir, pid: child.pid ?? 0, startedIn, stop }
}

/** Signs in as a demonstration person by the real form; gives back the cookie. */
export async function cookieOf(server: BenchServer, email: string): Promise<string> {
  const agent = supertest.agent(server.url)
  const form = await agent.get('/sign-in')
  const token = load(form.text)('input[name=_csrf]').first().attr('value') ?? ''
  const answer = await agent
    .post('/sign-in')
    .type('form')
    .send({ email, password: 'waymark-demo', _csrf: token })
  const cookies = answer.get('Set-Cookie') ?? []
  const session = cookies.find((cookie) => cookie.startsWith('waymark.sid='))
  if (!session) throw new Error(`${email} could not sign in: ${answer.status}`)
  return session.split(';')[0] ?? ''
}

/** Anonymous resident memory of a process in bytes: heap and stacks, not the mapped database file. */
export const anonymousMemory = (pid: number): number => {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/RssAnon:\s+(\d+) kB/.exec(status)?.[1] ?? NaN) * 1024
}
