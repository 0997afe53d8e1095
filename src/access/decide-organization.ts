import { paths, to } from '../http/paths.js'
import { newId } from '../ids.js'
import { mailSoon } from '../messages/deliver-mail.js'
import type { OutboxEntry } from '../messages/outbox.js'
import { invalid, notFound, refused } from '../problems.js'
import { findAccount } from './account-store.js'
import { communitiesOf, type Actor } from './actor.js'
import { doneBy, editsBetween } from './change.js'
import { giveRole } from './give-role.js'
import { findOrganization, saveDecision, saveFacts } from './organization-store.js'
import type { Organization } from './organization.js'

/** The organization, if it is in a community of this manager. Throws not-found otherwise. */
export async function findManagedOrganization(actor: Actor, id: string): Promise<Organization> {
  const organization = await findOrganization(id)
  if (!organization || !communitiesOf(actor, 'manager').includes(organization.communityId)) {
    throw notFound()
  }
  return organization
}

export interface Decision {
  readonly decision: 'approve' | 'decline'
  readonly reason?: string | undefined
}

/**
 * Approves or declines an organization that registered itself, once; declining needs a reason, which its person is told.
 * Approval gives that person the role of the organization's kind. Throws refused when it was decided before.
 */
export async function decideOrganization(
  actor: Actor,
  id: string,
  { decision, reason }: Decision,
  now: Date,
): Promise<void> {
  const organization = await findManagedOrganization(actor, id)
  if (decision === 'decline' && reason === undefined) {
    throw invalid([{ field: 'reason', message: 'access:problem.reasonNeeded' }])
  }
  const state = decision === 'approve' ? 'approved' : 'declined'
  const told = await mailsAbout(organization, state, reason)
  const why = reason === undefined ? {} : { reason }
  const decided = { by: actor.accountId, at: now, ...why }
  const change = { ...doneBy(actor, organization.communityId, now), kind: state, ...why } as const
  if (!(await saveDecision(id, state, decided, told, change)))
    throw refused('access:problem.decided')
  if (state === 'approved') await giveRole({ ...organization, decision: decided })
  mailSoon()
}

async function mailsAbout(
  { id, kind, registeredBy, name, communityId }: Organization,
  state: 'approved' | 'declined',
  reason: string | undefined,
): Promise<OutboxEntry[]> {
  const account = registeredBy === undefined ? undefined : await findAccount(registeredBy)
  if (!account) return []
  const isApproved = state === 'approved'
  // A center is in the directory once it has said where it is and when it is open.
  const begin = kind === 'center' ? to(paths.editCenter, { id }) : paths.home
  return [
    {
      id: newId(),
      template: isApproved ? 'organizationApproved' : 'organizationDeclined',
      to: { email: account.email, name: account.name, language: account.language },
      params: {
        path: isApproved ? begin : paths.registerOrganization,
        organization: name,
        reason: reason ?? '',
      },
      communityId,
    },
  ]
}

/** Changes what is known of an organization. Throws refused when somebody else did meanwhile. */
export async function editOrganization(
  actor: Actor,
  id: string,
  facts: {
    readonly name: string
    readonly url?: string | undefined
    readonly city?: string | undefined
  },
  now: Date,
): Promise<void> {
  const before = await findManagedOrganization(actor, id)
  const edits = editsBetween(before, facts)
  if (edits.length === 0) return
  const change = { ...doneBy(actor, before.communityId, now), kind: 'edited', edits } as const
  if (!(await saveFacts(id, before, facts, change)))
    throw refused('access:problem.changedMeanwhile')
}
