import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, lstatSync, mkdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { CATALOG, spaceKey } from './keyspace.js'
import type { Store } from './store.js'

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
export async function isServed(dir: string): Promise<boolean> {
  const socket = connect(socketOf(dir))
  const answer = once(socket, 'connect', { signal: AbortSignal.timeout(1_000) })
  const served = await answer.catch(() => undefined)
  socket.destroy()
  return served !== undefined
}

const HOLDER = spaceKey(CATALOG, Buffer.from('h'))
/** Writes down that this process has the folder, unless another that lives has it, or this one serves it. lmdb lets one process write at a time, so it is one step for all. */
export async function takeFolder(store: Store, dir: string): Promise<void> {
  const isTaken = await isServed(dir)
  await store.change(() => {
    const holder = store.get(HOLDER)?.toString() ?? ''
    const pid = parseInt(holder)
    const said = `The database folder ${dir} is in use by process ${pid}.`
    if (isTaken || (nameOf(pid) === holder && pid !== process.pid))
      throw new Error(`${said} Stop that process first, or choose another folder.`)
    store.put(HOLDER, Buffer.from(nameOf(process.pid) ?? ''))
  })
}

/** Inside a write job. */
export const leaveFolder = (store: Store): void => store.remove(HOLDER)

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

/** Empty when there is no such file. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
