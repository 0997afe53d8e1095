import type { Day } from '../calendar.js'
import type { OutboxEntry } from '../messages/outbox.js'
import { hidden, referralOf, Referrals, type Shown } from './referral-row-store.js'
import type { Referral, ReferralEvent } from './referral.js'

/** Requests the clock has to look at by this day, at most `limit`. */
export async function dueReferrals(
  today: Day,
  limit: number,
): Promise<{ readonly referral: Referral; readonly dueOn: Day }[]> {
  const { dueOn: _, ...rest } = hidden
  const rows = await Referrals.find({ dueOn: { $lte: today } }, rest)
    .sort({ dueOn: 1 })
    .limit(limit)
    .lean<(Shown & { dueOn: Day })[]>()
  return rows.map(({ dueOn, ...row }) => ({ referral: referralOf(row), dueOn }))
}

/**
 * Sets the clock of a request to its next day, or ends it, with the line that tells what was done. False when it was set
 * by somebody else or the request was answered meanwhile.
 */
export async function turnClock(
  { id, dueOn }: { readonly id: string; readonly dueOn: Day },
  next: Day | undefined,
  event: ReferralEvent | undefined,
  outbox: readonly OutboxEntry[],
): Promise<boolean> {
  const done = await Referrals.updateOne(
    { _id: id, dueOn },
    {
      ...(next === undefined ? { $unset: { dueOn: 1 } } : {}),
      ...((next !== undefined || event) && {
        $set: { ...(next !== undefined && { dueOn: next }), ...(event && { changedAt: event.at }) },
      }),
      $push: { timeline: { $each: event ? [event] : [] }, outbox: { $each: [...outbox] } },
    },
  )
  return done.modifiedCount === 1
}

/** Forwards one half of which is not yet written, at most `limit`: a process died between the two. */
export async function unfinishedForwards(limit: number): Promise<Referral[]> {
  const rows = await Referrals.find({ isGoing: true }, hidden).limit(limit).lean<Shown[]>()
  return rows.map(referralOf)
}

/** The second half of a forward is there, as the referral of this id. Harmless to repeat. */
export async function settleForward(id: string, referralId: string): Promise<void> {
  await Referrals.updateOne(
    { _id: id, isGoing: true },
    { $set: { 'wentTo.referralId': referralId }, $unset: { isGoing: 1 } },
  )
}

/** What was to go on as this sent draft is closed. Harmless to repeat; a forward of its own stays unfinished. */
export async function settleSent(id: string): Promise<void> {
  await Referrals.updateOne(
    { _id: id, isGoing: true, wentTo: { $exists: false } },
    { $unset: { isGoing: 1 } },
  )
}

/** Gives up a forward that cannot be finished: the referral stays cancelled and leads nowhere. Harmless to repeat. */
export async function dropForward(id: string): Promise<void> {
  await Referrals.updateOne({ _id: id, isGoing: true }, { $unset: { isGoing: 1, wentTo: 1 } })
}
