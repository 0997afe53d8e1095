import { open } from 'node:fs/promises'
import { freemem } from 'node:os'
import { setTimeout } from 'node:timers/promises'

const PIECE = 1024 * 1024

/**
 * Brings a file into the system's cache from start to end, unless it would fill half of the memory that is free. lmdb's own
 * read-ahead asks for the whole file at the moment it is opened, and the first queries wait behind that.
 * `rest` is the pause after each piece, in parts of the time it took to read: 1 leaves others half of the disk.
 */
export async function readAhead(file: string, rest: number, signal?: AbortSignal): Promise<void> {
  const handle = await open(file, 'r')
  try {
    const { size } = await handle.stat()
    if (size > freemem() / 2) return
    const piece = Buffer.allocUnsafeSlow(PIECE)
    for (let at = 0; at < size && !signal?.aborted; at += PIECE) {
      const begun = performance.now()
      await handle.read(piece, 0, PIECE, at)
      if (rest > 0) await setTimeout(rest * (performance.now() - begun))
    }
  } finally {
    await handle.close()
  }
}
