import { notFound, refused } from '../problems.js'
import { unseal } from '../seal.js'
import type { World } from '../world.js'
import { findLocked, noteOpening, type Opening } from './locked-store.js'

/**
 * The copy that the law has us keep of somebody who left, as the JSON text that was sealed: rows by collection. Who opens it
 * and for what is written beside it first. Throws not-found, and refused when the seal secret is another one.
 */
export async function openLocked(
  learnerId: string,
  asked: Omit<Opening, 'at'>,
  { ports, secrets }: Pick<World, 'ports' | 'secrets'>,
): Promise<string> {
  const locked = await findLocked(learnerId)
  if (!locked) throw notFound('holdings:problem.noLocked')
  const text = unseal(locked.sealed, secrets.seal, 'locked records')
  if (text === undefined) throw refused('holdings:problem.otherSeal')
  if (!(await noteOpening(learnerId, { ...asked, at: ports.now() })))
    throw notFound('holdings:problem.noLocked')
  return text
}
