import type { Actor } from '../access/actor.js'
import { awardsOfMany } from '../badges/award-store.js'
import { dayOf } from '../calendar.js'
import { decodeCursor, pageOf, type ListPage } from '../http/list.js'
import { consentsNaming } from '../learners/consent-store.js'
import { coverOf, notCovered, recordsNeeded, type Consent } from '../learners/consent.js'
import { discloseTo } from '../learners/disclose-to.js'
import { findLearnersByIds } from '../learners/learner-store.js'
import type { Ports } from '../ports.js'
import { notAllowed } from '../problems.js'
import { versionsOf } from './agreement-store.js'
import { comparedOn, effectOn, type Effect } from './effect.js'
import { openProposal } from './open-proposal.js'
import { versionOf, type Proposal } from './proposal.js'

/** A learner whom a proposal touches and who lets the college see their badges. */
export interface Affected {
  readonly learnerId: string
  readonly name: string
  readonly effect: Effect
}

/**
 * Whom a proposal touches, by name, for its college: only learners whose live consent lets it see badges and evidence, of
 * up to `limit` consents a page. Each one shown is disclosed. Throws not-found to strangers, not-allowed to a provider.
 */
export async function listAffected(
  id: string,
  actor: Actor,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
  ports: Pick<Ports, 'now'>,
): Promise<{ readonly proposal: Proposal; readonly page: ListPage<Affected> }> {
  const { proposal, who } = await openProposal(id, actor)
  if (!who.isCollege) throw notAllowed()
  const now = ports.now()
  const today = dayOf(now)
  const place = decodeCursor(cursor, 2)
  const after = place && { expiresOn: String(place[0]), id: String(place[1]) }
  const { communityId, collegeId: organizationId } = proposal
  const found = await consentsNaming({ communityId, organizationId }, today, limit + 1, after)
  const { items, next } = pageOf(found, limit, (one) => [one.expiresOn, one.id])
  const covered = items.filter(
    (consent) =>
      notCovered(coverOf([consent], organizationId, today), recordsNeeded.credit).length === 0,
  )
  const affected = await touched(proposal, covered, today)
  const learnerIds = affected.map(({ learnerId }) => learnerId)
  await discloseTo({
    actor,
    organizationId,
    learnerIds,
    records: ['badges'],
    basis: 'consent',
    purpose: 'credit',
    channel: 'list',
    consentIds: new Map(covered.map((consent) => [consent.learnerId, [consent.id]])),
    now,
  })
  return { proposal, page: { items: affected, next } }
}

async function touched(
  proposal: Proposal,
  consents: readonly Consent[],
  today: string,
): Promise<Affected[]> {
  const ids = [...new Set(consents.map(({ learnerId }) => learnerId))]
  const [held, learners, versions] = await Promise.all([
    awardsOfMany(ids),
    findLearnersByIds(ids),
    versionsOf([proposal.series]),
  ])
  const next = versionOf(proposal)
  const earlier = versions.filter(({ id }) => id !== next.id)
  return learners.flatMap(({ id, name }): Affected[] => {
    const effect = effectOn(held.get(id) ?? [], earlier, next, comparedOn(next, today))
    return effect ? [{ learnerId: id, name, effect }] : []
  })
}
