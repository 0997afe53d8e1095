import { communitiesOf, type Actor } from '../access/actor.js'
import { dayOf } from '../calendar.js'
import type { Center } from '../centers/center.js'
import { liveConsentsOf } from '../learners/consent-store.js'
import { discloseTo } from '../learners/disclose-to.js'
import type { Channel } from '../learners/disclosure.js'
import { findLearnersByIds } from '../learners/learner-store.js'
import type { Ports } from '../ports.js'
import { Problem } from '../problems.js'
import { askForReferral } from './ask-for-referral.js'
import type { BulkResult } from './bulk.js'
import { deskOf } from './desk.js'
import { consentsBehind } from './match-packets.js'
import { prepareReferral } from './prepare-referral.js'
import { readAskedCenter } from './read-asked-center.js'
import { sidesFor } from './read-referral.js'
import type { BulkInput } from './referral-input.js'
import { underWayAt } from './referral-store.js'
import type { Referral } from './referral.js'

/**
 * Asks one center for many learners of the staff person's program. Each needs their own consent: with it the referral is
 * asked for, without it a draft waits for the learner. The same call again changes nothing and tells the same referrals,
 * so a call cut short is simply made again. Of a referral that somebody else asked for it tells no more than that it is open.
 * Each learner of the program is told that they were looked up. Throws for a center that is unknown or takes none.
 */
export async function referMany(
  actor: Actor,
  { center: centerId, learners: asked, message }: BulkInput,
  channel: Channel,
  ports: Ports,
): Promise<BulkResult[]> {
  const now = ports.now()
  const center = await readAskedCenter(centerId, now)
  const ids = [...new Set(asked)]
  const communities = communitiesOf(actor, 'staff')
  const known = new Map(
    (await findLearnersByIds(ids))
      .filter(({ communityId }) => communities.includes(communityId))
      .map((learner) => [learner.id, learner]),
  )
  await discloseTo({
    actor,
    organizationId: deskOf(actor).organizationId,
    learnerIds: [...known.keys()],
    records: ['listing'],
    basis: 'program-agreement',
    purpose: 'referral list',
    channel,
    now,
  })
  const [underWay, consents] = await Promise.all([
    underWayAt([...known.keys()], center.id),
    liveConsentsOf([...known.keys()], [center.id], dayOf(now)),
  ])
  const results: BulkResult[] = []
  for (const id of ids) {
    const learner = known.get(id)
    const before = underWay.get(id)
    const mayAsk = consentsBehind({ centerId: center.id }, consents.get(id) ?? [], now).length > 0
    if (!learner) results.push({ learnerId: id, outcome: 'unknown' })
    else
      results.push({
        learnerId: id,
        name: learner.name,
        ...asParty(actor, await referOne(actor, { id, center, message, before, mayAsk }, ports)),
      })
  }
  return results
}

type Became = Pick<BulkResult, 'outcome' | 'referral'>

/** A third party learns nothing of a referral's state, nor an address that would not open to them. */
const asParty = (actor: Actor, { outcome, referral }: Became): Became =>
  referral && sidesFor(actor, referral).length > 0 ? { outcome, referral } : { outcome }

interface One {
  readonly id: string
  readonly center: Center
  readonly message: string | undefined
  readonly before: Referral | undefined
  readonly mayAsk: boolean
}

async function referOne(
  actor: Actor,
  { id, center, message, before, mayAsk }: One,
  ports: Ports,
): Promise<Became> {
  if (before && before.state !== 'draft') return { outcome: 'open-already', referral: before }
  if (!mayAsk && before) return { outcome: 'waiting', referral: before }
  if (!mayAsk) {
    const referral = await prepareReferral(actor, { learnerId: id, center, message }, ports)
    return { outcome: 'prepared', referral }
  }
  try {
    const ask = { center: center.id, learner: id, message }
    return { outcome: 'asked', referral: await askForReferral(actor, ask, ports) }
  } catch (thrown) {
    if (!(thrown instanceof Problem) || !['refused', 'not-allowed'].includes(thrown.kind))
      throw thrown
    const quicker = (await underWayAt([id], center.id)).get(id)
    return quicker
      ? { outcome: quicker.state === 'draft' ? 'waiting' : 'open-already', referral: quicker }
      : { outcome: 'unknown' }
  }
}
