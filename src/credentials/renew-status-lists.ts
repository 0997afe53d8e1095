import type { SigningWorld } from './open-issuer.js'
import { readStatusList, renewBefore } from './read-status-list.js'
import { setDueBits } from './set-due-bits.js'
import { listsEndingBefore } from './status-list-store.js'

const batch = 100

/** Sets bits that a process died before setting, and signs lists anew that end soon, so that nobody waits for it. */
export async function renewStatusLists(world: SigningWorld): Promise<void> {
  await setDueBits()
  const soon = new Date(world.ports.now().getTime() + renewBefore)
  for (const id of await listsEndingBefore(soon, batch)) await readStatusList(id, world)
}
