import { organizationsOf, type Actor } from '../access/actor.js'
import { findOrganization } from '../access/organization-store.js'
import { findBadge } from '../badges/badge-store.js'
import { newId } from '../ids.js'
import { invalid, notAllowed, notFound, refused } from '../problems.js'
import { endorsementName } from './document-view.js'
import { achievementUrl, buildEndorsement } from './document.js'
import {
  findEndorsement,
  insertEndorsement,
  markEndorsementWithdrawn,
} from './endorsement-store.js'
import type { Endorsement } from './endorsement.js'
import { openIssuer, type SigningWorld } from './open-issuer.js'
import { readStatusList } from './read-status-list.js'
import { setBits } from './set-bits.js'
import { signDocument } from './sign-statement.js'
import { takeIndices } from './take-indices.js'

/** The organizations for which a person may endorse. */
export const endorsersOf = (actor: Actor): string[] => [
  ...new Set([...organizationsOf(actor, 'college'), ...organizationsOf(actor, 'employer')]),
]

export interface WantedEndorsement {
  readonly badge: string
  readonly comment: string
  /** The person's only one unless given. */
  readonly organization?: string | undefined
}

/**
 * A college or employer endorses a badge, signed with a key of its own that is made with its first endorsement. Throws
 * not-allowed for somebody else's organization, invalid for a badge that can't be earned, refused when it endorses the badge
 * already.
 */
export async function endorseBadge(
  actor: Actor,
  { badge: slug, comment, organization }: WantedEndorsement,
  world: SigningWorld,
): Promise<Endorsement> {
  const [organizationId = ''] = endorsersOf(actor).filter((id) =>
    [undefined, id].includes(organization),
  )
  const endorser = await findOrganization(organizationId)
  if (endorser?.state !== 'approved') throw notAllowed()
  const badge = await findBadge(slug)
  if (badge?.status !== 'published')
    throw invalid([{ field: 'badge', message: 'credentials:problem.noSuchBadge' }])
  const id = newId()
  const issuer = await openIssuer({ organizationId }, world)
  const [place] = await takeIndices(issuer.id, [id], world)
  if (!place) throw new Error('no place in a status list')
  const { baseUrl } = world.config
  const createdAt = world.ports.now()
  const unsigned = buildEndorsement({
    id: `${baseUrl}/endorsements/${id}`,
    name: endorsementName(badge.name, endorser.name),
    achievement: achievementUrl(baseUrl, slug),
    comment,
    validFrom: createdAt,
    status: { url: place.list.url, index: place.index },
  })
  const endorsement: Endorsement = {
    id,
    badge: slug,
    organizationId,
    organizationName: endorser.name,
    communityId: endorser.communityId,
    comment,
    embedded: JSON.stringify(await signDocument({ organizationId }, unsigned, world)),
    statusList: place.list.id,
    statusIndex: place.index,
    state: 'live',
    createdAt,
    createdBy: actor.accountId,
  }
  if (!(await insertEndorsement(endorsement))) throw refused('credentials:problem.endorsedAlready')
  return endorsement
}

/** An endorsement of an organization of this person. Throws not-found for any other. */
export async function ownEndorsement(actor: Actor, id: string): Promise<Endorsement> {
  const endorsement = await findEndorsement(id)
  if (!endorsement || !endorsersOf(actor).includes(endorsement.organizationId)) throw notFound()
  return endorsement
}

/**
 * Takes an endorsement back: its bit is set, then it is no longer shown or carried. Throws not-found for somebody else's,
 * refused when it was withdrawn before.
 */
export async function withdrawEndorsement(
  actor: Actor,
  id: string,
  world: SigningWorld,
): Promise<void> {
  const { statusList, statusIndex } = await ownEndorsement(actor, id)
  await setBits(statusList, [statusIndex])
  await readStatusList(statusList, world)
  if (!(await markEndorsementWithdrawn(id))) throw refused('credentials:problem.notEndorsed')
}
