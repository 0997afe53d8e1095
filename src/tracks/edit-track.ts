import type { Actor } from '../access/actor.js'
import type { Ports } from '../ports.js'
import { invalid, notFound, refused } from '../problems.js'
import {
  dropTrackDraft,
  findTrackDraft,
  saveTrackDraft,
  type TrackDraft,
} from './track-draft-store.js'
import { faultsOfTrack } from './track-faults.js'
import { groupsOfForm, stepsOfForm, type TrackForm } from './track-form-input.js'
import { findTrackVersions, saveTrackVersion } from './track-store.js'
import type { Track } from './track.js'

/** Writes the draft of a track's next version. Throws invalid with every fault, by field; refused for a slug that is taken. */
export async function draftTrack(
  actor: Actor,
  slug: string | undefined,
  form: TrackForm,
  ports: Pick<Ports, 'now'>,
): Promise<TrackDraft> {
  const wanted = slug ?? form.slug
  if (wanted === undefined || wanted === 'new')
    throw invalid([{ field: 'slug', message: 'tracks:error.slug' }])
  const versions = await findTrackVersions(wanted)
  if (slug !== undefined && versions.length === 0) throw notFound()
  if (slug === undefined && (versions.length > 0 || (await findTrackDraft(wanted))))
    throw invalid([{ field: 'slug', message: 'tracks:error.slugTaken' }])
  const track = trackOf(wanted, form, versions)
  const faults = [
    ...(versions.some(({ version }) => version === track.version)
      ? [{ field: 'version', message: 'tracks:error.versionTaken' }]
      : []),
    ...faultsOfTrack(track),
  ]
  if (faults.length > 0) throw invalid(faults)
  const draft = { slug: wanted, track, savedBy: actor.accountId, savedAt: ports.now() }
  await saveTrackDraft(draft)
  return draft
}

function trackOf(slug: string, form: TrackForm, versions: readonly Track[]): Track {
  const { version, title, summary, topic, provider, occupation, hours, note } = form
  return {
    slug,
    version,
    order: (versions[0]?.order ?? 0) + 1,
    title,
    summary,
    topic,
    provider,
    status: 'published',
    ...(occupation !== '' && { occupation }),
    ...(hours !== undefined && { hours }),
    steps: stepsOfForm(
      form,
      versions.flatMap(({ steps }) => steps),
    ),
    groups: groupsOfForm(form),
    ...(note !== '' && { note }),
  }
}

/**
 * Offers the draft as the newest version; learners keep the version they started. Throws not-found without a draft,
 * refused when somebody else published a version since the draft was written.
 */
export async function publishTrack(slug: string): Promise<Track> {
  const draft = await findTrackDraft(slug)
  if (!draft) throw notFound()
  if (!(await saveTrackVersion(draft.track))) throw refused('tracks:problem.overtaken')
  await dropTrackDraft(slug, draft.savedAt)
  return draft.track
}

/** Drops the draft. Throws not-found when there is none. */
export async function discardTrackDraft(slug: string): Promise<void> {
  const draft = await findTrackDraft(slug)
  if (!draft || !(await dropTrackDraft(slug, draft.savedAt))) throw notFound()
}
