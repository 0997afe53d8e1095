import type { ListPage } from '../http/list.js'
import { disclosuresOf } from './disclosure-store.js'
import type { Disclosure } from './disclosure.js'
import { chainsAbout, pageOfChains } from './read-chains.js'

/** A page of who looked at a learner's record and at those joined into it, newest first; each row names its record. */
export async function listDisclosures(
  learnerId: string,
  limit: number,
  cursor?: string,
): Promise<ListPage<Disclosure>> {
  return pageOfChains(await chainsAbout(learnerId), disclosuresOf, limit, cursor)
}
