import { z } from 'zod'
import { apiRoutes, listAnswer } from '../http/api.js'
import { decodeCursor, listQuery, pageOf } from '../http/list.js'
import { stepsTotal } from './progress.js'
import { findTracks } from './track-store.js'
import type { Track } from './track.js'

const answer = z.object({
  slug: z.string(),
  version: z.string(),
  title: z.string(),
  summary: z.string(),
  provider: z.string(),
  status: z.enum(['published', 'list-not-found']),
  occupation: z.string().optional(),
  hours: z.number().optional(),
  stepsTotal: z.number(),
  groups: z.array(z.object({ id: z.string(), title: z.string(), choose: z.number() })),
  steps: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      course: z.string(),
      courseUrl: z.string().optional(),
      providerBadges: z.array(z.string()),
      group: z.string().optional(),
      after: z.array(z.string()),
      minutes: z.number().optional(),
    }),
  ),
  note: z.string().optional(),
  source: z.string().optional(),
})

const trackJson = (track: Track) => {
  const { slug, version, title, summary, provider, status, occupation, hours, groups } = track
  const steps = track.steps.map(({ courseSlug, ...step }) => ({
    ...step,
    course: courseSlug,
  }))
  const { note, source } = track
  const own = { slug, version, title, summary, provider, status, occupation, hours, groups }
  return { ...own, stepsTotal: stepsTotal(track), steps, note, source }
}

/** The catalog of tracks as JSON. */
export function trackApi() {
  const routes = apiRoutes()
  routes.add({
    method: 'get',
    path: '/tracks',
    action: 'see tracks',
    summary: 'Every track that is offered, in the version offered now',
    query: z.strictObject(listQuery),
    answer: listAnswer(answer),
    errors: [422],
    handle: async ({ query }) => {
      const after = decodeCursor(query.cursor, 1)
      const tracks = (await findTracks()).filter(
        ({ slug }) => after === undefined || slug > String(after[0]),
      )
      const { items, next } = pageOf(tracks, query.limit, ({ slug }) => [slug])
      return { items: items.map(trackJson), next }
    },
  })
  return routes
}
