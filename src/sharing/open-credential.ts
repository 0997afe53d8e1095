import { organizationsOf, roles, type Actor } from '../access/actor.js'
import { findOrganization } from '../access/organization-store.js'
import { findAward } from '../badges/award-store.js'
import type { Award } from '../badges/badge.js'
import { dayOf } from '../calendar.js'
import { discloseTo } from '../learners/disclose-to.js'
import type { Channel } from '../learners/disclosure.js'
import { findLearner } from '../learners/learner-store.js'
import type { Learner } from '../learners/learner.js'
import { readingRight } from '../learners/open-record.js'
import { notFound } from '../problems.js'
import type { Copy, Credential } from '../credentials/credential.js'
import { issueCredential } from '../credentials/issue-credential.js'
import type { SigningWorld } from '../credentials/open-issuer.js'
import { countOpening } from './share-opening-store.js'
import { liveSharesOf } from './share-store.js'
import type { OpenedFormat, Share } from './share.js'

/** What is asked for, and how. */
export interface CredentialAsked {
  readonly id: string
  readonly format: OpenedFormat
  readonly channel: Channel
  /** The share whose page led here. */
  readonly through?: string | undefined
  /** False for a look at the headers alone: nothing was opened. */
  readonly counts: boolean
}

/** Whose right it was opened by: the learner's own, a consent or pairing, or a share. */
export type OpenedBy = 'owner' | 'reader' | 'share'

export interface OpenedCredential {
  readonly award: Award
  readonly learner: Learner
  readonly credential: Credential
  readonly copy: Copy
  readonly by: OpenedBy
  /** The live shares that show it. */
  readonly shares: readonly Share[]
}

/**
 * A credential for whoever may see it: its learner; a reader whose consent or pairing covers `credential` (disclosed
 * first); anybody while a live share shows it (counted for the learner to see). It is signed now if it was not yet. Throws
 * not-found to everybody else: that it exists is private too.
 */
export async function openCredential(
  asked: CredentialAsked,
  visitor: Actor | undefined,
  world: SigningWorld,
): Promise<OpenedCredential> {
  const award = await findAward(asked.id)
  const learner = award && (await findLearner(award.learnerId))
  if (!award || !learner) throw notFound()
  const now = world.ports.now()
  const shares = await liveSharesOf(award.id, dayOf(now))
  const by = await openedBy(asked, learner, shares, visitor, now)
  const { credential, copy } = await issueCredential(award.id, world)
  return { award, learner, credential, copy, by, shares }
}

async function openedBy(
  asked: CredentialAsked,
  learner: Learner,
  shares: readonly Share[],
  visitor: Actor | undefined,
  now: Date,
): Promise<OpenedBy> {
  if (visitor?.learnerId === learner.id) return 'owner'
  const right = visitor && (await readingRight(visitor, learner, now))
  if (visitor && right?.covers.has('credential')) {
    await discloseTo({
      actor: visitor,
      ...right,
      learnerIds: [learner.id],
      records: ['credential'],
      channel: asked.channel,
      consentIds: new Map([[learner.id, right.consentIds]]),
      now,
    })
    return 'reader'
  }
  const share = shares.find(({ id }) => id === asked.through) ?? ownShare(shares)
  if (!share) throw notFound()
  if (asked.counts)
    await countOpening(
      {
        shareId: share.id,
        learnerId: learner.id,
        credentialId: asked.id,
        format: asked.format,
        ...(await whoIs(visitor)),
      },
      now,
    )
  return 'share'
}

/** The share a bare link belongs to: the newest of this credential alone, else the newest collection. */
const ownShare = (shares: readonly Share[]) =>
  shares.findLast(({ credentialIds }) => credentialIds.length === 1) ?? shares.at(-1)

/** The organization somebody comes from, for the learner to see; nothing of people who come from none. */
export async function whoIs(visitor: Actor | undefined): Promise<{ who?: string }> {
  const [organizationId] = visitor
    ? roles.filter((role) => role !== 'learner').flatMap((role) => organizationsOf(visitor, role))
    : []
  const organization =
    organizationId === undefined ? undefined : await findOrganization(organizationId)
  return organization ? { who: organization.name } : {}
}
