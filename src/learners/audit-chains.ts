import { setTimeout as pause } from 'node:timers/promises'
import { newId } from '../ids.js'
import type { Ports } from '../ports.js'
import { refused } from '../problems.js'
import { beginAudit, lastAudit, saveAudit, type Audit, type FoundBreak } from './audit-store.js'
import { chainEndOf, chainEndsAfter, chainRowsBetween } from './disclosure-store.js'
import {
  checkEnd,
  checkNext,
  isLoose,
  uncheckedChain,
  type ChainEnd,
  type CheckedChain,
} from './disclosure.js'

interface AuditRun {
  readonly ports: Pick<Ports, 'now'>
  readonly signal: AbortSignal
  /** Told after each batch. */
  readonly tell: (audit: Audit) => void
  /** Begin at the first learner, also when an earlier audit was not finished. */
  readonly fresh?: boolean
  /** Learners a batch. */
  readonly batch?: number
}

const keptBreaks = 100

/**
 * Checks the chains of all learners, each against its head, and goes on where an audit that was stopped had got to. Memory
 * holds one batch of heads and the cursor's rows, however long a chain. Appends may go on meanwhile. Throws refused when
 * another process takes the same audit further.
 */
export async function auditChains(run: AuditRun): Promise<Audit> {
  const { ports, signal, tell, fresh = false, batch = 500 } = run
  const last = await lastAudit()
  const goesOn = !fresh && last && last.endedAt === undefined
  let audit = goesOn ? last : await beginAudit(newId(), ports.now())
  while (audit.endedAt === undefined && !signal.aborted) {
    const from = audit.after
    const next = await auditBatch(audit, batch)
    audit = next.isLast ? { ...next.audit, endedAt: ports.now() } : next.audit
    if (!(await saveAudit(audit, from))) throw refused('Another audit is going on.')
    tell(audit)
  }
  return audit
}

async function auditBatch(audit: Audit, batch: number) {
  const found = await chainEndsAfter(audit.after, batch)
  const heads = new Map<string, ChainEnd>(found.map((head) => [head.learnerId, head]))
  const rowless = new Set(heads.keys())
  const isLast = found.length < batch
  let after = found.at(-1)?.learnerId ?? audit.after
  let next = audit
  for await (const { learnerId, chain } of chainsBetween(audit.after, isLast, after, heads)) {
    rowless.delete(learnerId)
    if (learnerId > after) after = learnerId
    const head = heads.get(learnerId)
    next = withChain(next, learnerId, await atItsEnd(learnerId, chain, head), head)
  }
  for (const learnerId of rowless) {
    const head = heads.get(learnerId)
    next = withChain(next, learnerId, checkEnd(uncheckedChain, head), head)
  }
  return { audit: { ...next, after }, isLast }
}

interface LearnerChain {
  readonly learnerId: string
  readonly chain: CheckedChain
}

/** Each chain of a stretch of learners, checked row by row; the last stretch is open, for rows whose head is gone. */
async function* chainsBetween(
  after: string,
  isLast: boolean,
  upTo: string,
  heads: ReadonlyMap<string, ChainEnd>,
): AsyncGenerator<LearnerChain> {
  let open: LearnerChain | undefined
  for await (const row of chainRowsBetween(after, isLast ? undefined : upTo)) {
    const { learnerId } = row
    if (open && open.learnerId !== learnerId) yield open
    const chain: CheckedChain = open?.learnerId === learnerId ? open.chain : uncheckedChain
    open = { learnerId, chain: checkNext(chain, row, heads.get(learnerId)) }
  }
  if (open) yield open
}

/** Rows past the head may have been appended since the heads were read: only a head that stays behind tells of a break. */
async function atItsEnd(learnerId: string, chain: CheckedChain, head: ChainEnd | undefined) {
  const checked = checkEnd(chain, head)
  if (checked.broken?.why !== 'beyond') return checked
  await pause(200)
  const later = await chainEndOf(learnerId)
  return later && later.sequence >= chain.end.sequence ? chain : checkEnd(chain, later)
}

function withChain(
  audit: Audit,
  learnerId: string,
  chain: CheckedChain,
  head: ChainEnd | undefined,
): Audit {
  const { broken, rows } = chain
  const found: FoundBreak[] = broken ? [{ learnerId, sequence: broken.at, why: broken.why }] : []
  return {
    ...audit,
    learners: audit.learners + 1,
    rows: audit.rows + rows,
    loose: audit.loose + (isLoose(chain, head) ? 1 : 0),
    broken: audit.broken + found.length,
    breaks: [...audit.breaks, ...found].slice(0, keptBreaks),
  }
}
