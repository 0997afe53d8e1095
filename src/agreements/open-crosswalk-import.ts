import { hasRole, type Actor } from '../access/actor.js'
import { notFound } from '../problems.js'
import { findCrosswalkImport } from './crosswalk-import-store.js'
import type { CrosswalkImport } from './crosswalk-file.js'

/** What came of a crosswalk file of the actor's college. Throws not-found for any other. */
export async function openCrosswalkImport(id: string, actor: Actor): Promise<CrosswalkImport> {
  const found = await findCrosswalkImport(id)
  if (!found || !hasRole(actor, 'college', found.collegeId)) throw notFound()
  return found
}
