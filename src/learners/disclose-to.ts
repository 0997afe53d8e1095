import type { Actor } from '../access/actor.js'
import { findOrganization } from '../access/organization-store.js'
import { newId } from '../ids.js'
import { appendDisclosures } from './disclosure-store.js'
import type { Channel, DisclosedKind, LegalBasis } from './disclosure.js'

/** One read or send, about one learner or a whole list of them. */
export interface DisclosedNow {
  /** Who reads or sends; a job of the program itself is `{ accountId: 'program', name: … }`. */
  readonly actor: Pick<Actor, 'accountId' | 'name'>
  /** The organization the records go to; for a mentor the board's. */
  readonly organizationId: string
  readonly learnerIds: readonly string[]
  readonly records: readonly DisclosedKind[]
  readonly basis: LegalBasis
  /** The purpose of the consent, or 'mentoring', 'job-ready list'. */
  readonly purpose: string
  readonly channel: Channel
  /** By learner, the consents it rests on. */
  readonly consentIds?: ReadonlyMap<string, readonly string[]>
  readonly now: Date
}

/**
 * Writes one disclosure for each learner, all with one `readId`, which it returns. Call it before the records leave: if it
 * throws, nothing may be shown. Five queries for a list of any length.
 */
export async function discloseTo(read: DisclosedNow): Promise<string> {
  const readId = newId()
  if (read.learnerIds.length === 0) return readId
  const organization = await findOrganization(read.organizationId)
  await appendDisclosures(
    [...new Set(read.learnerIds)].map((learnerId) => ({
      id: newId(),
      learnerId,
      readId,
      at: read.now,
      actorId: read.actor.accountId,
      actorName: read.actor.name,
      organizationId: read.organizationId,
      organizationName: organization?.name ?? read.organizationId,
      basis: read.basis,
      consentIds: [...(read.consentIds?.get(learnerId) ?? [])],
      records: read.records,
      purpose: read.purpose,
      channel: read.channel,
    })),
  )
  return readId
}
