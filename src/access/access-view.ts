import { z } from 'zod'
import type { Actor } from './actor.js'
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
