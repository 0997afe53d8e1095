import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { freemem } from 'node:os'
import { setTimeout } from 'node:timers/promises'

/**
 * Brings a file into the system's cache from start to end, unless it would fill half of the memory that is free. lmdb's own
 * read-ahead asks for the whole file at the moment it is opened, and the first queries wait behind that.
 * `rest` is the pause after each piece, in parts of the time it took to read: 1 leaves others half of the disk.
 */
export async function readAhead(file: string, rest: number, signal?: AbortSignal): Promise<void> {
  const { size } = await stat(file)
  if (size > freemem() / 2) return
  let begun = performance.now()
  const pieces = createReadStream(file, { highWaterMark: 1024 * 1024, signal })
  for await (const _ of pieces) {
    if (rest > 0) await setTimeout(rest * (performance.now() - begun))
    begun = performance.now()
  }
}
