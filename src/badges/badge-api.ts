import { z } from 'zod'
import { apiRoutes, listAnswer } from '../http/api.js'
import { decodeCursor, listQuery, pageOf } from '../http/list.js'
import { evidenceLevels } from '../providers/evidence.js'
import { findBadges } from './badge-store.js'
import type { Badge } from './badge.js'

const answer = z.object({
  slug: z.string(),
  version: z.number(),
  name: z.string(),
  description: z.string(),
  kind: z.enum(['first', 'course', 'milestone', 'other']),
  criteria: z.unknown().meta({ description: 'What the badge takes, as data' }),
  lowestLevel: z.enum(evidenceLevels),
  skills: z.array(z.string()),
  track: z.string().optional(),
  status: z.enum(['published', 'retired']),
})

const badgeJson = (badge: Badge) => {
  const { slug, version, name, description, kind, criteria, lowestLevel, skills, track } = badge
  return {
    slug,
    version,
    name,
    description,
    kind,
    criteria,
    lowestLevel,
    skills,
    track,
    status: badge.status,
  }
}

/** The catalog of badges as JSON. */
export function badgeApi() {
  const routes = apiRoutes()
  routes.add({
    method: 'get',
    path: '/badges',
    action: 'see badges',
    summary: 'Every badge that can be earned, with its criteria as data; retired ones too',
    query: z.strictObject(listQuery),
    answer: listAnswer(answer),
    errors: [422],
    handle: async ({ query }) => {
      const after = decodeCursor(query.cursor, 1)
      const badges = (await findBadges()).filter(
        ({ slug }) => after === undefined || slug > String(after[0]),
      )
      const { items, next } = pageOf(badges, query.limit, ({ slug }) => [slug])
      return { items: items.map(badgeJson), next }
    },
  })
  return routes
}
