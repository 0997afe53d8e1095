import { createHash } from 'node:crypto'
import { chmodSync, linkSync, lstatSync, mkdirSync } from 'node:fs'
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { userInfo } from 'node:os'
import { join, resolve } from 'node:path'

export function makePrivate(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  chmodSync(folder, 0o700)
}

/** In the folder itself, or where that path is longer than every platform takes, in a short one of this user's. */
export function socketOf(dir: string): string {
  const path = resolve(dir, 'mongo.sock')
  if (Buffer.byteLength(path) <= 100) return path
  const { uid } = userInfo()
  const folder = `/tmp/embedded-mongo-${uid}`
  makePrivate(folder)
  // Somebody else could have made it first, as a link too.
  if (lstatSync(folder).uid !== uid) throw new Error(`${folder} belongs to somebody else.`)
  return join(folder, `${createHash('sha256').update(path).digest('hex').slice(0, 16)}.sock`)
}

/** Whether a process serves the folder now. */
export function isServed(dir: string): Promise<boolean> {
  return new Promise((tell) => {
    const socket = connect(socketOf(dir))
    const done = (served: boolean) => {
      socket.destroy()
      tell(served)
    }
    socket.once('connect', () => done(true)).once('error', () => done(false))
    socket.setTimeout(1_000, () => done(false))
  })
}

/** Takes the folder for this process, returns how to give it back. Rejects with one sentence while a live process holds it. */
export async function lockFolder(dir: string): Promise<() => void> {
  const file = join(dir, 'lock')
  const mine = nameOf(process.pid) ?? ''
  for (let attempt = 0; attempt < 5; attempt += 1) {
    if (create(file, mine))
      return () => {
        if (read(file) === mine) rmSync(file, { force: true })
      }
    const found = read(file)
    const pid = parseInt(found)
    const isHeld = nameOf(pid) === found || (await isServed(dir))
    const said = `The database folder ${dir} is in use by process ${pid}.`
    if (isHeld) throw new Error(`${said} Stop that process first, or choose another folder.`)
    discard(file, found)
  }
  throw new Error(`Another process is starting on the database folder ${dir}.`)
}

/** Number, start and boot name a running process for good; where there is no /proc, only the number does. */
function nameOf(pid: number): string | undefined {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return undefined
  }
  const stat = read(`/proc/${pid}/stat`)
  const startedAt = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  return `${pid} ${startedAt} ${read('/proc/sys/kernel/random/boot_id').trim()}`
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
