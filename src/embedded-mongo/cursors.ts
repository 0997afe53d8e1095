import { randomBytes } from 'node:crypto'
import { stopwatch } from './arguments.js'
import { insist } from './error.js'

/** Where documents or rows come from step by step; `undefined` is a pause. */
export type Source<T> = Iterator<T | undefined>

const SLICE_MILLISECONDS = 12

/** Takes what comes until `take` answers false, or the end (true). Others have a turn every 12 ms; `check` may throw then, and at the end. */
export async function drain<T>(
  source: Source<T>,
  check: () => void,
  take: (value: T) => unknown,
): Promise<boolean> {
  let until = performance.now() + SLICE_MILLISECONDS
  for (let count = 1; ; count += 1) {
    const step = source.next()
    const isEnd = step.done === true || (step.value !== undefined && take(step.value) === false)
    const isPause = (count & 31) === 0 && performance.now() > until
    if (isEnd || isPause) check()
    if (isEnd) return step.done === true
    if (!isPause) continue
    await new Promise((resume) => setImmediate(resume))
    until = performance.now() + SLICE_MILLISECONDS
  }
}

interface Cursor {
  /** 0 until it has to outlive its first batch. */
  id: bigint
  readonly namespace: string
  readonly source: Source<Uint8Array>
  /** Milliseconds that it may still take, not counting those between its batches. */
  left: number
  usedAt: number
  state: 'idle' | 'busy' | 'killed'
}

const IDLE_MILLISECONDS = 10 * 60 * 1000
/** MongoDB fills 16 MB; smaller batches are as quick and keep an answer, and what is copied to make it, small. */
const BATCH_BYTES = 4 * 1024 * 1024
const SINGLE_BATCH_BYTES = 16 * 1024 * 1024

/** Open cursors by id. */
export class Cursors {
  readonly #open = new Map<bigint, Cursor>()

  /** A new cursor, to be read. */
  make(namespace: string, source: Source<Uint8Array>, left = Infinity): Cursor {
    return { id: 0n, namespace, source, left, usedAt: 0, state: 'idle' }
  }

  /** An open cursor of that collection; CursorNotFound 43 when there is none. */
  need(id: bigint, namespace: string): Cursor {
    const cursor = this.#open.get(id)
    insist(cursor, 43, `cursor id ${id} not found`)
    insist(cursor.namespace === namespace, 13, `cursor id ${id} belongs to ${cursor.namespace}`)
    insist(cursor.state !== 'busy', 12_051, `cursor id ${id} is already in use`)
    return cursor
  }

  /** The next batch, and the id by which there is more: 0 when there is none, and always for a `single` one. */
  async read(cursor: Cursor, size: number, single = false) {
    const docs: Uint8Array[] = []
    let room = single ? SINGLE_BATCH_BYTES : BATCH_BYTES
    let finished = true
    const begun = performance.now()
    const checkTime = stopwatch(cursor.left)
    const check = () => {
      insist(cursor.state !== 'killed', 237, 'the cursor was killed')
      checkTime()
    }
    cursor.state = 'busy'
    const take = (doc: Uint8Array) => {
      room -= doc.length
      return docs.push(doc) < size && room > 0
    }
    try {
      finished = (size > 0 && (await drain(cursor.source, check, take))) || single
    } finally {
      cursor.state = 'idle'
      cursor.left -= performance.now() - begun
      cursor.usedAt = Date.now()
      if (!finished) cursor.id ||= randomBytes(8).readBigUInt64LE() >> 1n
      if (finished) this.#close(cursor)
      else this.#open.set(cursor.id, cursor)
    }
    return { docs, id: finished ? 0n : cursor.id }
  }

  #close(cursor: Cursor): void {
    this.#open.delete(cursor.id)
    cursor.source.return?.()
  }

  /** Whether there was such a cursor. One that is being read ends when it next gives way. */
  kill(id: bigint): boolean {
    const cursor = this.#open.get(id)
    if (cursor?.state === 'busy') cursor.state = 'killed'
    else if (cursor) this.#close(cursor)
    return cursor !== undefined
  }

  /** Closes what nobody has asked for in ten minutes. */
  expire(now: number): void {
    for (const cursor of this.#open.values())
      if (cursor.state === 'idle' && now - cursor.usedAt > IDLE_MILLISECONDS) this.#close(cursor)
  }
}
