import type { Badge } from '../badges/badge.js'
import { findProgram, findPrograms } from '../communities/program-store.js'
import { findTrackVersions } from '../tracks/track-store.js'
import { offeredVersions } from '../tracks/track.js'
import { drawBadge } from './draw-badge.js'
import { svgOf } from './picture.js'
import { pixelsOf } from './pixels.js'
import { encodePng } from './png.js'

export type PictureFormat = 'svg' | 'png'

const pixels = 512
const mostKept = 200
const kept = new Map<string, Promise<Buffer>>()

async function make(badge: Badge, issuer: string, track: string | undefined, as: PictureFormat) {
  const { track: _own, ...rest } = badge
  const picture = await drawBadge({ ...rest, ...(track !== undefined && { track }) }, issuer)
  return as === 'svg' ? Buffer.from(svgOf(picture)) : encodePng(pixelsOf(picture, pixels), pixels)
}

/** The track whose color the badge wears: its own, or the first that has a step for it. */
async function trackOf(badge: Badge): Promise<string | undefined> {
  if (badge.track !== undefined) return badge.track
  const tracks = offeredVersions(await findTrackVersions()).sort((a, b) => a.order - b.order)
  return tracks.find(({ steps }) => steps.some(({ courseSlug }) => courseSlug === badge.slug))?.slug
}

/**
 * The picture of one version of a badge, with the name of the program that gives it (of that community, or of the first).
 * Drawn once for each version and program; the last 200 are kept.
 */
export async function readPicture(
  badge: Badge,
  as: PictureFormat,
  communityId?: string,
): Promise<Buffer> {
  const [track, program] = await Promise.all([
    trackOf(badge),
    communityId === undefined ? findPrograms().then(([first]) => first) : findProgram(communityId),
  ])
  const issuer = program?.name ?? ''
  const key = [badge.slug, badge.version, track, issuer, as].join('|')
  const known = kept.get(key)
  if (known) return known
  const drawn = make(badge, issuer, track, as)
  kept.set(key, drawn)
  drawn.catch(() => kept.delete(key))
  const [oldest] = kept.keys()
  if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest)
  return drawn
}
