import type { JsonObject } from './credential.js'
import { findListBits } from './status-list-store.js'
import { entryOf, statusIn, type StatusCheck } from './status-list.js'

/** What all our lists are for. */
export const ownPurpose = 'revocation'

/**
 * What our own status lists say now about a credential's `credentialStatus`. An entry of somebody else's list is
 * not_checked with why `list-unreachable`: nothing is fetched.
 */
export async function statusOf(entry: JsonObject): Promise<StatusCheck> {
  const read = entryOf(entry)
  if (!read) return { outcome: 'not_checked', why: 'not-an-entry' }
  const list = await findListBits({ url: read.list })
  if (!list) return { outcome: 'not_checked', why: 'list-unreachable' }
  return statusIn(list.bits, ownPurpose, read)
}
