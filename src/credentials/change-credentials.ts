import { communitiesOf, type Actor } from '../access/actor.js'
import { findAward } from '../badges/award-store.js'
import { findBadge } from '../badges/badge-store.js'
import { paths, to } from '../http/paths.js'
import { newId } from '../ids.js'
import { findLearner } from '../learners/learner-store.js'
import type { OutboxEntry } from '../messages/outbox.js'
import { notFound, Problem, refused } from '../problems.js'
import { isPossible, type Changed, type ChangeKind } from './credential-change.js'
import { findCredential, saveChange } from './credential-store.js'
import type { Credential } from './credential.js'
import { endCopies } from './end-copies.js'
import type { SigningWorld } from './open-issuer.js'
import { setDueBits } from './set-due-bits.js'
import { signAwards } from './sign-awards.js'
import { withdrawBadge } from './withdraw-badge.js'

export interface WantedChange {
  readonly kind: ChangeKind
  readonly reason: string
}

/**
 * A manager changes many credentials, one after another; each learner is mailed the reason. What is not possible for one is
 * said of that one and stops nothing. Throws nothing for the single ones.
 */
export async function changeCredentials(
  actor: Actor,
  ids: readonly string[],
  change: WantedChange,
  world: SigningWorld,
): Promise<Changed[]> {
  const changed: Changed[] = []
  for (const id of new Set(ids)) {
    try {
      await changeCredential(actor, id, change, world)
      changed.push({ id, outcome: 'done' })
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown
      changed.push({ id, outcome: 'refused', why: thrown.message })
    }
  }
  return changed
}

/**
 * A manager changes one credential. Throws not-found for one that was never signed or is another community's, refused when
 * its state doesn't allow the change or somebody was quicker.
 */
export async function changeCredential(
  actor: Actor,
  id: string,
  { kind, reason }: WantedChange,
  world: SigningWorld,
): Promise<void> {
  const from = await findCredential(id)
  if (!from || !communitiesOf(actor, 'manager').includes(from.communityId)) throw notFound()
  if (!isPossible(kind, from.state)) throw refused(`credentials:problem.${kind}.${from.state}`)
  if (kind === 'withdraw') {
    await withdrawBadge(actor, id, reason, world)
    return
  }
  const by = actor.accountId
  if (kind === 'suspend') await suspend(from, { by, reason }, world)
  else await signAnew(from, { kind, by, reason }, world)
}

interface Said {
  readonly by: string
  readonly reason: string
}

async function suspend(from: Credential, said: Said, world: SigningWorld): Promise<void> {
  const outbox = await mailsTo(from, 'credentialSuspended', said.reason)
  const ending = { kind: 'suspended', at: world.ports.now(), ...said, outbox } as const
  if (!(await endCopies(from.id, ending))) throw refused('credentials:problem.quicker')
}

/** A new copy of what the record says now. Reissuing ends the copies before; lifting finds them ended. */
async function signAnew(
  from: Credential,
  { kind, by, reason }: Said & { readonly kind: 'lift' | 'reissue' },
  world: SigningWorld,
): Promise<void> {
  const award = await findAward(from.id)
  if (award?.state !== 'live') throw refused('credentials:problem.awardWithdrawn')
  const template = kind === 'lift' ? 'credentialLifted' : 'credentialReissued'
  const outbox = await mailsTo(from, template, reason)
  const ending = { kind: 'replaced', at: world.ports.now(), by, reason } as const
  for await (const { copy, identityHash } of signAwards(
    from.communityId,
    [{ award, known: from }],
    world,
  )) {
    const added = { copy, identityHash }
    if (!(await saveChange({ from, state: 'live', ending, added, outbox })))
      throw refused('credentials:problem.quicker')
  }
  await setDueBits()
}

/** The mail to the learner, if there is an address to send it to. */
async function mailsTo(
  { id, learnerId, badge }: Credential,
  template: string,
  reason: string,
): Promise<OutboxEntry[]> {
  const [learner, found] = await Promise.all([findLearner(learnerId), findBadge(badge)])
  if (learner?.email === undefined) return []
  const { email, name, language } = learner
  const params = { badge: found?.name ?? badge, reason, path: to(paths.credential, { id }) }
  return [{ id: newId(), template, to: { email, name, language }, params }]
}
