import type { Day } from '../calendar.js'
import { mostAtOnce, runningNaming, versionsOf } from './agreement-store.js'
import { offeredOn, type Agreement } from './agreement.js'

/** Of these versions those that no newer one has replaced or ended. */
async function standing(found: readonly Agreement[], on: Day): Promise<Agreement[]> {
  const ids = new Set(found.map(({ id }) => id))
  const versions = await versionsOf([...new Set(found.map(({ series }) => series))])
  return offeredOn(versions, on).filter(({ id }) => ids.has(id))
}

const courses = (agreements: readonly Agreement[]): number =>
  new Set(agreements.map(({ course, collegeId }) => `${collegeId}|${course}`)).size

/** The oldest that name each badge, page by page until `most` different courses of it are known, or all. */
async function oldestOf(communityId: string, badges: readonly string[], on: Day, most: number) {
  const limit = most + 2
  const known: Agreement[] = []
  const isKnown = (badge: string) =>
    courses(known.filter(({ badges: { of } }) => of.includes(badge))) >= most
  let open = badges.map((badge): { badge: string; after?: string } => ({ badge }))
  while (open.length > 0) {
    const pages = await Promise.all(
      open.map(({ badge, after }) => runningNaming(communityId, badge, on, { limit, after })),
    )
    known.push(...(await standing(pages.flat(), on)))
    open = open.flatMap(({ badge }, at) => {
      const after = pages[at]?.[limit - 1]?.id
      return after === undefined || isKnown(badge) ? [] : [{ badge, after }]
    })
  }
  return known
}

/**
 * Agreements in force on the day that name one of the badges, the oldest first: all of them while they are few, else enough
 * for `most` different courses of each badge. What it costs does not grow with the number of agreements.
 */
export async function offeredNaming(
  communityId: string,
  badges: readonly string[],
  on: Day,
  most: number,
): Promise<Agreement[]> {
  if (badges.length === 0) return []
  const some = await runningNaming(communityId, badges, on, { limit: mostAtOnce })
  const found =
    some.length < mostAtOnce
      ? await standing(some, on)
      : await oldestOf(communityId, badges, on, most)
  const byId = new Map(found.map((agreement) => [agreement.id, agreement]))
  return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
}
