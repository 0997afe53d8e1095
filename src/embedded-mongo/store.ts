import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { open, type RangeOptions, type RootDatabase, type Transaction } from 'lmdb'
import { CommandError } from './error.js'
import { newExitGate, passGate, type ExitGate } from './exit-gate.js'

/** The one file that holds everything; lmdb keeps a lock table of readers beside it. */
export const DATA_FILE = 'data.mdb'

/** A piece of work inside a write transaction; it may pause (yield) only where its writes are whole. */
export type WriteJob<T> = Generator<undefined, T>

type Steps<T> = Pick<WriteJob<T>, 'next'>

/** lmdb's `getBinary` takes a transaction as `get` does; its types don't say so. */
type Database = RootDatabase<Buffer, Buffer> & {
  getBinary(key: Buffer, options: { transaction: Transaction | undefined }): Buffer | undefined
}

interface Waiting {
  readonly start: () => Steps<unknown>
  running?: Steps<unknown>
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

export interface StoreOptions {
  /** `false` answers before the disk has it. */
  readonly durable?: boolean | undefined
  readonly gate?: ExitGate | undefined
  /** Read only, and always what the file held at this moment. */
  readonly snapshot?: boolean
}

/** One transaction is closed after this many bytes or milliseconds, so that memory and pauses stay bounded. */
const BYTES_PER_COMMIT = 4 * 1024 * 1024
const MILLISECONDS_PER_COMMIT = 100

/**
 * The lmdb file with group commit: all write jobs waiting at one moment run in one transaction, which is on
 * disk (fsync) before any of them is answered. When it can't be committed every job in it fails and
 * what was changed in memory is undone, so that memory and disk agree.
 */
export class Store {
  readonly #db: Database
  /** Of a snapshot: what every read goes through. */
  readonly #transaction: Transaction | undefined
  #queue: Waiting[] = []
  #scheduled = false
  #closed = false
  readonly #gate: ExitGate
  #undo: (() => void)[] = []
  #beforeCommit = new Set<() => void>()
  #unsafeWrites = 0
  #bytes = 0
  #readersSeen = 0
  commits = 0

