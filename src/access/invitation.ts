import type { Role } from './actor.js'

/** Roles one is invited to; a learner opens their own account. */
export const invitedRoles = [
  'manager',
  'mentor',
  'staff',
  'college',
  'employer',
  'provider',
] as const satisfies readonly Role[]
export type InvitedRole = (typeof invitedRoles)[number]

/** An invitation by e-mail to one role at one organization; its link works once, until `expiresAt`. */
export interface Invitation {
  readonly id: string
  readonly email: string
  readonly role: InvitedRole
  readonly organizationId: string
  readonly communityId: string
  readonly language: 'en' | 'es'
  /** Name of who invites, as the mail says it. */
  readonly inviter: string
  readonly state: 'open' | 'accepted' | 'withdrawn'
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly settledAt?: Date
}

/** What lists say of it: an open one that ran out is 'expired'. */
export const invitationState = (
  { state, expiresAt }: Invitation,
  now: Date,
): Invitation['state'] | 'expired' => (state === 'open' && expiresAt <= now ? 'expired' : state)
