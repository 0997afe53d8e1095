import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { partLine } from './backup-line.js'

const BYTES_PER_WRITE = 256 * 1024

/** Lines in large pieces, ended by one that holds their SHA-256. */
async function* sealed(lines: AsyncIterable<string>): AsyncGenerator<Buffer> {
  const hash = createHash('sha256')
  let held = ''
  const piece = () => {
    const bytes = Buffer.from(held)
    hash.update(bytes)
    held = ''
    return bytes
  }
  for await (const line of lines) {
    held += `${line}\n`
    if (held.length > BYTES_PER_WRITE) yield piece()
  }
  yield piece()
  yield Buffer.from(`${partLine('end', hash.digest('hex'))}\n`)
}

/**
 * Writes the lines to a file that only its owner may read, packed when its name ends in `.gz`. The file is there whole and on disk, or
 * not at all; a file that is there is not overwritten.
 */
export async function writeBackupFile(file: string, lines: AsyncIterable<string>): Promise<void> {
  const target = resolve(file)
  if (await stat(target).catch(() => undefined)) throw new Error(`${target} is already there.`)
  const draft = `${target}.${process.pid}.part`
  await mkdir(dirname(target), { recursive: true })
  try {
    const out = createWriteStream(draft, { mode: 0o600, flags: 'wx' })
    const pieces = Readable.from(sealed(lines), { objectMode: false })
    await (target.endsWith('.gz')
      ? pipeline(pieces, createGzip({ level: 1 }), out)
      : pipeline(pieces, out))
    const handle = await open(draft, 'r+')
    await handle.sync()
    await handle.close()
    await rename(draft, target)
  } finally {
    await rm(draft, { force: true })
  }
}

/** The lines of a backup file, and how many of its bytes have been read for them. */
export async function* linesOf(file: string): AsyncGenerator<{ line: string; bytesRead: number }> {
  const source = createReadStream(file)
  const input = file.endsWith('.gz') ? source.pipe(createGunzip()) : source
  source.on('error', (error) => input.destroy(error))
  for await (const line of createInterface({ input, crlfDelay: Infinity }))
    yield { line, bytesRead: source.bytesRead }
}

const notWhole = 'This file is not a backup, or not all of one.'

/** Reads the file to its end and compares its seal, so that nothing of a torn or changed file is ever restored. */
export async function checkBackupFile(file: string): Promise<void> {
  const hash = createHash('sha256')
  let last = ''
  let first = ''
  try {
    for await (const { line } of linesOf(file)) {
      if (last) hash.update(`${last}\n`)
      first ||= line
      last = line
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw error
    throw new Error(notWhole, { cause: error })
  }
  const isWhole = last === partLine('end', hash.digest('hex'))
  if (!isWhole || !first.startsWith('["waymark-backup"')) throw new Error(notWhole)
}
