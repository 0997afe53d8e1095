import { newId } from '../ids.js'
import { invalid, refused } from '../problems.js'
import { addRole } from './account-change-store.js'
import { findAccountByEmail, insertAccount } from './account-store.js'
import type { Account } from './account.js'
import type { Change } from './change.js'
import { hashPassword } from './hash-password.js'
import { findOpenInvitation, settleInvitation } from './invitation-store.js'
import type { Invitation } from './invitation.js'
import { hashToken } from './one-time-token.js'
import { findOrganization } from './organization-store.js'

/** What somebody without an account gives; somebody with one gives neither. */
export interface Given {
  readonly name?: string | undefined
  readonly password?: string | undefined
}

/** The invitation behind a link, and the account its address has already. Throws refused when the link works no more. */
export async function readInvitation(
  id: string,
  token: string,
  now: Date,
): Promise<{ invitation: Invitation; account: Account | undefined }> {
  const invitation = await findOpenInvitation(id, hashToken(token), now)
  if (!invitation) throw refused('access:problem.linkUsed')
  return { invitation, account: await findAccountByEmail(invitation.email) }
}

/**
 * Accepts an invitation: opens an account with a name and a password, or gives the account that the address has the role.
 * The link proves that the mailbox is theirs. The role comes first, so a link whose acceptance broke off works again.
 */
export async function acceptInvitation(
  id: string,
  token: string,
  person: Given,
  now: Date,
): Promise<void> {
  const { invitation, account } = await readInvitation(id, token, now)
  if (account?.state === 'deactivated') throw refused('access:problem.deactivated')
  const change = await invitedBy(invitation, now)
  if (account) await addRole(account.id, roleOf(invitation), change)
  else await open(invitation, person, change)
  await settleInvitation({ id, communityIds: [invitation.communityId] }, 'accepted', now)
}

const roleOf = ({ role, organizationId, communityId }: Invitation) => ({
  role,
  organizationId,
  communityId,
})

/** The role came from whoever invited, on the day it was taken. */
async function invitedBy(
  { inviter, communityId, role, organizationId }: Invitation,
  at: Date,
): Promise<Change> {
  const organization = (await findOrganization(organizationId))?.name ?? organizationId
  return { at, byName: inviter, communityId, kind: 'invited', role, organization }
}

async function open(invitation: Invitation, person: Given, change: Change) {
  const { name, password } = person
  if (name === undefined) throw invalid([{ field: 'name', message: 'http:field.required' }])
  if (password === undefined) throw invalid([{ field: 'password', message: 'http:field.required' }])
  const now = change.at
  const account = {
    id: newId(),
    email: invitation.email,
    emailConfirmedAt: now,
    name,
    language: invitation.language,
    passwordHash: await hashPassword(password),
    roles: [roleOf(invitation)],
    demonstration: false,
    joinedAt: now,
  }
  const isNew = await insertAccount(account, undefined, [], [change])
  if (!isNew) throw refused('access:problem.linkUsed')
}
