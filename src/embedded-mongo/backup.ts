import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, mkdir, open as openFile, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { open } from 'lmdb'
import { checkFolder, type CollectionReport } from './check.js'
import { DATA_FILE } from './store.js'

/** Bytes done so far and bytes expected; the copy is compacted and may end below that. */
export type Progress = (done: number, total: number) => void

/**
 * Copies the database of a folder into one file, also while another process is serving it: the copy is the
 * state of one moment, and writers don't wait. The file is there whole or not at all.
 */
export async function backupFolder(
  dir: string,
  file: string,
  onProgress: Progress = () => undefined,
): Promise<void> {
  const source = join(resolve(dir), DATA_FILE)
  const { size } = await stat(source)
  const target = resolve(file)
  const draft = `${target}.${process.pid}.part`
  await mkdir(dirname(target), { recursive: true })
  await rm(draft, { force: true })
  const db = open({ path: source, readOnly: true, keyEncoding: 'binary', encoding: 'binary' })
  const watch = setInterval(() => {
    void stat(draft).then(
      (part) => {
        onProgress(Math.min(part.size, size), size)
      },
      () => undefined,
    )
  }, 200)
  try {
    await db.backup(draft, true)
    await seal(draft)
    await rename(draft, target)
    onProgress(size, size)
  } finally {
    clearInterval(watch)
    await db.close()
    await rm(draft, { force: true })
  }
}

const MAGIC = Buffer.from('EMBMONGO')
const SEAL_BYTES = MAGIC.length + 32

/** Appends a mark and the SHA-256 of everything before it, and waits until all of it is on disk. */
async function seal(file: string): Promise<void> {
  const handle = await openFile(file, 'a+')
  try {
    const { size } = await handle.stat()
    await handle.appendFile(Buffer.concat([MAGIC, await digest(file, size)]))
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function digest(file: string, size: number): Promise<Buffer> {
  const hash = createHash('sha256')
  if (size > 0)
    for await (const chunk of createReadStream(file, { end: size - 1 }))
      hash.update(chunk as Buffer)
  return hash.digest()
}

/** lmdb maps its file, so opening one that was cut short would end the process: it is checked first. */
async function unseal(file: string): Promise<void> {
  const handle = await openFile(file, 'r+')
  try {
    const { size } = await handle.stat()
    const inside = size - SEAL_BYTES
    const { buffer: mark } = await handle.read(
      Buffer.alloc(SEAL_BYTES),
      0,
      SEAL_BYTES,
      Math.max(0, inside),
    )
    const isWhole = inside > 0 && mark.equals(Buffer.concat([MAGIC, await digest(file, inside)]))
    if (!isWhole)
      throw new Error('This file is not a backup of an embedded database, or not all of one.')
    await handle.truncate(inside)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/**
 * Puts a backup in an empty folder (made when missing) and checks it; a folder that holds a database is
 * refused, and a backup that does not check out leaves the folder empty again.
 */
export async function restoreFolder(
  file: string,
  dir: string,
  onCollection?: (report: CollectionReport) => void,
): Promise<CollectionReport[]> {
  const folder = resolve(dir)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  if ((await readdir(folder)).includes(DATA_FILE))
    throw new Error(`The folder ${folder} already holds a database; restore into an empty one.`)
  const data = join(folder, DATA_FILE)
  try {
    await copyFile(resolve(file), data)
    await unseal(data)
    const reports = await checkFolder(folder, onCollection)
    const bad = reports.find((report) => report.problems.length > 0)
    if (bad)
      throw new Error(`The backup does not check out: ${bad.namespace}: ${bad.problems[0] ?? ''}.`)
    return reports
  } catch (error) {
    await rm(data, { force: true })
    await rm(`${data}-lock`, { force: true })
    throw error
  }
}
