import { invalid, notFound, refused } from '../problems.js'
import { saveRoles, saveState } from './account-change-store.js'
import { findAccount } from './account-store.js'
import { isSameRole, type Account } from './account.js'
import { communitiesOf, type Actor, type Role, type RoleAt } from './actor.js'
import { doneBy } from './change.js'
import { organizationNames } from './organization-names.js'
import { findOrganizationsByIds } from './organization-store.js'
import { maySeat } from './organization.js'

/** The account, if it has a role in a community of this manager. Throws not-found otherwise: other people are private. */
export async function findManagedAccount(actor: Actor, accountId: string): Promise<Account> {
  const account = await findAccount(accountId)
  const own = communitiesOf(actor, 'manager')
  if (!account?.roles.some((at) => own.includes(at.communityId))) throw notFound()
  return account
}

/** One role at one organization, as a form says it. */
export interface RoleChoice {
  readonly role: Role
  readonly organizationId: string
}

/** What a change of roles would do. */
export interface RolesPreview {
  readonly account: Account
  readonly gained: readonly RoleAt[]
  readonly lost: readonly RoleAt[]
  readonly kept: readonly RoleAt[]
}

/** The roles this manager may take from the account: not those elsewhere, and not being a learner. */
export function changeableRoles(actor: Actor, account: Account): RoleAt[] {
  const own = communitiesOf(actor, 'manager')
  return account.roles.filter((at) => at.role !== 'learner' && own.includes(at.communityId))
}

/**
 * What the account's roles in this manager's communities would become. Roles elsewhere, and being a learner, stay as they
 * are. Throws invalid for a role at an organization of the wrong kind or of another community, and for a manager who would
 * take the role from themselves.
 */
export async function previewRoles(
  actor: Actor,
  accountId: string,
  choices: readonly RoleChoice[],
): Promise<RolesPreview> {
  const account = await findManagedAccount(actor, accountId)
  const wanted = await wantedRoles(choices, communitiesOf(actor, 'manager'))
  const has = (list: readonly RoleAt[], one: RoleAt) => list.some((at) => isSameRole(at, one))
  const lost = changeableRoles(actor, account).filter((at) => !has(wanted, at))
  if (account.id === actor.accountId && lost.some((at) => at.role === 'manager')) {
    throw invalid([{ field: 'roles', message: 'access:problem.ownRole' }])
  }
  return {
    account,
    gained: wanted.filter((at) => !has(account.roles, at)),
    lost,
    kept: account.roles.filter((at) => !has(lost, at)),
  }
}

async function wantedRoles(
  choices: readonly RoleChoice[],
  communityIds: readonly string[],
): Promise<RoleAt[]> {
  const organizations = await findOrganizationsByIds(choices.map((one) => one.organizationId))
  return choices.map(({ role, organizationId }) => {
    const organization = organizations.find((one) => one.id === organizationId)
    const isOwn = organization && communityIds.includes(organization.communityId)
    if (!isOwn || !maySeat(role, organization) || role === 'learner') {
      throw invalid([{ field: 'roles', message: 'access:problem.wrongKind' }])
    }
    return { role, organizationId, communityId: organization.communityId }
  })
}

/** Changes the roles as previewed. Throws refused when somebody changed them since (`rolesVersion`). */
export async function changeRoles(
  actor: Actor,
  accountId: string,
  choices: readonly RoleChoice[],
  rolesVersion: number,
  now: Date,
): Promise<void> {
  const { account, kept, gained, lost } = await previewRoles(actor, accountId, choices)
  const names = await organizationNames([...gained, ...lost].map((at) => at.organizationId))
  const changeOf = (kind: 'roleGiven' | 'roleTaken') => (at: RoleAt) => ({
    ...doneBy(actor, at.communityId, now),
    kind,
    role: at.role,
    organization: names.get(at.organizationId) ?? at.organizationId,
  })
  const changes = [...gained.map(changeOf('roleGiven')), ...lost.map(changeOf('roleTaken'))]
  const saved = await saveRoles({ id: account.id, rolesVersion }, [...kept, ...gained], changes)
  if (!saved) throw refused('access:problem.changedMeanwhile')
}

/** Closes or reopens the account of somebody in this manager's community, never the manager's own. */
export async function changeState(
  actor: Actor,
  accountId: string,
  state: Account['state'],
  now: Date,
): Promise<void> {
  const account = await findManagedAccount(actor, accountId)
  if (account.id === actor.accountId) throw refused('access:problem.ownAccount')
  const kind = state === 'active' ? 'reopened' : 'closed'
  const change = { ...doneBy(actor, sharedCommunity(actor, account), now), kind } as const
  if (!(await saveState(account.id, state, change)))
    throw refused('access:problem.changedMeanwhile')
}

/** The community by which the manager manages this account. */
const sharedCommunity = (actor: Actor, account: Account): string =>
  communitiesOf(actor, 'manager').find((own) =>
    account.roles.some(({ communityId }) => communityId === own),
  ) ?? ''
