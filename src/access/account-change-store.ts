import {
  accountFields,
  Accounts,
  findAccount,
  toAccount,
  type AccountRow,
} from './account-store.js'
import { isSameRole, listedUnder, searchNames, sortName, type Account } from './account.js'
import type { RoleAt } from './actor.js'
import type { Change } from './change.js'
import { noting } from './change-store.js'

/** Writes a person's own name and language, and under which words they are found. */
export async function saveDetails(
  id: string,
  details: { readonly name: string; readonly language: 'en' | 'es' },
): Promise<void> {
  const names = { sortName: sortName(details.name), ...searchNames(details.name) }
  await Accounts.updateOne({ _id: id }, { $set: { ...details, ...names } })
}

/** Replaces the roles, if nobody changed them since `rolesVersion`, and notes who did; undefined when somebody did. */
export async function saveRoles(
  { id, rolesVersion }: Pick<Account, 'id' | 'rolesVersion'>,
  roles: readonly RoleAt[],
  changes: readonly Change[],
): Promise<Account | undefined> {
  const { set, push } = noting(changes)
  const row = await Accounts.findOneAndUpdate(
    { _id: id, rolesVersion, leavingAt: { $exists: false } },
    {
      $set: { roles, listedUnder: listedUnder(roles), ...set },
      $inc: { rolesVersion: 1 },
      $push: push,
    },
    { returnDocument: 'after', projection: accountFields },
  ).lean<AccountRow>()
  return row ? toAccount(row) : undefined
}

/** Gives the account one more role; the same again changes nothing. Undefined for an unknown account. */
export async function addRole(
  id: string,
  role: RoleAt,
  change: Change,
): Promise<Account | undefined> {
  for (;;) {
    const account = await findAccount(id)
    if (!account || account.roles.some((one) => isSameRole(one, role))) return account
    const saved = await saveRoles(account, [...account.roles, role], [change])
    if (saved) return saved
  }
}

/** Closes or reopens an account from the opposite state; closing ends its sessions and tokens. False when it was so. */
export async function saveState(
  id: string,
  state: Account['state'],
  change: Change,
): Promise<boolean> {
  const { set, push } = noting([change])
  const done = await Accounts.updateOne(
    {
      _id: id,
      state: state === 'active' ? 'deactivated' : 'active',
      leavingAt: { $exists: false },
    },
    { $set: { state, ...set }, $inc: { sessionVersion: 1 }, $push: push },
  )
  return done.modifiedCount === 1
}
