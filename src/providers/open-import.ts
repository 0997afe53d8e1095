import type { Actor } from '../access/actor.js'
import { notFound } from '../problems.js'
import { findImport } from './import-store.js'
import type { Import } from './import.js'
import { maySeeImport } from './provider-staff.js'

/** An import, for those whose it is; for everybody else it does not exist. */
export async function openImport(actor: Actor, id: string): Promise<Import> {
  const found = await findImport(id)
  if (!found || !maySeeImport(actor, found)) throw notFound('providers:problem.unknownImport')
  return found
}
