import { learnerNames } from '../learners/learner-store.js'
import type { World } from '../world.js'
import { nameWords } from './case.js'
import { casesUnnamed, noteRename, saveWords } from './case-name-store.js'

/** Has the cases of these learners found by the names they have now; who is there no longer is found by none. */
export async function nameCases(learnerIds: readonly string[]): Promise<void> {
  const names = await learnerNames(learnerIds)
  await saveWords(
    [...new Set(learnerIds)].map((learnerId) => ({
      learnerId,
      words: nameWords(names.get(learnerId) ?? ''),
    })),
  )
}

/** Does what changes a learner's name; their cases are found by the new one, also after a crash in between. */
export async function withNewName<T>(learnerId: string, change: () => Promise<T>): Promise<T> {
  await noteRename(learnerId)
  const done = await change()
  await nameCases([learnerId])
  return done
}

interface Run {
  readonly world: Pick<World, 'log'>
  readonly signal: AbortSignal
  readonly touch: () => Promise<void>
}

const batch = 500

/**
 * Has cases of a database from before, and those whose naming was cut short, found by name, and says how far it is. Who is
 * done is no longer found, so the next run goes on from there; with nothing to do it is one read.
 */
export async function goOnNaming({ world, signal, touch }: Run): Promise<void> {
  for (let total = 0; ;) {
    const { learnerIds, cases: left } = await casesUnnamed(batch)
    total = Math.max(total, left)
    if (total > 0) world.log.info({ done: total - left, total }, 'making cases findable by name')
    if (learnerIds.length === 0 || signal.aborted) return
    await nameCases(learnerIds)
    await touch()
  }
}
