import { findAccountsByIds, namesAt } from '../access/account-store.js'
import type { Account } from '../access/account.js'
import type { Desk } from '../referrals/desk.js'
import { caseHolders } from './case-list-store.js'

export interface Colleague {
  readonly accountId: string
  readonly name: string
}

/** The staff of a center, by name: who may look after its cases. */
export async function colleaguesAt({ organizationId }: Desk): Promise<Colleague[]> {
  const staff = await namesAt(organizationId, 'staff')
  return staff.map(({ id, name }) => ({ accountId: id, name }))
}

const isStaff = ({ state, roles }: Account, { organizationId }: Desk): boolean =>
  state === 'active' &&
  roles.some((at) => at.role === 'staff' && at.organizationId === organizationId)

/** Which of these accounts work at a center now; asked by account, so that a large center forgets none of its staff. */
export async function stillAt(desk: Desk, accountIds: readonly string[]): Promise<Colleague[]> {
  const accounts = await findAccountsByIds(accountIds)
  return accounts
    .filter((account) => isStaff(account, desk))
    .map(({ id, name }) => ({ accountId: id, name }))
}

/** Who no longer works at a center and still looks after open cases there, by name. */
export async function formerColleaguesAt(desk: Desk): Promise<Colleague[]> {
  const { communityId, organizationId: centerId } = desk
  const holders = await caseHolders({ communityId, centerId })
  const staff = await stillAt(
    desk,
    holders.map(({ accountId }) => accountId),
  )
  const here = new Set(staff.map(({ accountId }) => accountId))
  return holders
    .filter(({ accountId }) => !here.has(accountId))
    .sort((a, b) => a.name.localeCompare(b.name))
}
