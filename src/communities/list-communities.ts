import { decodeCursor, pageOf, type ListPage } from '../http/list.js'
import type { CommunityQuery } from './community-input.js'
import { communityCursor, searchCommunities } from './community-store.js'
import type { Community } from './community.js'
import { findPrograms } from './program-store.js'
import type { Program } from './program.js'

/** A community of the directory with the program that runs there on this site, if one does. */
export interface ListedCommunity {
  readonly community: Community
  readonly program?: Program
}

/** One page of the directory, by name. */
export async function listCommunities(query: CommunityQuery): Promise<ListPage<ListedCommunity>> {
  const [sortName, slug] = decodeCursor(query.cursor, 2) ?? []
  const after =
    sortName === undefined ? undefined : { sortName: String(sortName), slug: String(slug) }
  const [found, programs] = await Promise.all([
    searchCommunities({
      ...query,
      limit: query.limit + 1,
      after,
    }),
    findPrograms(),
  ])
  const programOf = new Map(programs.map((program) => [program.communityId, program]))
  const listed = found.map((community) => {
    const program = programOf.get(community.slug)
    return { community, ...(program && { program }) }
  })
  return pageOf(listed, query.limit, ({ community }) => communityCursor(community))
}

/** The whole directory, or the part a query asks for: for downloads. */
export async function* everyCommunity(query: CommunityQuery): AsyncGenerator<ListedCommunity> {
  let cursor: string | undefined
  do {
    const { items, next } = await listCommunities({ ...query, limit: 200, cursor })
    yield* items
    cursor = next
  } while (cursor !== undefined)
}
