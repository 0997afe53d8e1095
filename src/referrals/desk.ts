import type { Actor, RoleAt } from '../access/actor.js'
import { notAllowed } from '../problems.js'

/** Where a staff person sits: one center of one community; the first one, or the one asked for. */
export type Desk = Pick<RoleAt, 'organizationId' | 'communityId'>

/** The actor's desk. Throws not-allowed for a center they do not work at. */
export function deskOf(actor: Actor, organizationId?: string): Desk {
  const desks = actor.roles.filter((at) => at.role === 'staff')
  const desk =
    organizationId === undefined
      ? desks[0]
      : desks.find((at) => at.organizationId === organizationId)
  if (!desk) throw notAllowed('referrals:problem.notYourCenter')
  return desk
}
