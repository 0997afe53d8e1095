import { findBadges } from '../badges/badge-store.js'
import type { Day } from '../calendar.js'
import type { CrosswalkQuery } from './crosswalk-input.js'
import { agreementJson } from '../credits/credit-view.js'
import { ctdlNodes } from './crosswalk-ctdl.js'
import { wholeCrosswalk } from './list-crosswalk.js'
import { withWorth } from './with-worth.js'

/** The crosswalk's view as the API gives it, agreement by agreement. */
export async function* crosswalkItems(query: CrosswalkQuery, today: Day) {
  for await (const agreement of wholeCrosswalk(query, today)) {
    const [priced] = await withWorth([agreement])
    yield agreementJson(agreement, priced?.[1])
  }
}

/** The same as nodes of CTDL; a college, course or badge comes once, after the first agreement that names it. */
export async function* crosswalkNodes(query: CrosswalkQuery, today: Day, baseUrl: string) {
  const badgeNames = new Map((await findBadges()).map(({ slug, name }) => [slug, name]))
  const known = new Set<string>()
  for await (const agreement of wholeCrosswalk(query, today))
    for (const node of ctdlNodes(agreement, { baseUrl, badgeNames, offered: true })) {
      if (known.has(node['@id'])) continue
      known.add(node['@id'])
      yield node
    }
}
