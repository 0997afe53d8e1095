import { findPrograms } from '../communities/program-store.js'
import type { World } from '../world.js'
import { codeOregon } from './demo-plan.js'
import { loadReference } from './load-reference.js'
import { beginDemo, makeDemo, type Tell } from './make-demo.js'
import { findSeeding } from './seeding-store.js'

/**
 * First-run data as SEED says: reference facts are loaded (again) unless it is `none`; the demonstration is made when the
 * database has no program yet, or was begun and interrupted. A database in use is never given demonstration data.
 */
export async function seedDatabase(
  { config, ports }: Pick<World, 'config' | 'ports'>,
  tell: Tell = () => undefined,
): Promise<void> {
  if (config.seed === 'none') return
  const isEmpty = (await findPrograms()).length === 0
  const begun = await findSeeding('demo')
  const isDemo = config.seed === 'demo' && (isEmpty || begun !== undefined)
  const learners = begun?.learners ?? codeOregon.learners
  if (isDemo && !begun) await beginDemo(learners, ports)
  const reference = await loadReference({ now: ports.now(), demonstration: isDemo })
  if (isDemo) await makeDemo(reference, learners, ports, tell)
}
