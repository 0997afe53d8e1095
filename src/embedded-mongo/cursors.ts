import { randomBytes } from 'node:crypto'
import { timeExceeded } from './arguments.js'
import { CommandError, insist } from './error.js'

/** Where something comes from step by step; `undefined` is a pause. */
export interface Source<T> {
  readonly steps: Iterator<T | undefined>
  /** Lets go of the file while nobody asks. */
  readonly park: () => void
}

const SLICE_MILLISECONDS = 12

/**
 * Takes what comes until `take` wants no more, or the end (true). Every 12 ms others get their turn; `spend` is told how long
 * each slice took.
 */
export async function drain<T>(
  { steps, park }: Source<T>,
  spend: (milliseconds: number) => void,
  take: (value: T) => boolean,
): Promise<boolean> {
  let begun = performance.now()
  for (let count = 1; ; count += 1) {
    const step = steps.next()
    const isEnd = step.done === true || (step.value !== undefined && !take(step.value))
    const isPause = (count & 31) === 0 && performance.now() - begun > SLICE_MILLISECONDS
    if (isEnd || isPause) spend(performance.now() - begun)
    if (isEnd) return step.done === true
    if (!isPause) continue
    park()
    await new Promise((resume) => setImmediate(resume))
    begun = performance.now()
  }
}

/** Keeps account of a time allowed, in milliseconds; MaxTimeMSExpired 50 when it is used up. */
export function allowance(milliseconds: number): (spent: number) => void {
  let left = milliseconds
  return (spent) => {
    left -= spent
    if (left < 0) throw timeExceeded()
  }
}

/** One cursor; it gets its id when it has to outlive its first batch. */
interface Cursor {
  id: bigint
  readonly namespace: string
  readonly source: Source<Uint8Array>
  readonly spend: (milliseconds: number) => void
  held: Uint8Array | undefined
  usedAt: number
  busy: boolean
  killed: boolean
}

interface Batch {
  readonly docs: Uint8Array[]
  readonly finished: boolean
}

const IDLE_MILLISECONDS = 10 * 60 * 1000
/** MongoDB fills 16 MB; smaller batches are as quick and keep an answer, and what is copied to make it, small. */
const BATCH_BYTES = 4 * 1024 * 1024
const SINGLE_BATCH_BYTES = 16 * 1024 * 1024 - 64 * 1024
const FIRST_BATCH = 101

/** Open cursors by id. */
export class Cursors {
  readonly #open = new Map<bigint, Cursor>()

  /** `milliseconds` is maxTimeMS for the cursor's whole life (Infinity without). */
  start(namespace: string, source: Source<Uint8Array>, milliseconds: number): Cursor {
    return {
      id: 0n,
      namespace,
      source,
      spend: allowance(milliseconds),
      held: undefined,
      usedAt: 0,
      busy: false,
      killed: false,
    }
  }

  /** Reads up to `size` documents; a cursor that isn't finished is kept for getMore unless `single`. */
  async read(cursor: Cursor, size = FIRST_BATCH, single = false): Promise<Batch> {
    cursor.busy = true
    try {
      const batch =
        size === 0
          ? { docs: [], finished: false }
          : await fill(cursor, size, single ? SINGLE_BATCH_BYTES : BATCH_BYTES)
      if (batch.finished || single || cursor.killed) {
        this.#close(cursor)
        return { docs: batch.docs, finished: true }
      }
      cursor.source.park()
      if (cursor.id === 0n) cursor.id = randomBytes(8).readBigUInt64LE() & 0x7fff_ffff_ffff_ffffn
      this.#open.set(cursor.id, cursor)
      return batch
    } catch (error) {
      this.#close(cursor)
      throw error
    } finally {
      cursor.busy = false
      cursor.usedAt = Date.now()
    }
  }

  #close(cursor: Cursor): void {
    this.#open.delete(cursor.id)
    cursor.killed = true
    cursor.source.park()
    cursor.source.steps.return?.()
  }

  /** An open cursor of that collection; CursorNotFound 43 otherwise. */
  find(id: bigint, namespace: string): Cursor {
    const cursor = this.#open.get(id)
    insist(cursor, 43, `cursor id ${id} not found`)
    insist(cursor.namespace === namespace, 13, `cursor id ${id} belongs to ${cursor.namespace}`)
    insist(!cursor.busy, 12_051, `cursor id ${id} is already in use`)
    return cursor
  }

  kill(id: bigint): boolean {
    const cursor = this.#open.get(id)
    if (!cursor) return false
    cursor.killed = true
    if (!cursor.busy) this.#close(cursor)
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

/** A document that no longer fits the batch is held for the next one. */
async function fill(cursor: Cursor, most: number, mostBytes: number): Promise<Batch> {
  const { held } = cursor
  const docs = held ? [held] : []
  let bytes = held?.length ?? 0
  cursor.held = undefined
  if (docs.length === most) return { docs, finished: false }
  const spend = (milliseconds: number) => {
    if (cursor.killed) throw new CommandError(237, 'the cursor was killed')
    cursor.spend(milliseconds)
  }
  const finished = await drain(cursor.source, spend, (doc) => {
    bytes += doc.length + 12
    if (bytes > mostBytes && docs.length > 0) cursor.held = doc
    else docs.push(doc)
    return docs.length < most && !cursor.held
  })
  return { docs, finished }
}
