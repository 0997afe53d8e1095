import { hasRole, organizationsOf, type Actor } from '../access/actor.js'
import { dayOf } from '../calendar.js'
import { liveConsentsOf } from '../learners/consent-store.js'
import { discloseTo } from '../learners/disclose-to.js'
import { findLearnersByIds } from '../learners/learner-store.js'
import type { Learner } from '../learners/learner.js'
import type { Ports } from '../ports.js'
import { notFound } from '../problems.js'
import { managedCommunity } from './publish-rules.js'
import { findTrial, type RuleTrial } from './rule-trial-store.js'

export interface OpenedTrial {
  readonly trial: RuleTrial
  readonly becomes: readonly Learner[]
  readonly noLonger: readonly Learner[]
}

/**
 * A trial of the manager's own program with those of its few learners whom this person may see: on the job-ready list for
 * staff of the program, or by live consent to an organization of theirs. Disclosed. Throws not-found for another program's.
 */
export async function openTrial(
  id: string,
  actor: Actor,
  ports: Pick<Ports, 'now'>,
): Promise<OpenedTrial> {
  const trial = await findTrial(id)
  if (trial?.communityId !== managedCommunity(actor)) throw notFound()
  const seen = await visible([...trial.becomes, ...trial.noLonger], actor, ports.now())
  const those = (ids: readonly string[]) =>
    ids.flatMap((one) => seen.find((learner) => learner.id === one) ?? [])
  return { trial, becomes: those(trial.becomes), noLonger: those(trial.noLonger) }
}

async function visible(ids: readonly string[], actor: Actor, now: Date): Promise<Learner[]> {
  const organizations = [...new Set(actor.roles.map(({ organizationId }) => organizationId))]
  const [learners, consents] = await Promise.all([
    findLearnersByIds(ids),
    liveConsentsOf(ids, organizations, dayOf(now)),
  ])
  const staffIn = new Set(
    actor.roles.filter(({ role }) => role === 'staff').map(({ communityId }) => communityId),
  )
  const isListed = ({ communityId, summary, programAgreement }: Learner) =>
    staffIn.has(communityId) && summary.ready && programAgreement !== undefined
  const listed = learners.filter(isListed)
  const byConsent = learners.filter((one) => !isListed(one) && consents.has(one.id))
  const as = {
    actor,
    records: ['listing'],
    purpose: 'readiness rules',
    channel: 'list',
    now,
  } as const
  const desk = organizationsOf(actor, hasRole(actor, 'staff') ? 'staff' : 'manager')[0] ?? ''
  const idsOf = (some: readonly Learner[]) => some.map(({ id }) => id)
  await discloseTo({
    ...as,
    organizationId: desk,
    learnerIds: idsOf(listed),
    basis: 'program-agreement',
  })
  for (const learner of byConsent) {
    const given = consents.get(learner.id) ?? []
    await discloseTo({
      ...as,
      organizationId: organizations.find((id) => given.some((c) => c.parties.includes(id))) ?? desk,
      learnerIds: [learner.id],
      basis: 'consent',
      consentIds: new Map([[learner.id, given.map(({ id }) => id)]]),
    })
  }
  return [...listed, ...byConsent]
}
