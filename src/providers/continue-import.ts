import { newId } from '../ids.js'
import type { Ports } from '../ports.js'
import { batchesOf, type CsvBatch } from './csv-lines.js'
import { findCourses } from './find-courses.js'
import type { Import } from './import.js'
import {
  commitBatch,
  findImport,
  giveLeaseBack,
  settleImport,
  takeLease,
  type BatchResult,
  type ImportWork,
} from './import-store.js'
import { recordRows } from './record-rows.js'
import { readRosterLines, type RosterColumn } from './roster-input.js'
import { dropUpload, readUpload } from './upload-store.js'

const batchSize = 1_000
const leaseSeconds = 60
const mostTries = 5

export interface ImportWatch {
  /** Told after each committed batch. */
  readonly onCommit?: (progress: Import) => void | Promise<void>
  /** Asks to stop after the batch at hand; another process goes on from there. */
  readonly signal?: AbortSignal
}

type Clock = Pick<Ports, 'now'>

/**
 * Reads a stored roster on from its last committed row to the end. One worker at a time by a lease that each commit
 * renews; whoever finds the lease taken or the import settled gets it as it stands. Each batch is recorded first and
 * committed (counts and place together) after, and recording twice is harmless: a crash loses and doubles nothing.
 */
export async function continueImport(
  id: string,
  ports: Clock,
  watch: ImportWatch = {},
): Promise<Import | undefined> {
  const leaseBy = newId()
  const taken = await takeLease(id, leaseBy, { now: ports.now(), until: leaseEnd(ports) })
  if (!taken) return findImport(id)
  try {
    const isDone = await readOn(taken.found, taken.work, ports, watch)
    if (isDone) {
      await settleImport(id, leaseBy, { state: 'done', finishedAt: ports.now() })
      await dropUpload(id)
    } else await giveLeaseBack(id, leaseBy, ports.now())
  } catch (error) {
    await stopAfter(id, taken.work, ports)
    throw error
  }
  return findImport(id)
}

const leaseEnd = (ports: Clock) => new Date(ports.now().getTime() + leaseSeconds * 1000)

async function stopAfter(id: string, { leaseBy, tries }: ImportWork, ports: Clock) {
  if (tries < mostTries) {
    await giveLeaseBack(id, leaseBy, ports.now())
    return
  }
  const failure = 'providers:failure.tooManyTries'
  await settleImport(id, leaseBy, { state: 'failed', failure, finishedAt: ports.now() })
}

async function readOn(begun: Import, work: ImportWork, ports: Clock, watch: ImportWatch) {
  const courses = await findCourses(begun.provider)
  const columns = work.columns as readonly RosterColumn[]
  const place = { offset: work.offset, row: work.nextRow, size: batchSize }
  let found = begun
  let { offset } = work
  for await (const batch of batchesOf(readUpload(begun.id, offset), place)) {
    if (watch.signal?.aborted) return false
    const now = ports.now()
    const lines = batch.lines.filter(({ row }) => row > 1)
    const reading = readRosterLines(lines, columns, { provider: begun.provider, courses, now })
    const mayBeRepeated = offset === work.offset && (offset > 0 || work.tries > 1)
    const result = await recordRows(found, reading, { now, mayBeRepeated })
    const isOurs = await commit(begun.id, { ...work, offset }, batch, {
      ...result,
      read: lines.length,
    })
    if (!isOurs) return false
    offset = batch.nextOffset
    found = { ...found, awarded: result.awarded }
    await tell(begun.id, watch)
  }
  return true

  async function commit(id: string, at: ImportWork, batch: CsvBatch, result: BatchResult) {
    const next = { offset: batch.nextOffset, row: batch.nextRow, leaseUntil: leaseEnd(ports) }
    return commitBatch(id, at, result, next)
  }
}

async function tell(id: string, { onCommit }: ImportWatch) {
  const progress = onCommit && (await findImport(id))
  if (progress) await onCommit(progress)
}
