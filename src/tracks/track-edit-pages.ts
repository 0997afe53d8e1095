import type { Request } from 'express'
import { z } from 'zod'
import { page } from '../http/page.js'
import { parseParams, slugText } from '../http/parse.js'
import { paths, to } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import { notFound } from '../problems.js'
import type { World } from '../world.js'
import { discardTrackDraft, draftTrack, publishTrack } from './edit-track.js'
import { findTrackDraft, findTrackDrafts } from './track-draft-store.js'
import { trackEditPage, trackEditRow, trackPreview } from './track-edit-view.js'
import { trackForm } from './track-form-input.js'
import { findTrack, findTracks } from './track-store.js'

const slugOf = (req: Request) => parseParams(z.strictObject({ slug: slugText }), req.params).slug
const nothing = z.strictObject({})

/** The slug of the track that is edited; undefined on the page for a new one. */
const editedSlug = (req: Request) => (slugOf(req) === 'new' ? undefined : slugOf(req))

async function showEdit(req: Request) {
  const slug = editedSlug(req)
  if (slug === undefined) return { edit: trackEditPage(undefined, undefined, false, req.body) }
  const draft = await findTrackDraft(slug)
  const track = draft?.track ?? (await findTrack(slug))
  if (!track) throw notFound()
  return { edit: trackEditPage(slug, track, draft !== undefined, req.body), paths }
}

async function showPreview(req: Request) {
  const draft = await findTrackDraft(slugOf(req))
  if (!draft) throw notFound()
  return { preview: trackPreview(draft, await findTrack(draft.slug), wordsOf(req)) }
}

/** A manager writes a track's next version as a draft, sees what it changes, and publishes it. */
export function trackEditPages({ ports }: Pick<World, 'ports'>) {
  const routes = pageRoutes()
  routes.get(paths.editTracks, 'edit tracks', async (req, res) => {
    const [tracks, drafts] = await Promise.all([findTracks(), findTrackDrafts()])
    const slugs = [...new Set([...tracks, ...drafts].map(({ slug }) => slug))].sort()
    const draftOf = new Map(drafts.map((draft) => [draft.slug, draft]))
    const offered = new Map(tracks.map((track) => [track.slug, track]))
    const rows = slugs.map((slug) =>
      trackEditRow(slug, offered.get(slug), draftOf.get(slug), wordsOf(req)),
    )
    page(req, res, 'tracks/edit-list', { title: 'tracks:edit.listTitle', rows, paths })
  })
  routes.form(paths.editTrack, 'edit tracks', {
    view: 'tracks/edit',
    title: 'tracks:edit.title',
    schema: trackForm,
    show: showEdit,
    submit: async (form, req) => {
      const { slug } = await draftTrack(actorOf(req), editedSlug(req), form, ports)
      return to(paths.previewTrack, { slug })
    },
  })
  routes.form(paths.previewTrack, 'edit tracks', {
    view: 'tracks/preview',
    title: 'tracks:preview.title',
    schema: nothing,
    show: showPreview,
    submit: async (_form, req) => {
      const { slug } = await publishTrack(slugOf(req))
      return { to: to(paths.track, { slug }), notice: 'tracks:notice.published' }
    },
  })
  routes.form(paths.discardTrackDraft, 'edit tracks', {
    view: 'tracks/discard',
    title: 'tracks:discard.title',
    schema: nothing,
    show: showPreview,
    submit: async (_form, req) => {
      await discardTrackDraft(slugOf(req))
      return { to: paths.editTracks, notice: 'tracks:notice.discarded' }
    },
  })
  return routes
}
