import { organizationsOf, type Actor } from '../access/actor.js'
import { decodeTimeCursor, pageOf, type ListPage } from '../http/list.js'
import { proposalPage, type ProposalFilter } from './proposal-store.js'
import type { Proposal, ProposalState } from './proposal.js'

/** The proposals at the actor's colleges; for a provider those it made. Last changed first. */
export async function listProposals(
  actor: Actor,
  query: {
    readonly state?: ProposalState | undefined
    readonly limit: number
    readonly cursor?: string | undefined
  },
): Promise<ListPage<Proposal>> {
  const collegeIds = organizationsOf(actor, 'college')
  const mine: ProposalFilter =
    collegeIds.length > 0 ? { collegeIds } : { proposers: organizationsOf(actor, 'provider') }
  const place = decodeTimeCursor(query.cursor)
  const after = place && { changedAt: place.createdAt, id: place.id }
  const rows = await proposalPage({ ...mine, state: query.state }, query.limit + 1, after)
  return pageOf(rows, query.limit, ({ changedAt, id }) => [changedAt.getTime(), id])
}
