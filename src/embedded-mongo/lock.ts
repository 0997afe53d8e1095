import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'

interface Holder {
  readonly pid: number
  readonly startedAt: string
  readonly boot: string
  readonly socketPath: string
}

const held = new Set<string>()

/**
 * Takes the folder for this process and returns how to give it back. Rejects with one clear sentence when
 * another live process holds it. A holder that died (its pid is gone, was reused, or the machine has booted
 * since) is replaced: pid, process start time and boot id together name a process for good.
 */
export async function lockFolder(dir: string, socketPath: string): Promise<() => void> {
  const file = join(dir, 'lock')
  const mine = JSON.stringify({ ...identity(process.pid), pid: process.pid, socketPath })
  for (let attempt = 0; attempt < 5; attempt += 1) {
    if (held.has(dir)) throw new Error(inUse(dir, process.pid))
    if (create(file, mine)) {
      held.add(dir)
      return () => {
        held.delete(dir)
        if (read(file) === mine) rmSync(file, { force: true })
      }
    }
    const found = read(file)
    if (found === undefined) continue
    const holder = parse(found)
    if (holder && (await isAlive(holder))) throw new Error(inUse(dir, holder.pid))
    discard(file, found)
  }
  throw new Error(
    `The database folder ${dir} could not be locked; another process is starting on it.`,
  )
}

/** The socket on which a live process serves the folder; undefined when none does, or only by TCP. */
export async function liveSocket(dir: string): Promise<string | undefined> {
  const holder = parse(read(join(dir, 'lock')) ?? '')
  return holder && (await answers(holder.socketPath)) ? holder.socketPath : undefined
}

function inUse(dir: string, pid: number): string {
  return (
    `The database folder ${dir} is in use by process ${pid}. ` +
    'Stop that process first, or choose another folder.'
  )
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

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

function parse(content: string): Holder | undefined {
  try {
    const holder = JSON.parse(content) as Partial<Holder> | null
    return typeof holder?.pid === 'number' ? (holder as Holder) : undefined
  } catch {
    return undefined
  }
}

/** Moves the dead lock aside under a name of our own; if somebody was quicker, theirs is put back. */
function discard(file: string, stale: string): void {
  const aside = `${file}.${process.pid}`
  try {
    renameSync(file, aside)
    if (read(aside) !== stale) renameSync(aside, file)
    else rmSync(aside, { force: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

async function isAlive(holder: Holder): Promise<boolean> {
  if (holder.boot !== '' && holder.boot !== bootId()) return false
  if (holder.pid !== process.pid && isRunning(holder)) return true
  return answers(holder.socketPath)
}

function isRunning(holder: Holder): boolean {
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  const now = identity(holder.pid)
  return holder.startedAt === '' || now.startedAt === '' || now.startedAt === holder.startedAt
}

/** A process in another container has a pid we can't see, but its socket in the shared folder answers. */
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

function identity(pid: number): { startedAt: string; boot: string } {
  const stat = read(`/proc/${pid}/stat`) ?? ''
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return { startedAt: fields[19] ?? '', boot: bootId() }
}

function bootId(): string {
  return (read('/proc/sys/kernel/random/boot_id') ?? '').trim()
}
