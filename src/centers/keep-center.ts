import { communitiesOf, hasRole, type Actor } from '../access/actor.js'
import { dayOf } from '../calendar.js'
import type { Ports } from '../ports.js'
import { notAllowed, notFound, refused } from '../problems.js'
import { changeCenter, findCenter, insertCenter } from './center-store.js'
import { zoneOf, type Center } from './center.js'
import { edited, type EntryForm } from './entry.js'
import { unlistedCenter } from './unlisted-center.js'

/** A center's own staff keep its entry, and the managers of its program. */
export const mayKeep = (actor: Actor, { id, communityId }: Center): boolean =>
  hasRole(actor, 'staff', id) || communitiesOf(actor, 'manager').includes(communityId)

/** The center if this person keeps its entry, which may be yet to be made. Throws not-found for no center, not-allowed for somebody else's. */
export async function keptCenter(actor: Actor, id: string): Promise<Center> {
  const center = (await findCenter(id)) ?? (await unlistedCenter(id))
  if (!center) throw notFound('centers:problem.unknown')
  if (!mayKeep(actor, center)) throw notAllowed('centers:problem.notYours')
  return center
}

/** The entry as it would read with what was typed; nothing is written. */
export async function previewEntry(
  actor: Actor,
  id: string,
  form: EntryForm,
  ports: Pick<Ports, 'now'>,
): Promise<{ readonly before: Center; readonly after: Center }> {
  const before = await keptCenter(actor, id)
  return { before, after: edited(before, form, dayOf(ports.now(), zoneOf(before))) }
}

/** Keeps what was typed; the first time it makes the entry. Throws refused when somebody changed the entry since the form was opened. */
export async function keepEntry(
  actor: Actor,
  id: string,
  form: EntryForm,
  ports: Pick<Ports, 'now'>,
): Promise<Center> {
  const { after } = await previewEntry(actor, id, form, ports)
  const isKept =
    (await changeCenter(after, form.version)) ||
    (form.version === 0 && (await insertCenter({ ...after, version: 1 })))
  if (!isKept) throw refused('centers:problem.quicker')
  return after
}
