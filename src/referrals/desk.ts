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

/**
 * The actor at one of their desks: it comes first, so that everything done for their desk is done for this one. The same
 * actor when none is asked for. Throws not-allowed for a center they do not work at.
 */
export function seatedAt(actor: Actor, organizationId?: string): Actor {
  if (organizationId === undefined) return actor
  deskOf(actor, organizationId)
  const isHere = ({ role, organizationId: at }: RoleAt) => role === 'staff' && at === organizationId
  const others = actor.roles.filter((at) => !isHere(at))
  return { ...actor, roles: [...actor.roles.filter(isHere), ...others] }
}

/** Every center the actor works at, the desk they sit at first. */
export const desksOf = ({ roles }: Actor): Desk[] => roles.filter(({ role }) => role === 'staff')
