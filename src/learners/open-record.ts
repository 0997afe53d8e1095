import { hasRole, organizationsOf, type Actor, type Role } from '../access/actor.js'
import { dayOf } from '../calendar.js'
import { livePairing } from '../mentoring/pairing-store.js'
import type { Ports } from '../ports.js'
import { notAllowed, notFound } from '../problems.js'
import { liveConsentsOf } from './consent-store.js'
import { coverOf, type RecordKind } from './consent.js'
import { discloseTo } from './disclose-to.js'
import type { Channel, LegalBasis } from './disclosure.js'
import { findLearner } from './learner-store.js'
import type { Learner } from './learner.js'
import { readRecord } from './read-record.js'
import { cutTo, ownReader, type LearnerRecord } from './record.js'

/** On what ground somebody else may read, and for whom. */
export interface ReadingRight {
  readonly organizationId: string
  readonly isCollege: boolean
  readonly covers: ReadonlySet<RecordKind>
  readonly basis: LegalBasis
  readonly purpose: string
  readonly consentIds: readonly string[]
}

const readingRoles: readonly Role[] = ['staff', 'college', 'employer']

/**
 * The record as far as this person may see it: their own whole; a mentor's by a live pairing; an organization's by a live
 * consent that names it. Every read but one's own is disclosed first. Throws not-allowed to people of the same community
 * who may know that the learner exists, not-found to everybody else.
 */
export async function openRecord(
  actor: Actor,
  learnerId: string,
  ports: Pick<Ports, 'now'>,
  channel: Channel = 'view',
): Promise<LearnerRecord> {
  const learner = await findLearner(learnerId)
  if (!learner) throw notFound()
  const now = ports.now()
  if (actor.learnerId === learnerId) return ownRecord(learner, now)

  const right = await readingRight(actor, learner, now)
  if (!right) throw refusalOf(actor, learner)
  const record = cutTo(await readRecord(learner, now), right)
  await discloseTo({
    actor,
    ...right,
    learnerIds: [learnerId],
    records: [...record.covers],
    channel,
    consentIds: new Map([[learnerId, right.consentIds]]),
    now,
  })
  return record
}

/** Everything; of centers and employers with rules of their own, the proofs that those with a live consent read. */
async function ownRecord(learner: Learner, now: Date): Promise<LearnerRecord> {
  const whole = await readRecord(learner, now)
  const asking = whole.scoped.map(({ scope }) => scope).filter(({ kind }) => kind !== 'track')
  if (asking.length === 0) return cutTo(whole, ownReader)
  const ids = asking.map(({ id }) => id)
  const consents = (await liveConsentsOf([learner.id], ids, dayOf(now))).get(learner.id) ?? []
  return cutTo(whole, { ...ownReader, shownTo: consents.flatMap(({ parties }) => parties) })
}

/** By what this person may read that learner now; undefined for nothing. A consent to their organization comes first. */
export async function readingRight(
  actor: Actor,
  learner: Learner,
  now: Date,
): Promise<ReadingRight | undefined> {
  const today = dayOf(now)
  const organizations = [...new Set(readingRoles.flatMap((role) => organizationsOf(actor, role)))]
  const consents =
    organizations.length === 0
      ? []
      : ((await liveConsentsOf([learner.id], organizations, today)).get(learner.id) ?? [])
  const named = organizations.find((id) => coverOf(consents, id, today).records.size > 0)
  if (named !== undefined) {
    const { records, consentIds } = coverOf(consents, named, today)
    const purposes = consents.filter(({ id }) => consentIds.includes(id)).map((c) => c.purpose)
    return {
      organizationId: named,
      isCollege: hasRole(actor, 'college', named),
      covers: records,
      basis: 'consent',
      purpose: [...new Set(purposes)].sort().join(', '),
      consentIds,
    }
  }
  const pairing = hasRole(actor, 'mentor')
    ? await livePairing(actor.accountId, learner.id)
    : undefined
  return pairing
    ? {
        organizationId: organizationsOf(actor, 'mentor')[0] ?? learner.communityId,
        isCollege: false,
        covers: new Set(pairing.allows),
        basis: 'pairing',
        purpose: 'mentoring',
        consentIds: [],
      }
    : undefined
}

/** Why somebody may not read a record: people of the program may know that there is one. */
export const refusalOf = (actor: Actor, learner: Learner) => {
  const isNear = actor.roles.some(
    ({ role, communityId }) => role !== 'learner' && communityId === learner.communityId,
  )
  return isNear ? notAllowed('learners:problem.noConsent') : notFound()
}
