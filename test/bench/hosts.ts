import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** A database folder served by a process of its own. */
export interface Host {
  readonly uri: string
  readonly pid: number
  /** Resolves when the process is gone, with its exit code and what it wrote to stderr. */
  readonly ended: Promise<{ code: number | null; said: string }>
  /** The longest time, in milliseconds, that the loop beside the database's thread was held up since the last call. */
  lag(): Promise<number>
  /** Ends it as a power switch would; resolves when the process is gone. */
  kill(): Promise<void>
  stop(): Promise<void>
}

export type Code = 'built' | 'source'

const root = new URL('../../', import.meta.url).pathname
const hostFile = new URL('./database-host.js', import.meta.url).pathname
const starts: Readonly<Record<Code, string>> = {
  built: `${root}dist/embedded-mongo/start.js`,
  source: `${root}src/embedded-mongo/start.ts`,
}

export interface HostOptions {
  readonly code?: Code
  /** No file of the process grows beyond so many blocks of 512 bytes: a disk that is full for it alone. */
  readonly blocks?: number
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>
}

/** The process alone, which may be killed while it starts. */
export function spawnHost(
  dir: string,
  { code = 'built', blocks, env }: HostOptions = {},
): ChildProcess {
  const loader = code === 'source' ? ['--import', 'tsx'] : []
  const command = [process.execPath, ...loader, hostFile, starts[code], dir]
  const limited = ['sh', '-c', `ulimit -f ${blocks}; exec "$0" "$@"`, ...command]
  const [file = '', ...rest] = blocks === undefined ? command : limited
  const stdio = ['ignore', 'ignore', 'pipe', 'ipc'] as const
  return spawn(file, rest, { cwd: root, env: { ...process.env, ...env }, stdio: [...stdio] })
}

/** Resolves when the process is gone, with all that it wrote to stderr. */
export async function endOf(child: ChildProcess): Promise<string> {
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  await once(child, 'close')
  return said
}

/** Starts the process and waits until it serves; rejects with what it said when it ends instead. */
export async function startHost(dir: string, options: HostOptions = {}): Promise<Host> {
  const child = spawnHost(dir, options)
  const ended = endOf(child)
  const answer = async <T>(): Promise<T> => {
    const [message] = (await once(child, 'message')) as [T]
    return message
  }
  const failed = ended.then((said): never => {
    throw new Error(`the database ended before it served: ${said}`)
  })
  const { uri } = await Promise.race([answer<{ uri: string }>(), failed])
  failed.catch(() => undefined)
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    child.kill(signal)
    await ended
  }
  return {
    uri,
    pid: child.pid ?? 0,
    ended: ended.then((said) => ({ code: child.exitCode, said })),
    lag: async () => {
      child.send('lag')
      const { lag } = await answer<{ lag: number }>()
      return lag
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  }
}
