import { paths, to } from '../http/paths.js'
import { newId } from '../ids.js'
import { mailSoon } from '../messages/deliver-mail.js'
import { invalid } from '../problems.js'
import { communitiesOf, type Actor } from './actor.js'
import { normalEmail } from './account.js'
import { insertInvitation } from './invitation-store.js'
import type { Invitation, InvitedRole } from './invitation.js'
import { hashToken, invitationLasts, tokenFor } from './one-time-token.js'
import { findOrganization } from './organization-store.js'
import { maySeat } from './organization.js'

export interface NewInvitation {
  readonly email: string
  readonly role: InvitedRole
  readonly organizationId: string
  readonly language: 'en' | 'es'
}

/** Who invites: the name the mail says, and the communities they may invite to. */
export interface Inviter {
  readonly name: string
  readonly communityIds: readonly string[]
}

/** Somebody who invites as a manager. */
export const inviterOf = (actor: Actor): Inviter => ({
  name: actor.name,
  communityIds: communitiesOf(actor, 'manager'),
})

const token = '{token}'

/**
 * Invites somebody by e-mail to a role at an approved organization of the right kind, in a community of the inviter. Gives
 * back the link's path, which works once for 14 days. Throws invalid for another organization.
 */
export async function invitePerson(
  { email, role, organizationId, language }: NewInvitation,
  inviter: Inviter,
  { now, secret }: { readonly now: Date; readonly secret: string },
): Promise<{ invitation: Invitation; path: string }> {
  const organization = await findOrganization(organizationId)
  if (!organization || !inviter.communityIds.includes(organization.communityId)) {
    throw invalid([{ field: 'organizationId', message: 'http:field.notAChoice' }])
  }
  if (!maySeat(role, organization)) {
    throw invalid([{ field: 'organizationId', message: 'access:problem.wrongKind' }])
  }
  const { communityId } = organization
  const id = newId()
  const invitation: Invitation = {
    id,
    email: normalEmail(email),
    role,
    organizationId,
    communityId,
    language,
    inviter: inviter.name,
    state: 'open',
    createdAt: now,
    expiresAt: invitationLasts(now),
  }
  const link = to(paths.invitation, { id, token })
  await insertInvitation(invitation, hashToken(tokenFor(id, secret)), {
    id,
    template: 'invitation',
    to: { email: invitation.email, name: invitation.email, language },
    params: {
      path: link.replace(encodeURIComponent(token), token),
      nonce: id,
      inviter: inviter.name,
      role: `access:role.${role}`,
      organization: organization.name,
    },
    communityId,
  })
  mailSoon()
  return { invitation, path: link.replace(encodeURIComponent(token), tokenFor(id, secret)) }
}
