import { randomBytes } from 'node:crypto'
import { CommandError } from './error.js'

/** Where a cursor's documents come from; `undefined` is a pause without a document. */
export interface Source {
  readonly documents: Iterator<Uint8Array | undefined>
  /** Lets go of the file while nobody asks. */
  readonly park: () => void
}

interface Batch {
  readonly docs: Uint8Array[]
  readonly finished: boolean
}

/** One cursor; it gets its id when it has to outlive its first batch. */
class Cursor {
  id = 0n
  held: Uint8Array | undefined
  usedAt = 0
  busy = false
  killed = false

  constructor(
    readonly namespace: string,
    readonly source: Source,
    public millisecondsLeft: number,
  ) {}
}

const IDLE_MILLISECONDS = 10 * 60 * 1000
const SLICE_MILLISECONDS = 12
const BATCH_BYTES = 16 * 1024 * 1024 - 64 * 1024
const FIRST_BATCH = 101

/** Open cursors by id. A batch is read in slices, so that other requests get their turn in between. */
export class Cursors {
  readonly #open = new Map<bigint, Cursor>()

  /** `milliseconds` is maxTimeMS for the cursor's whole life (Infinity without). */
  start(namespace: string, source: Source, milliseconds: number): Cursor {
    return new Cursor(namespace, source, milliseconds)
  }

  /** Reads up to `size` documents; a cursor that isn't finished is kept for getMore unless `single`. */
  async read(
    cursor: Cursor,
    size: number | undefined,
    first: boolean,
    single = false,
  ): Promise<Batch> {
    const most = size ?? (first ? FIRST_BATCH : Infinity)
    if (most === 0) return this.#keep(cursor, { docs: [], finished: false }, single)
    cursor.busy = true
    try {
      const batch = await fill(cursor, most)
      return this.#keep(cursor, batch, single)
    } catch (error) {
      this.#close(cursor)
      throw error
    } finally {
      cursor.busy = false
      cursor.usedAt = Date.now()
    }
  }

  #keep(cursor: Cursor, batch: Batch, single: boolean): Batch {
    if (batch.finished || single || cursor.killed) {
      this.#close(cursor)
      return { ...batch, finished: true }
    }
    cursor.source.park()
    if (cursor.id === 0n) cursor.id = newId()
    this.#open.set(cursor.id, cursor)
    return batch
  }

  #close(cursor: Cursor): void {
    this.#open.delete(cursor.id)
    cursor.killed = true
    cursor.source.park()
    cursor.source.documents.return?.()
  }

  /** An open cursor of that collection; CursorNotFound 43 otherwise. */
  find(id: bigint, namespace: string): Cursor {
    const cursor = this.#open.get(id)
    if (!cursor) throw new CommandError(43, 'CursorNotFound', `cursor id ${id} not found`)
    if (cursor.namespace !== namespace)
      throw new CommandError(
        13,
        'Unauthorized',
        `Requested getMore on namespace '${namespace}', but cursor belongs to ${cursor.namespace}`,
      )
    if (cursor.busy)
      throw new CommandError(12051, 'CursorInUse', `cursor id ${id} is already in use`)
    return cursor
  }

  kill(id: bigint): boolean {
    const cursor = this.#open.get(id)
    if (!cursor) return false
    if (cursor.busy) cursor.killed = true
    else this.#close(cursor)
    return true
  }

  /** Closes what nobody has asked for in ten minutes. */
  expire(now: number): void {
    for (const cursor of this.#open.values())
      if (!cursor.busy && now - cursor.usedAt > IDLE_MILLISECONDS) this.#close(cursor)
  }

  closeAll(): void {
    for (const cursor of this.#open.values()) this.#close(cursor)
  }

  get size(): number {
    return this.#open.size
  }
}

function newId(): bigint {
  return randomBytes(8).readBigUInt64LE() & 0x7fff_ffff_ffff_ffffn
}

async function fill(cursor: Cursor, most: number): Promise<Batch> {
  const docs: Uint8Array[] = []
  let bytes = 0
  let sliceStart = performance.now()
  let steps = 0
  if (cursor.held) {
    docs.push(cursor.held)
    bytes += cursor.held.length
    cursor.held = undefined
  }
  while (docs.length < most) {
    const step = cursor.source.documents.next()
    if (step.done) return { docs, finished: true }
    steps += 1
    if (step.value) {
      if (bytes + step.value.length > BATCH_BYTES && docs.length > 0) {
        cursor.held = step.value
        break
      }
      docs.push(step.value)
      bytes += step.value.length + 12
    }
    if ((steps & 31) === 0 && performance.now() - sliceStart > SLICE_MILLISECONDS) {
      spend(cursor, performance.now() - sliceStart)
      cursor.source.park()
      await new Promise((resume) => setImmediate(resume))
      if (cursor.killed) throw new CommandError(237, 'CursorKilled', 'the cursor was killed')
      sliceStart = performance.now()
    }
  }
  spend(cursor, performance.now() - sliceStart)
  return { docs, finished: false }
}

function spend(cursor: Cursor, milliseconds: number): void {
  cursor.millisecondsLeft -= milliseconds
  if (cursor.millisecondsLeft < 0) throw timeExceeded()
}

export function timeExceeded(): CommandError {
  return new CommandError(50, 'MaxTimeMSExpired', 'operation exceeded time limit')
}
