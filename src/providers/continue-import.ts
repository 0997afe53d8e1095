import { newId } from '../ids.js'
import type { Ports } from '../ports.js'
import { awardImport } from './award-import.js'
import { batchesOf } from './csv-lines.js'
import { findCourses } from './find-courses.js'
import type { Import } from './import.js'
import {
  commitAwards,
  commitBatch,
  findImport,
  giveLeaseBack,
  settleImport,
  takeLease,
  type ImportWork,
} from './import-store.js'
import { recordRows, type KnownLearners } from './record-rows.js'
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
 * committed (counts and place together) after, and recording twice is harmless: a crash loses and doubles nothing. When
 * all rows are read, badges are awarded, learner by learner.
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
    const { found, work } = taken
    const isDone =
      (await readOn(found, work, ports, watch)) && (await awardAll(found, work, ports, watch))
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
  const known: KnownLearners = new Map()
  let { offset } = work
  for await (const batch of batchesOf(readUpload(begun.id, offset), place)) {
    if (watch.signal?.aborted) return false
    const now = ports.now()
    const lines = batch.lines.filter(({ row }) => row > 1)
    const reading = readRosterLines(lines, columns, { provider: begun.provider, courses, now })
    const mayBeRepeated = offset === work.offset && (offset > 0 || work.tries > 1)
    const { recorded, ...rest } = await recordRows(begun, reading, { now, mayBeRepeated, known })
    const result = { ...rest, read: lines.length, recorded: recorded.length }
    const next = { offset: batch.nextOffset, row: batch.nextRow, leaseUntil: leaseEnd(ports) }
    if (!(await commitBatch(begun.id, { ...work, offset }, result, next))) return false
    offset = batch.nextOffset
    await tell(begun.id, watch)
  }
  return true
}

async function awardAll(begun: Import, work: ImportWork, ports: Clock, watch: ImportWatch) {
  let { awarded } = begun
  let after = work.awardedUpTo
  while (!begun.dryRun && !watch.signal?.aborted) {
    const page = await awardImport(begun.id, { after, awarded }, ports)
    if (!page) return true
    const at = { ...work, awardedUpTo: after }
    const isOurs = await commitAwards(begun.id, at, { ...page, leaseUntil: leaseEnd(ports) })
    if (!isOurs) return false
    ;[after, awarded] = [page.upTo, page.awarded]
    await tell(begun.id, watch)
  }
  return begun.dryRun
}

async function tell(id: string, { onCommit }: ImportWatch) {
  const progress = onCommit && (await findImport(id))
  if (progress) await onCommit(progress)
}
