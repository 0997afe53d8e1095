import type { Request, Response } from 'express'
import { filtersOf } from '../http/list.js'
import { page, redirect } from '../http/page.js'
import { parse, parseParams } from '../http/parse.js'
import { paths, to } from '../http/paths.js'
import { actorOf, type PageRoutes } from '../http/route.js'
import { wordsOf, type Words } from '../http/words.js'
import type { World } from '../world.js'
import type { RoleAt } from './actor.js'
import {
  changeableRoles,
  changeRoles,
  findManagedAccount,
  previewRoles,
  type RoleChoice,
  type RolesPreview,
} from './change-roles.js'
import { invitedRoles } from './invitation.js'
import { idParams, rolesInput, rolesQuery } from './manager-input.js'
import { roleAtWords, type Names } from './manager-view.js'
import { organizationNames } from './organization-names.js'
import { seatsFor } from './seats.js'

const valueOf = ({ role, organizationId }: RoleChoice) => `${role}@${organizationId}`

const choicesOf = (list: readonly RoleAt[], names: Names, words: Words) =>
  list.map((at) => ({ value: valueOf(at), label: roleAtWords(at, names, words) }))

const previewView = (preview: RolesPreview, names: Names, words: Words) => ({
  gained: preview.gained.map((at) => roleAtWords(at, names, words)),
  lost: preview.lost.map((at) => roleAtWords(at, names, words)),
})

async function showRoles(req: Request, res: Response) {
  const actor = actorOf(req)
  const { id } = parseParams(idParams, req.params)
  const query = parse(rolesQuery, filtersOf(req))
  const account = await findManagedAccount(actor, id)
  const roles = changeableRoles(actor, account)
  const seats = await seatsFor(actor, invitedRoles)
  const chosen: RoleChoice[] = query.preview ? [...query.roles] : [...roles]
  if (query.add) chosen.push(query.add)
  const preview = query.preview && (await previewRoles(actor, id, chosen))
  const shown = [...account.roles, ...(preview?.gained ?? [])]
  const names = await organizationNames(shown.map((at) => at.organizationId))
  const words = wordsOf(req)
  page(req, res, 'access/roles', {
    title: 'access:roles.title',
    name: account.name,
    back: to(paths.person, { id }),
    here: to(paths.personRoles, { id }),
    held: choicesOf(roles, names, words),
    checked: chosen.map(valueOf),
    seats: choicesOf(seats.list, seats.names, words),
    preview: preview && previewView(preview, names, words),
    rolesVersion: account.rolesVersion,
  })
}

const takeRoles =
  ({ ports }: World) =>
  async (req: Request, res: Response) => {
    const { id } = parseParams(idParams, req.params)
    const { roles, rolesVersion } = parse(rolesInput, req.body)
    await changeRoles(actorOf(req), id, roles, rolesVersion, ports.now())
    // Somebody without a role here is nobody this manager may look at any more.
    const next = roles.length > 0 ? to(paths.person, { id }) : paths.people
    redirect(req, res, next, 'access:notice.rolesChanged')
  }

/** Changing somebody's roles: choose, look at what it would do, do it. */
export function rolesPages(routes: PageRoutes, world: World) {
  routes.get(paths.personRoles, 'manage people', showRoles)
  routes.post(paths.personRoles, 'manage people', takeRoles(world))
}
