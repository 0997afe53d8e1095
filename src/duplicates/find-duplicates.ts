import { createHash } from 'node:crypto'
import { findLearnersByIds } from '../learners/learner-store.js'
import { learnerIdsAfter } from '../learners/learner-walk-store.js'
import type { Learner } from '../learners/learner.js'
import type { Ports } from '../ports.js'
import type { World } from '../world.js'
import {
  findWalk,
  keepDuplicates,
  keepKeys,
  keptKeys,
  saveWalk,
  sharersOf,
} from './duplicate-store.js'
import { pairOf, type Duplicate } from './duplicate.js'
import { adoptLeft } from './adopt-left.js'
import { finishMerge } from './merge-learners.js'
import { cutCopies, unfinishedMerges } from './merge-store.js'
import { finishUndo } from './undo-merge.js'
import { keysOf, likeness, shownFrom } from './likeness.js'

interface Run {
  readonly world: { readonly ports: Pick<Ports, 'now'> } & Pick<World, 'log'>
  readonly signal: AbortSignal
}

const batch = 500
const batchesPerTurn = 4
const rest = 10 * 60_000
const mostSharers = 50

const hashed = (keys: readonly string[]) =>
  keys.map((key) => createHash('sha256').update(key).digest('base64url').slice(0, 22)).sort()

/**
 * Walks everyone in small turns and looks at records whose marks are new or changed: each is compared with those that
 * share a key, by an index, never with everybody. Goes on where it stopped; rests ten minutes after the last one. Merges
 * that a dying process left half done are finished first, each by itself: one that can't be finished stops nothing else.
 * Copies kept for undoing go when its days are over.
 */
export async function findDuplicates({ world: { ports, log }, signal }: Run): Promise<void> {
  for (const begun of await unfinishedMerges(20))
    await (begun.state === 'merging' ? finishMerge : finishUndo)(begun, ports.now()).catch(
      (err: unknown) => {
        log.error({ err, merge: begun.id }, 'a join of two records could not be finished')
      },
    )
  await cutCopies(ports.now(), batch)
  for (let turn = 0; turn < batchesPerTurn && !signal.aborted; turn += 1) {
    const now = ports.now()
    const { after, restUntil } = await findWalk()
    if (restUntil && now < restUntil) return
    if (after === '') await adoptLeft(signal)
    const ids = await learnerIdsAfter(after, batch)
    if (ids.length > 0) await lookAt(await findLearnersByIds(ids), now)
    const last = ids.length < batch ? undefined : ids.at(-1)
    if (last === undefined) await saveWalk('', new Date(now.getTime() + rest))
    else await saveWalk(last)
  }
}

async function lookAt(learners: readonly Learner[], now: Date): Promise<void> {
  const kept = await keptKeys(learners.map(({ id }) => id))
  const changed = learners
    .map((learner) => ({ learner, keys: hashed(keysOf(learner)) }))
    .filter(({ learner, keys }) => kept.get(learner.id)?.join() !== keys.join())
  await keepKeys(
    changed.map(({ learner: { id, communityId }, keys }) => ({ id, communityId, keys })),
  )
  for (const { learner, keys } of changed) {
    const ids = await sharersOf(learner.communityId, keys, learner.id, mostSharers)
    if (ids.length === 0) continue
    await keepDuplicates(
      (await findLearnersByIds(ids)).flatMap((other) => pairIfAlike(learner, other, now)),
    )
  }
}

function pairIfAlike(one: Learner, other: Learner, now: Date): Duplicate[] {
  const { score, reasons } = likeness(one, other)
  if (score < shownFrom) return []
  const learnerIds = pairOf(one.id, other.id)
  const { communityId } = one
  const id = createHash('sha256').update(learnerIds.join(' ')).digest('hex').slice(0, 32)
  return [{ id, communityId, learnerIds, score, reasons, state: 'open', foundAt: now }]
}
