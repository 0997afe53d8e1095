import { dayOf } from '../calendar.js'
import { findProgram } from '../communities/program-store.js'
import { newId } from '../ids.js'
import type { Ports } from '../ports.js'
import { Problem } from '../problems.js'
import { mailsToCenter, mailsToSender } from './announce.js'
import { closeForwarded } from './close-forwarded.js'
import { finishForward } from './finish-forward.js'
import { nextLook, overdueOf } from './overdue.js'
import type { Referral, ReferralEvent } from './referral.js'
import { dropForward, dueReferrals, turnClock, unfinishedForwards } from './referral-clock-store.js'

interface Run {
  readonly world: { readonly ports: Pick<Ports, 'now'> }
  readonly signal: AbortSignal
  readonly touch: () => Promise<void>
}

const batch = 100

/**
 * Turns the clock of requests that lie too long: the center is reminded once, then the sender is offered other centers.
 * Then finishes forwards that a dying process left half done. Safe to run twice: each step is taken from the day it was due.
 */
export async function remindReferrals({ world: { ports }, signal, touch }: Run): Promise<void> {
  while (!signal.aborted) {
    const due = await dueReferrals(dayOf(ports.now()), batch)
    for (const { referral, dueOn } of due) await turnOne(referral, dueOn, ports.now())
    if (due.length < batch) break
    await touch()
  }
  if (!signal.aborted) await finishForwards(ports)
}

/** One whose learner or center is gone is given up; any other failure is thrown after the rest was tried. */
async function finishForwards(ports: Pick<Ports, 'now'>): Promise<void> {
  const failed: unknown[] = []
  for (const half of await unfinishedForwards(batch))
    try {
      await closeForwarded(half, ports)
      if (half.wentTo) await finishForward(half, ports)
    } catch (thrown) {
      if (thrown instanceof Problem) await dropForward(half.id)
      else failed.push(thrown)
    }
  if (failed.length > 0) throw new AggregateError(failed, 'forwards that could not be finished')
}

async function turnOne(referral: Referral, dueOn: string, now: Date): Promise<void> {
  const overdue = overdueOf(referral, now)?.kind
  const next = nextLook(referral, overdue ?? 'late')
  if (overdue === undefined) {
    await turnClock({ id: referral.id, dueOn }, next, undefined, [])
    return
  }
  const isLate = overdue === 'late'
  const program = await findProgram(referral.communityId)
  const event: ReferralEvent = {
    id: newId(),
    at: now,
    side: 'program',
    by: program?.name ?? '',
    kind: isLate ? 'reminded' : 'offered',
    state: referral.state,
  }
  const mails = isLate
    ? await mailsToCenter(referral, 'referralReminder')
    : await mailsToSender(referral, 'referralOffered')
  await turnClock({ id: referral.id, dueOn }, next, event, mails)
}
