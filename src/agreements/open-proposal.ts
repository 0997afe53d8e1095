import { hasRole, type Actor } from '../access/actor.js'
import { organizationNames } from '../access/organization-names.js'
import { notFound } from '../problems.js'
import { findProposal } from './proposal-store.js'
import type { Proposal, Standing } from './proposal.js'

/** How the actor stands to a proposal; undefined when it is none of their business. */
export function standingOf(actor: Actor, proposal: Proposal): Standing | undefined {
  const { organizationId } = proposal.proposedBy
  const isCollege = hasRole(actor, 'college', proposal.collegeId)
  const isProposer =
    (isCollege && organizationId === proposal.collegeId) ||
    hasRole(actor, 'provider', organizationId)
  return isCollege || isProposer ? { accountId: actor.accountId, isCollege, isProposer } : undefined
}

/** The proposal and how the actor stands to it. Throws not-found to anybody else. */
export async function openProposal(
  id: string,
  actor: Actor,
): Promise<{ readonly proposal: Proposal; readonly who: Standing }> {
  const proposal = await findProposal(id)
  const who = proposal && standingOf(actor, proposal)
  if (!who) throw notFound()
  return { proposal, who }
}

/** The name of one organization; its id where it is not known. */
export const organizationNameOf = async (id: string): Promise<string> =>
  (await organizationNames([id])).get(id) ?? id
