import { findOrganization } from '../access/organization-store.js'
import { findCommunity } from '../communities/community-store.js'
import { findProgram } from '../communities/program-store.js'
import { findCenter, searchCenters } from './center-store.js'
import type { Center } from './center.js'

/** The state a community lies in, else that of a center there. */
async function stateOf(communityId: string): Promise<string | undefined> {
  const community = await findCommunity(communityId)
  if (community) return community.state
  const [neighbor] = await searchCenters({ communityId, limit: 1 })
  return neighbor?.state
}

/**
 * The entry with which a center begins that registered itself and was approved: what it said then, and no more. It is in no
 * directory until somebody keeps it. Undefined for a center that is listed, and for what is no center.
 */
export async function unlistedCenter(id: string): Promise<Center | undefined> {
  if (await findCenter(id)) return undefined
  const organization = await findOrganization(id)
  if (organization?.kind !== 'center' || organization.state !== 'approved') return undefined
  const { communityId, slug, name, city, url, source } = organization
  const [program, state] = await Promise.all([findProgram(communityId), stateOf(communityId)])
  if (state === undefined) return undefined
  const board = program && (await findOrganization(program.boardId))
  return {
    id,
    communityId,
    slug,
    name,
    ...(city !== undefined && { city }),
    ...(url !== undefined && { url }),
    state,
    board: board?.slug ?? '',
    status: 'current',
    source: source ?? url ?? name,
    acceptingReferrals: false,
    ...(program && { zone: program.zone }),
  }
}
