import { foldName } from '../fold.js'
import type { Actor, Role, RoleAt } from './actor.js'

/**
 * A person who can sign in. `sessionVersion` grows when every session and token must end (new password, deactivated);
 * `rolesVersion` grows with each change of roles, so that two managers cannot overwrite each other unseen.
 */
export interface Account {
  readonly id: string
  readonly email: string
  readonly emailConfirmedAt?: Date
  readonly name: string
  readonly language: 'en' | 'es'
  readonly roles: readonly RoleAt[]
  readonly rolesVersion: number
  readonly learnerId?: string
  readonly sessionVersion: number
  readonly state: 'active' | 'deactivated'
  /** Since when the person is leaving; the account is deactivated meanwhile, and only the person opens it again. */
  readonly leavingAt?: Date
  readonly demonstration: boolean
  readonly joinedAt: Date
}

/** An account as it is made; the versions start at 1. `passwordHash` is missing until the person chose a password. */
export type NewAccount = Omit<Account, 'sessionVersion' | 'rolesVersion' | 'state'> & {
  readonly passwordHash?: string
}

/** How an e-mail address is kept and compared: without spaces around it, composed, in lower case. */
export const normalEmail = (email: string): string => email.normalize('NFC').trim().toLowerCase()

/** The account as every feature sees the person. */
export const actorFrom = (account: Account): Actor => ({
  accountId: account.id,
  name: account.name,
  email: account.email,
  language: account.language,
  roles: account.roles,
  ...(account.learnerId !== undefined && { learnerId: account.learnerId }),
})

export const isSameRole = (one: RoleAt, other: RoleAt): boolean =>
  one.role === other.role &&
  one.organizationId === other.organizationId &&
  one.communityId === other.communityId

/** How people are sorted by name. */
export const sortName = foldName

/** The communities and roles a person is listed under: `portland` and `portland|staff`. */
export const listedUnder = (roles: readonly RoleAt[]): string[] => [
  ...new Set(roles.flatMap(({ communityId, role }) => [communityId, facet(communityId, role)])),
]

/** The key of one community's list, of one role when given. */
export const facet = (communityId: string, role?: Role): string =>
  role === undefined ? communityId : `${communityId}|${role}`

/**
 * What a search compares the beginning of, besides the whole name and the address: the name from its second and from its
 * last word on. "Ada Ortiz Vega" is found by `ada`, `ortiz v` and `vega`.
 */
export function searchNames(name: string): { fromSecond: string; fromLast: string } {
  const words = sortName(name).split(' ')
  const from = (start: number) => [...words.slice(start), ...words.slice(0, start)].join(' ')
  return { fromSecond: from(Math.min(1, words.length - 1)), fromLast: from(words.length - 1) }
}
