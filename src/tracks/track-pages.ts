import { z } from 'zod'
import { startTrack } from '../learners/start-track.js'
import { page } from '../http/page.js'
import { parseParams, slugText } from '../http/parse.js'
import { paths, to } from '../http/paths.js'
import { actorOf, pageRoutes, visitorOf } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import { notFound, refused } from '../problems.js'
import type { World } from '../world.js'
import { readPath, readTracks } from './read-path.js'
import { trackCard, trackPage } from './track-view.js'

const slugParams = z.strictObject({ slug: slugText })

/** The public pages of the tracks, and starting one. */
export function trackPages({ ports }: Pick<World, 'ports'>) {
  const routes = pageRoutes()
  routes.get(paths.tracks, 'see tracks', async (req, res) => {
    const { tracks, occupations } = await readTracks()
    const cards = tracks.map((track) =>
      trackCard(track, occupations.get(track.occupation ?? ''), wordsOf(req)),
    )
    page(req, res, 'tracks/index', { title: 'tracks:index.title', cards })
  })
  routes.get(paths.track, 'see tracks', async (req, res) => {
    const { slug } = parseParams(slugParams, req.params)
    const track = trackPage(await readPath(slug, visitorOf(req)), wordsOf(req))
    const mayStart = visitorOf(req)?.learnerId !== undefined && !track.startedOn
    page(req, res, 'tracks/show', { title: track.title, track, mayStart, paths })
  })
  routes.form(paths.startTrack, 'start a track', {
    view: 'tracks/start',
    title: 'tracks:start.title',
    schema: z.strictObject({}),
    show: async (req) => {
      const { slug } = parseParams(slugParams, req.params)
      const path = await readPath(slug, actorOf(req))
      return { track: trackPage(path, wordsOf(req)) }
    },
    submit: async (_input, req) => {
      const { slug } = parseParams(slugParams, req.params)
      const { learnerId } = actorOf(req)
      if (learnerId === undefined) throw notFound()
      const { track } = await readPath(slug, actorOf(req))
      if (track.status !== 'published') throw refused('tracks:problem.noList')
      await startTrack(learnerId, slug, ports.now())
      return { to: to(paths.track, { slug }), notice: 'tracks:notice.started' }
    },
  })
  return routes
}
