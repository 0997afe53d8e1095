import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'

/** Process number, its start time and the boot id name a process for good; where there is no /proc, only the number does. */
interface Holder {
  readonly pid: number
  readonly startedAt: string
  readonly boot: string
  readonly socketPath: string
}

/**
 * Takes the folder for this process and returns how to give it back. Rejects with one clear sentence when
 * another live process holds it. A holder that died is replaced, also when its number was given to another since.
 */
export async function lockFolder(dir: string, socketPath: string): Promise<() => void> {
  const file = join(dir, 'lock')
  const mine = JSON.stringify({ ...holderOf(process.pid), socketPath })
  for (let attempt = 0; attempt < 5; attempt += 1) {
    if (create(file, mine))
      return () => {
        if (read(file) === mine) rmSync(file, { force: true })
      }
    const found = read(file)
    const holder = parse(found)
    if (holder && (await isAlive(holder)))
      throw new Error(
        `The database folder ${dir} is in use by process ${holder.pid}. ` +
          'Stop that process first, or choose another folder.',
      )
    discard(file, found)
  }
  throw new Error(
    `The database folder ${dir} could not be locked; another process is starting on it.`,
  )
}

/** The socket on which a live process serves the folder; undefined when none does, or only by TCP. */
export async function liveSocket(dir: string): Promise<string | undefined> {
  const { socketPath = '' } = parse(read(join(dir, 'lock'))) ?? {}
  return (await answers(socketPath)) ? socketPath : undefined
}

/** The link makes file and content appear at once, so nobody reads a lock that is half written. */
function create(file: string, content: string): boolean {
  const draft = `${file}.${process.pid}.${Date.now()}`
  writeFileSync(draft, content, { mode: 0o600 })
  try {
    linkSync(draft, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

/** Moves the dead lock aside under a name of our own; if somebody was quicker, theirs is put back. */
function discard(file: string, stale: string): void {
  const aside = `${file}.${process.pid}`
  try {
    renameSync(file, aside)
    if (read(aside) === stale) rmSync(aside)
    else renameSync(aside, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

/** Empty when there is no such file. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

function parse(content: string): Holder | undefined {
  try {
    return JSON.parse(content) as Holder
  } catch {
    return undefined
  }
}

function holderOf(pid: number): Omit<Holder, 'socketPath'> {
  const stat = read(`/proc/${pid}/stat`)
  const startedAt = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  return { pid, startedAt, boot: read('/proc/sys/kernel/random/boot_id').trim() }
}

/** A process in another container has a number we can't see, but its socket in the shared folder answers. */
async function isAlive({ pid, startedAt, boot, socketPath }: Holder): Promise<boolean> {
  const now = holderOf(pid)
  const isSame = now.startedAt === startedAt && now.boot === boot
  return (isSame && isRunning(pid)) || answers(socketPath)
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function answers(socketPath: string): Promise<boolean> {
  if (!socketPath) return Promise.resolve(false)
  return new Promise((resolve) => {
    const socket = connect(socketPath)
    const done = (alive: boolean) => {
      socket.destroy()
      resolve(alive)
    }
    socket.once('connect', () => done(true)).once('error', () => done(false))
    socket.setTimeout(1_000, () => done(false))
  })
}
