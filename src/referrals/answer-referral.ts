import type { Actor } from '../access/actor.js'
import { newId } from '../ids.js'
import type { Ports } from '../ports.js'
import { invalid, notAllowed, refused, type Problem } from '../problems.js'
import { mailsToCenter, mailsToSender } from './announce.js'
import { asTheyStand } from './match-packets.js'
import { readReferral } from './read-referral.js'
import { verdictOn, type Answer, type Referral, type ReferralEvent, type Side } from './referral.js'
import { changeReferral, findReferral } from './referral-store.js'
import { sendDraft } from './send-draft.js'

/**
 * One party sets the next state or substate. Of two answers at once exactly one wins. Throws not-found to a third party,
 * not-allowed for a state that is not theirs to set, refused at the wrong moment, invalid without a needed reason. An answer
 * that stands on the timeline under this id already is not given again.
 */
export async function answerReferral(
  actor: Actor,
  id: string,
  answer: Answer,
  ports: Ports,
  eventId = newId(),
): Promise<Referral> {
  const { referral, sides } = await readReferral(actor, id, ports.now())
  if (wasDone(referral, eventId)) return referral
  const verdict = verdictOn(referral.state, answer, sides)
  if (verdict !== 'move' && verdict !== 'note') throw problems[verdict]()
  if (verdict === 'move' && answer.state === 'requested')
    return sendDraft(actor, referral, referral, ports)
  const side = sideFor(referral, answer, sides)
  const event: ReferralEvent = {
    id: eventId,
    at: ports.now(),
    side,
    by: actor.name,
    byAccountId: actor.accountId,
    kind: verdict === 'move' ? 'state' : 'note',
    ...answer,
  }
  const outbox =
    side === 'center'
      ? await mailsToSender(referral, 'referralAnswered')
      : referral.state === 'draft'
        ? []
        : await mailsToCenter(referral, 'referralChanged')
  const change = { state: answer.state, substate: answer.substate, event, outbox }
  const changed = await changeReferral(referral, referral.state, change)
  const stands = changed ?? (await findReferral(id))
  const [answered] = stands ? await asTheyStand([stands], ports.now()) : []
  if (answered && wasDone(answered, eventId)) return answered
  throw refused('referrals:problem.quicker')
}

const wasDone = ({ timeline }: Referral, eventId: string): boolean =>
  timeline.some((event) => event.id === eventId)

/** Someone on both sides speaks for the one that may set it; for the center where both may. */
const sideFor = (referral: Referral, answer: Answer, sides: readonly Side[]): Side => {
  const alone = (['center', 'sender'] as const).find(
    (side) =>
      sides.includes(side) && ['move', 'note'].includes(verdictOn(referral.state, answer, [side])),
  )
  return alone ?? 'sender'
}

const problems: Readonly<
  Record<
    'not-yours' | 'settled' | 'wrong-state' | 'wrong-substate' | 'reason-missing',
    () => Problem
  >
> = {
  'not-yours': () => notAllowed('referrals:problem.notYours'),
  settled: () => refused('referrals:problem.settled'),
  'wrong-state': () => refused('referrals:problem.wrongState'),
  'wrong-substate': () =>
    invalid([{ field: 'substate', message: 'referrals:field.substateDoesNotFit' }]),
  'reason-missing': () => invalid([{ field: 'reason', message: 'referrals:field.reasonNeeded' }]),
}
