import { decodeTimeCursor, pageOf, type ListPage } from '../http/list.js'
import type { Actor } from './actor.js'
import { findInvitations } from './invitation-store.js'
import type { Invitation } from './invitation.js'
import { managedCommunity } from './managed-community.js'

/** Which page of whose invitations. */
export interface InvitationSearch {
  readonly community?: string | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

/** A page of the invitations of a community the actor manages, newest first. */
export async function listInvitations(
  actor: Actor,
  { community, cursor, limit }: InvitationSearch,
): Promise<ListPage<Invitation>> {
  const communityId = managedCommunity(actor, community)
  const rows = await findInvitations(communityId, limit + 1, decodeTimeCursor(cursor))
  return pageOf(rows, limit, (one) => [one.createdAt.getTime(), one.id])
}