  constructor(dir: string, { durable = true, gate, snapshot = false }: StoreOptions = {}) {
    this.#gate = gate ?? newExitGate()
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    this.#db = open<Buffer, Buffer>({
      path: join(dir, DATA_FILE),
      keyEncoding: 'binary',
      encoding: 'binary',
      overlappingSync: false,
      noSync: !durable,
      eventTurnBatching: false,
      noReadAhead: !snapshot,
      readOnly: snapshot,
      maxReaders: 64,
    } as Parameters<typeof open<Buffer, Buffer>>[0])
    this.#transaction = snapshot ? this.#db.useReadTransaction() : undefined
  }

  get(key: Buffer): Buffer | undefined {
    return this.#db.getBinary(key, { transaction: this.#transaction })
  }

  /** Like `get`, but the bytes are only good until the next read. */
  glance(key: Buffer): Buffer | undefined {
    return this.#db.getBinaryFast(key)
  }

  has(key: Buffer): boolean {
    return this.#db.getBinaryFast(key) !== undefined
  }

  /** Entries with `low <= key < high`, from the far end when reversed; `after` continues behind a key. */
  entries(low: Buffer, high: Buffer, reverse: boolean, after?: Buffer) {
    return this.#db.getRange(this.#rangeOf(low, high, reverse, after))
  }

  keys(low: Buffer, high: Buffer, reverse: boolean, after?: Buffer) {
    return this.#db.getKeys(this.#rangeOf(low, high, reverse, after))
  }

  countKeys(low: Buffer, high: Buffer): number {
    return this.#db.getKeysCount({ start: low, end: high })
  }

  /** Only inside a write job. */
  put(key: Buffer, value: Buffer): void {
    this.#unsafeWrites += 1
    this.#bytes += key.length + value.length
    this.#db.putSync(key, value)
  }

  /** Only inside a write job. */
  remove(key: Buffer): void {
    this.#unsafeWrites += 1
    this.#bytes += key.length
    this.#db.removeSync(key)
  }

  /** Called in reverse order when the running transaction fails. */
  onRollback(undo: () => void): void {
    this.#undo.push(undo)
  }

  /** Runs once, just before the running transaction is committed; for counters kept in memory. */
  beforeCommit(flush: () => void): void {
    this.#beforeCommit.add(flush)
  }

  /**
   * Runs a write job in the next transaction and resolves after it is on disk. A job that pauses while much
   * has been written goes on in a later transaction: what it did so far is then kept.
   */
  write<T>(start: () => Steps<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new CommandError(91, 'the database is stopping'))
    return new Promise((resolve, reject) => {
      this.#queue.push({ start, resolve: resolve as (value: unknown) => void, reject })
      this.#schedule()
    })
  }

  /** A write job in one piece. */
  change<T>(work: () => T): Promise<T> {
    return this.write(() => ({ next: () => ({ done: true, value: work() }) }))
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      this.#commitWaiting()
    })
  }

  /** In a process that is ending, jobs stay unanswered, as they would a moment later. */
  #commitWaiting(): void {
    if (!passGate(this.#gate, () => this.#commit())) this.#queue = []
  }

  #commit(): void {
    const batch = this.#queue
    this.#queue = []
    const settled: (() => void)[] = []
    const unfinished: Waiting[] = []
    this.#bytes = 0
    this.#undo = []
    this.#beforeCommit.clear()
    try {
      this.#db.transactionSync(() => {
        const until = performance.now() + MILLISECONDS_PER_COMMIT
        for (const job of batch) {
          if (this.#bytes > BYTES_PER_COMMIT || performance.now() > until) unfinished.push(job)
          else if (!this.#advance(job, until, settled)) unfinished.push(job)
        }
        for (const flush of this.#beforeCommit) flush()
      })
      this.commits += 1
    } catch (error) {
      for (const undo of this.#undo.reverse()) undo()
      for (const job of batch) job.reject(error)
      if (this.#queue.length > 0) this.#schedule()
      return
    }
    this.#queue = [...unfinished, ...this.#queue]
    if (this.#queue.length > 0) this.#schedule()
    for (const settle of settled) settle()
  }

  /** True when the job is done or has failed cleanly; a failure amid its writes fails the transaction. */
  #advance(job: Waiting, until: number, settled: (() => void)[]): boolean {
    this.#unsafeWrites = 0
    try {
      job.running ??= job.start()
      for (;;) {
        const step = job.running.next()
        if (step.done) {
          settled.push(() => {
            job.resolve(step.value)
          })
          return true
        }
        this.#unsafeWrites = 0
        if (this.#bytes > BYTES_PER_COMMIT || performance.now() > until) return false
      }
    } catch (error) {
      if (this.#unsafeWrites > 0) throw error
      settled.push(() => {
        job.reject(error)
      })
      return true
    }
  }

  get info(): { commits: number; readers: number; stats: Record<string, unknown> } {
    return {
      commits: this.commits,
      readers: this.#readersSeen,
      stats: this.#db.getStats(),
    }
  }

  /** Refuses new writes, finishes the waiting ones, and closes the file. */
  async close(): Promise<void> {
    this.#closed = true
    while (this.#queue.length > 0) this.#commitWaiting()
    this.#transaction?.done()
    await this.#db.close()
  }

  #rangeOf(low: Buffer, high: Buffer, reverse: boolean, after: Buffer | undefined): RangeOptions {
    const transaction = this.#transaction as Transaction
    return reverse
      ? {
          start: after ?? high,
          end: low,
          reverse,
          exclusiveStart: true,
          inclusiveEnd: true,
          transaction,
        }
      : { start: after ?? low, end: high, exclusiveStart: after !== undefined, transaction }
  }
}
