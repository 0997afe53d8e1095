import { z } from 'zod'
import type { Actor } from './actor.js'
import { invitationState, invitedRoles, type Invitation } from './invitation.js'
import type { Organization } from './organization.js'

export const tokensAnswer = z.object({
  accessToken: z.string(),
  tokenType: z.literal('Bearer'),
  expiresIn: z.number().int(),
  refreshToken: z.string(),
})

export const meAnswer = z.object({
  id: z.string(),
  name: z.string(),
  roles: z.array(z.string()),
  organization: z.object({ id: z.string(), name: z.string() }).optional(),
})

/** Who is asking: the account, each role once, and the organization of the first role. */
export const meView = (actor: Actor, organization: Organization | undefined) => ({
  id: actor.accountId,
  name: actor.name,
  roles: [...new Set(actor.roles.map((at) => at.role))],
  ...(organization && { organization: { id: organization.id, name: organization.name } }),
})

/** What a registration is answered with, whether or not the address is new. */
export const registeredAnswer = z.object({ email: z.string(), next: z.literal('confirm-email') })

export const invitationAnswer = z.object({
  id: z.string(),
  email: z.string(),
  role: z.enum(invitedRoles),
  organizationId: z.string(),
  language: z.enum(['en', 'es']),
  inviter: z.string(),
  state: z.enum(['open', 'accepted', 'withdrawn', 'expired']),
  createdAt: z.string(),
  expiresAt: z.string(),
})

/** An invitation without its link, which only the mail carries. */
export const invitationJson = (
  invitation: Invitation,
  now: Date,
): z.output<typeof invitationAnswer> => {
  const { id, email, role, organizationId, language, inviter, createdAt, expiresAt } = invitation
  return {
    id,
    email,
    role,
    organizationId,
    language,
    inviter,
    state: invitationState(invitation, now),
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  }
}
