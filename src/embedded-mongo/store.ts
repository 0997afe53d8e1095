import { statSync } from 'node:fs'
import { join } from 'node:path'
import { open, type RootDatabase, type Transaction } from 'lmdb'
import { CommandError } from './error.js'
import { newExitGate, passGate, type ExitGate } from './exit-gate.js'
import type { KeyRange } from './keyspace.js'

/** The one file that holds everything; lmdb keeps a lock table of readers beside it. */
export const DATA_FILE = 'data.mdb'

/** A piece of work inside a write transaction; it may pause (yield) only where its writes are whole. */
export type WriteJob<T> = Generator<undefined, T>

interface Waiting<T = unknown> {
  readonly job: Pick<WriteJob<T>, 'next'>
  readonly resolve: (value: T) => void
  readonly reject: (error: unknown) => void
}

export interface StoreOptions {
  /** `false` answers before the disk has it. */
  readonly durable?: boolean | undefined
  readonly gate?: ExitGate | undefined
  /** Read only, and always what the file held at this moment. */
  readonly snapshot?: boolean
}

/** From the far end, or on behind a key. */
interface From {
  readonly reverse?: boolean
  readonly last?: Buffer | undefined
}

/** One transaction is closed after this many bytes or milliseconds, so that memory and pauses stay bounded. */
const BYTES_PER_COMMIT = 4 * 1024 * 1024
const MILLISECONDS_PER_COMMIT = 60
const stopping = () => new CommandError(91, 'the database is stopping')

/** The lmdb file with group commit: jobs, one after the other, share a transaction and are answered when it is on disk, or fail together. */
export class Store {
  readonly #file: string
  readonly #db: RootDatabase<Buffer, Buffer>
  readonly #view: { readonly transaction?: Transaction }
  readonly #gate: ExitGate
  readonly #waiting: Waiting[] = []
  #closed = false
  #isAmidWrites = false
  #bytes = 0
  /** Counts puts and removals: what was read ahead is good while it stays the same. */
  changes = 0
  afterFailure: () => void = () => undefined

  constructor(dir: string, { durable = true, gate, snapshot = false }: StoreOptions = {}) {
    this.#file = join(dir, DATA_FILE)
    this.#gate = gate ?? newExitGate()
    this.#db = open<Buffer, Buffer>({
      path: this.#file,
      keyEncoding: 'binary',
      encoding: 'binary',
      overlappingSync: false,
      noSync: !durable,
      eventTurnBatching: false,
      noReadAhead: !snapshot,
      readOnly: snapshot,
      maxReaders: 64,
    } as Parameters<typeof open<Buffer, Buffer>>[0])
    this.#view = snapshot ? { transaction: this.#db.useReadTransaction() } : {}
  }

  get size(): number {
    return statSync(this.#file).size
  }

  get(key: Buffer): Buffer | undefined {
    return this.#db.get(key, this.#view)
  }

  /** The entries of a range. Not to be held across turns. */
  entries(range: KeyRange, from: From = {}) {
    return this.#db.getRange(this.#options(range, from))
  }

  keys(range: KeyRange, limit: number, from: From = {}): Buffer[] {
    return [...this.#db.getKeys({ ...this.#options(range, from), limit })]
  }

  #options({ low, high }: KeyRange, { reverse = false, last }: From) {
    const [first, end] = reverse ? [high, low] : [low, high]
    const [start, exclusiveStart] = [last ?? first, reverse || last !== undefined]
    return { ...this.#view, start, end, reverse, exclusiveStart, inclusiveEnd: reverse }
  }

  countKeys({ low, high }: KeyRange): number {
    return this.#db.getKeysCount({ start: low, end: high })
  }

  /** Only inside a write job. */
  put(key: Buffer, value: Buffer): void {
    this.#wrote(key.length + value.length)
    this.#db.putSync(key, value)
  }

  /** Only inside a write job. */
  remove(key: Buffer): void {
    this.#wrote(key.length)
    this.#db.removeSync(key)
  }

  #wrote(bytes: number): void {
    this.#isAmidWrites = true
    this.#bytes += bytes
    this.changes += 1
  }

  /** Resolves when the job is done and on disk. One that takes long goes on in further transactions, and the others wait. */
  write<T>(job: Waiting<T>['job']): Promise<T> {
    if (this.#closed) return Promise.reject(stopping())
    return new Promise<T>((resolve, reject) => {
      const mine = { job, resolve: resolve as Waiting['resolve'], reject }
      if (this.#waiting.push(mine) === 1) this.#schedule()
    })
  }

  /** A write job in one piece. */
  change<T>(work: () => T): Promise<T> {
    return this.write({ next: () => ({ done: true, value: work() }) })
  }

  #schedule(): void {
    setImmediate(() => this.#commit())
  }

  /** In a process that is ending, jobs stay unanswered, as they would a moment later. */
  #commit(): void {
    if (this.#waiting.length > 0) passGate(this.#gate, () => this.#commitWaiting())
  }

  #commitWaiting(): void {
    const answers: (() => void)[] = []
    const until = performance.now() + MILLISECONDS_PER_COMMIT
    const isFull = () => this.#bytes > BYTES_PER_COMMIT || performance.now() > until
    this.#bytes = 0
    try {
      this.#db.transactionSync(() => {
        for (const job of this.#waiting) {
          const answer = this.#advance(job, isFull)
          if (answer) answers.push(answer)
          if (!answer || isFull()) return
        }
      })
    } catch (error) {
      this.afterFailure()
      for (const { reject } of this.#waiting.splice(0)) reject(error)
    }
    this.#waiting.splice(0, answers.length)
    if (this.#waiting.length > 0) this.#schedule()
    for (const answer of answers) answer()
  }

  /** How to answer a job that is done or has failed cleanly. A failure amid its writes fails the transaction. */
  #advance({ job, resolve, reject }: Waiting, isFull: () => boolean): (() => void) | undefined {
    try {
      do {
        this.#isAmidWrites = false
        const step = job.next()
        if (step.done) return () => resolve(step.value)
      } while (!isFull())
      return undefined
    } catch (error) {
      if (this.#isAmidWrites) throw error
      return () => reject(error)
    }
  }

  /** Refuses new writes, gives the waiting ones one more transaction and `last` its own, and closes the file. */
  async close(last?: () => void): Promise<void> {
    this.#closed = true
    this.#commit()
    for (const { reject } of this.#waiting.splice(0)) reject(stopping())
    try {
      if (last) passGate(this.#gate, () => this.#db.transactionSync(last))
    } finally {
      this.#view.transaction?.done()
      await this.#db.close()
    }
  }
}
