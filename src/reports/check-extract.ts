import { findAccount } from '../access/account-store.js'
import { actorFrom } from '../access/account.js'
import type { Actor } from '../access/actor.js'
import { newId } from '../ids.js'
import type { Ports } from '../ports.js'
import { Problem } from '../problems.js'
import { countStays } from '../referrals/co-enrollment-store.js'
import {
  advanceCheck,
  beginCheck,
  dropCheck,
  findCheck,
  findUnfinishedCheck,
  type CheckFault,
  type ExtractCheck,
} from './extract-check-store.js'
import { extractSchemas } from './extract-schema.js'
import {
  extractRow,
  hasLostGain,
  hasOutsideGain,
  participantCode,
  type ExtractSchema,
  type Participant,
} from './extract.js'
import { preCheck } from './pre-check.js'
import { ownBoard, readExtract, type ExtractBatch } from './read-extract.js'

/** Up to so many stays are looked at before the page is answered; more are looked at by the background job. */
const atOnce = 500
/** Whoever has so much to mend mends it first: there the check ends. */
const mostFaults = 200
const dayLong = 86_400_000

/** This person's check of that extract within the last day: what it found is no longer true for much longer. */
export const latestCheck = (
  { accountId }: Pick<Actor, 'accountId'>,
  { version }: Pick<ExtractSchema, 'version'>,
  year: number,
  now: Date,
): Promise<ExtractCheck | undefined> =>
  findCheck({ accountId, version, year }, new Date(now.getTime() - dayLong))

/**
 * Begins the pre-check over the extract of one program year, as it would be taken out; each participant is told. A small one
 * is done at once, a large one by the background job. Throws not-allowed to all but the board's managers.
 */
export async function checkExtract(
  actor: Actor,
  { version }: Pick<ExtractSchema, 'version'>,
  year: number,
  ports: Pick<Ports, 'now'>,
): Promise<void> {
  const { communityId } = await ownBoard(actor)
  const check: ExtractCheck = {
    id: newId(),
    communityId,
    accountId: actor.accountId,
    year,
    version,
    after: '',
    looked: 0,
    total: await countStays(communityId),
    checked: 0,
    leftOut: 0,
    faults: [],
    state: 'counting',
    isWhole: true,
    startedAt: ports.now(),
  }
  await beginCheck(check)
  if (check.total <= atOnce) await goOn(check, actor, ports)
}

interface Checking {
  readonly world: { readonly ports: Pick<Ports, 'now'> }
  readonly signal: AbortSignal
  readonly touch: () => Promise<void>
}

/**
 * Goes on with every unfinished check; after a stop or crash from the last batch done. One is dropped when who asked for it
 * is no longer a manager of the board.
 */
export async function goOnChecking({ world, signal, touch }: Checking): Promise<void> {
  for (;;) {
    const check = signal.aborted ? undefined : await findUnfinishedCheck()
    if (!check) return
    const account = await findAccount(check.accountId)
    try {
      if (account?.state !== 'active') await dropCheck(check.id)
      else await goOn(check, actorFrom(account), world.ports, { signal, touch })
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown
      await dropCheck(check.id)
    }
  }
}

/** Rows that must agree with each other are held against those of the same go. */
async function goOn(
  check: ExtractCheck,
  actor: Actor,
  ports: Pick<Ports, 'now'>,
  run?: Pick<Checking, 'signal' | 'touch'>,
): Promise<void> {
  const schema = extractSchemas().find(({ version }) => version === check.version)
  if (!schema) return dropCheck(check.id)
  const look = lookerFor(schema, check.year)
  let current = check
  for await (const batch of readExtract(actor, check.year, 'view', ports, check.after)) {
    const next = withBatch(current, batch, look)
    if (!(await advanceCheck(current, next))) return
    current = next
    await run?.touch()
    if (!current.isWhole) break
    if (run?.signal.aborted) return
  }
  await advanceCheck(current, { ...current, state: 'done', finishedAt: ports.now() })
}

type Looker = ReturnType<typeof lookerFor>

function lookerFor(schema: ExtractSchema, year: number) {
  const look = preCheck(schema.columns)
  return (participant: Participant, row: number): CheckFault[] => {
    const code = participantCode(participant.learnerId)
    const found = look(extractRow(schema, participant, row, year), row)
    return [
      ...found.map((fault) => ({ ...fault, code })),
      ...(hasLostGain(participant, year)
        ? [{ row, rule: 'gainWithoutEvidence', code } as const]
        : []),
      ...(hasOutsideGain(participant) ? [{ row, rule: 'gainOutsideStay', code } as const] : []),
    ]
  }
}

function withBatch(check: ExtractCheck, batch: ExtractBatch, look: Looker): ExtractCheck {
  const found = batch.participants.flatMap((one, at) => look(one, check.checked + at + 1))
  const faults = [...check.faults, ...found]
  return {
    ...check,
    after: batch.after,
    looked: check.looked + batch.stays,
    checked: check.checked + batch.participants.length,
    leftOut: check.leftOut + batch.leftOut,
    faults: faults.slice(0, mostFaults),
    isWhole: faults.length < mostFaults,
  }
}
