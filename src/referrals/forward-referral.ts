import type { Actor } from '../access/actor.js'
import type { Center } from '../centers/center.js'
import { newId } from '../ids.js'
import { consentsOf } from '../learners/consent-store.js'
import type { Ports } from '../ports.js'
import { invalid, notAllowed, refused } from '../problems.js'
import { mailsToCenter, mailsToSender } from './announce.js'
import { finishForward } from './finish-forward.js'
import { consentsBehind } from './match-packets.js'
import { prepareReferral } from './prepare-referral.js'
import { readAskedCenter } from './read-asked-center.js'
import { readReferral } from './read-referral.js'
import {
  isOpen,
  preparedAs,
  verdictOn,
  type Referral,
  type ReferralEvent,
  type Side,
} from './referral.js'
import { changeReferral, noteEvent, openReferralAt } from './referral-store.js'

export interface ForwardAsked {
  readonly center: string
  readonly reason: string
}

/**
 * Hands a referral on to another center, by either side: the old one is closed with the reason, the new one asks with
 * everything the old one held. With live consent to the new center at once; without it staff leave a draft, which the
 * learner sends by agreeing, and the old one stays open until then. Throws not-allowed to a learner who has not agreed,
 * refused when one is open there already, when the center takes none, or when somebody else was quicker.
 */
export async function forwardReferral(
  actor: Actor,
  id: string,
  asked: ForwardAsked,
  ports: Ports,
): Promise<Referral> {
  const now = ports.now()
  const going = await readGoing(actor, id, asked, now)
  const { referral, center } = going
  const behind = consentsBehind({ centerId: center.id }, await consentsOf(referral.learnerId), now)
  if (behind.length === 0 && actor.learnerId === referral.learnerId)
    throw notAllowed('referrals:problem.consentNeeded')
  return behind.length > 0 ? moveOn(actor, going, ports) : prepareOn(actor, going, ports)
}

/** What would be handed on to whom, before anything is written or signed. Throws as forwardReferral does, but for consent. */
export async function readGoing(
  actor: Actor,
  id: string,
  { center: centerId, reason }: ForwardAsked,
  now: Date,
): Promise<Going> {
  const { referral, sides } = await readReferral(actor, id, now)
  mayForward(referral, sides, reason)
  const center = await readAskedCenter(centerId, now)
  if (center.id === referral.centerId)
    throw invalid([{ field: 'center', message: 'referrals:field.anotherCenter' }])
  if (await openReferralAt(referral.learnerId, center.id))
    throw refused(
      `referrals:problem.${actor.learnerId === referral.learnerId ? 'openAlready' : 'openThere'}`,
    )
  return { referral, sides, center, reason }
}

function mayForward(referral: Referral, sides: readonly Side[], reason: string): void {
  if (!isOpen(referral.state)) throw refused('referrals:problem.settled')
  if (referral.state === 'draft') throw refused('referrals:problem.wrongState')
  const verdict = verdictOn(referral.state, { state: 'cancelled', reason }, sides)
  if (verdict === 'reason-missing')
    throw invalid([{ field: 'reason', message: 'referrals:field.reasonNeeded' }])
}

interface Going {
  readonly referral: Referral
  readonly sides: readonly Side[]
  readonly center: Center
  readonly reason: string
}

const eventOf = (
  actor: Actor,
  { sides, center, reason }: Going,
  now: Date,
): Omit<ReferralEvent, 'kind' | 'state'> => ({
  id: newId(),
  at: now,
  side: sides.includes('center') ? 'center' : 'sender',
  by: actor.name,
  byAccountId: actor.accountId,
  center: { id: center.id, name: center.name },
  reason,
})

async function moveOn(actor: Actor, going: Going, ports: Ports): Promise<Referral> {
  const { referral, sides, center } = going
  const outbox = sides.includes('center')
    ? await mailsToSender(referral, 'referralForwarded')
    : await mailsToCenter(referral, 'referralWentOn')
  const closed = await changeReferral(referral, referral.state, {
    state: 'cancelled',
    event: { ...eventOf(actor, going, ports.now()), kind: 'forwarded', state: 'cancelled' },
    outbox,
    wentTo: { referralId: newId(), center: { id: center.id, name: center.name } },
  })
  if (!closed) throw refused('referrals:problem.quicker')
  return finishForward(closed, ports)
}

async function prepareOn(actor: Actor, going: Going, ports: Ports): Promise<Referral> {
  const { referral, center } = going
  const draft = await prepareReferral(
    actor,
    { learnerId: referral.learnerId, center, from: referral },
    ports,
  )
  const event = { ...eventOf(actor, going, ports.now()), id: preparedAs(draft.id) }
  await noteEvent(referral.id, { ...event, kind: 'forward-prepared', state: referral.state })
  return draft
}
