import { isDuplicateKey } from '../duplicate-keys.js'
import type { JointRead } from '../joint-read.js'
import type { OutboxEntry } from '../messages/outbox.js'
import { nextLook } from './overdue.js'
import { referralNews } from './referral-news.js'
import { bookkeepingOf, hidden, referralOf, Referrals, type Shown } from './referral-row-store.js'
import {
  isOpen,
  type ForwardLink,
  type Referral,
  type ReferralEvent,
  type ReferralState,
  type Substate,
} from './referral.js'

/** Keeps a new referral with the mail that announces it. False when one to that center is open already. */
export async function insertReferral(
  referral: Referral,
  outbox: readonly OutboxEntry[],
): Promise<boolean> {
  const { id, ...facts } = referral
  if (referral.state !== 'draft' && (await isOpenThere(referral))) return false
  try {
    const announcements = referral.timeline
      .slice(-1)
      .flatMap((event) => referralNews(referral, event))
    await Referrals.create({ _id: id, ...facts, ...bookkeepingOf(referral), outbox, announcements })
    return true
  } catch (error) {
    if (isDuplicateKey(error)) return false
    throw error
  }
}

/** Asked before the unique index is: that lets one that came with a joined record be open beside another. */
const isOpenThere = async ({ learnerId, centerId }: Pick<Referral, 'learnerId' | 'centerId'>) =>
  (await Referrals.exists({ learnerId, centerId, isOpen: true })) !== null

/** For seeds: many at once, without mail. Known ids are left as they are. */
export async function insertReferrals(referrals: readonly Referral[]): Promise<void> {
  if (referrals.length === 0) return
  await Referrals.bulkWrite(
    referrals.map((referral) => {
      const { id, ...facts } = referral
      return {
        updateOne: {
          filter: { _id: id },
          update: {
            $setOnInsert: { ...facts, ...bookkeepingOf(referral), outbox: [], announcements: [] },
          },
          upsert: true,
        },
      }
    }),
  )
}

export async function findReferral(id: string): Promise<Referral | undefined> {
  const row = await Referrals.findById(id, hidden).lean<Shown>()
  return row ? referralOf(row) : undefined
}

/** Every referral of one learner, oldest first. */
export async function referralsOf(learnerId: string): Promise<Referral[]> {
  const rows = await Referrals.find({ learnerId }, hidden).sort({ askedAt: 1 }).lean<Shown[]>()
  return rows.map(referralOf)
}

/** As referralsOf, to ride along with another read. */
export const referralsRead = (learnerId: string): JointRead<Referral[]> => ({
  from: Referrals.collection.name,
  filter: { learnerId },
  sort: { askedAt: 1 },
  fields: hidden,
  take: (rows) => (rows as readonly Shown[]).map(referralOf),
})

/** The referral a write is about. */
type Named = Pick<Referral, 'id' | 'centerId'>

export interface ReferralChange {
  readonly state: ReferralState
  readonly substate?: Substate | undefined
  /** Takes the substate away: nothing finer than the state is true any more. */
  readonly dropsSubstate?: boolean
  /** Only while this substate stands. */
  readonly whileSubstate?: Substate
  readonly event: ReferralEvent
  readonly outbox: readonly OutboxEntry[]
  /** Where it goes on, for a forward: its second half is still to be written. */
  readonly wentTo?: ForwardLink
}

/**
 * Moves a referral on, only if it still stands in `from`; `since` moves with the state. Undefined when someone else was
 * quicker: one of two answers at once wins, and of one that comes twice at once by its event's id.
 */
export async function changeReferral(
  of: Named,
  from: ReferralState,
  change: ReferralChange,
): Promise<Referral | undefined> {
  const moved = change.state !== from
  const row = await Referrals.findOneAndUpdate(
    {
      _id: of.id,
      state: from,
      'timeline.id': { $ne: change.event.id },
      ...(change.whileSubstate && { substate: change.whileSubstate }),
    },
    {
      $set: {
        state: change.state,
        isOpen: from !== 'draft' && isOpen(change.state),
        ...(from !== 'draft' && { changedAt: change.event.at }),
        ...(moved && { since: change.event.at }),
        ...(change.substate && { substate: change.substate }),
        ...(change.wentTo && { wentTo: change.wentTo, isGoing: true }),
      },
      ...((moved || change.dropsSubstate) && {
        $unset: { ...(moved && { dueOn: 1 }), ...(!change.substate && { substate: 1 }) },
      }),
      $push: {
        timeline: change.event,
        outbox: { $each: change.outbox },
        announcements: { $each: referralNews(of, change.event, from === 'draft') },
      },
    },
    { returnDocument: 'after', projection: hidden },
  ).lean<Shown>()
  return row ? referralOf(row) : undefined
}

/** What the learner tells a center with a referral: just this, so that nothing stays of what they took back. */
type Told = Pick<Referral, 'message' | 'stated'>

function toldUpdate({ message, stated }: Told) {
  const untold = {
    ...(message === undefined && { message: 1 as const }),
    ...(!stated && { stated: 1 as const }),
  }
  return {
    set: { ...(message !== undefined && { message }), ...(stated && { stated }) },
    unset: Object.keys(untold).length > 0 ? { $unset: untold } : {},
  }
}

/** What a draft becomes when it is sent; a message or statement that is not in it is gone. */
export type SentReferral = Pick<
  Referral,
  'since' | 'askedAt' | 'message' | 'stated' | 'proof' | 'consentId'
>

/** Sends a draft; those it came from are still to be closed. Undefined when it is no draft any more, or one to that center is open already. */
export async function sendReferral(
  of: Named & Pick<Referral, 'learnerId'>,
  sent: SentReferral,
  event: ReferralEvent,
  outbox: readonly OutboxEntry[],
): Promise<Referral | undefined> {
  const dueOn = nextLook({ state: 'requested', since: sent.since })
  const { unset } = toldUpdate(sent)
  if (await isOpenThere(of)) return undefined
  try {
    const row = await Referrals.findOneAndUpdate(
      { _id: of.id, state: 'draft' },
      {
        $set: {
          ...sent,
          state: 'requested',
          packet: 'open',
          isOpen: true,
          isSent: true,
          isGoing: true,
          changedAt: event.at,
          ...(dueOn !== undefined && { dueOn }),
        },
        ...unset,
        $push: {
          timeline: event,
          outbox: { $each: outbox },
          announcements: { $each: referralNews(of, event) },
        },
      },
      { returnDocument: 'after', projection: hidden },
    ).lean<Shown>()
    return row ? referralOf(row) : undefined
  } catch (error) {
    if (isDuplicateKey(error)) return undefined
    throw error
  }
}

/** Notes once that the center has opened a referral nobody had touched; false when there was something already. */
export async function noteViewed(id: string, event: ReferralEvent): Promise<boolean> {
  const result = await Referrals.updateOne(
    { _id: id, state: 'requested', substate: { $exists: false } },
    { $set: { substate: 'viewed', changedAt: event.at }, $push: { timeline: event } },
  )
  return result.modifiedCount === 1
}

/** Adds a line to the timeline, once by its id; nothing else of the referral changes. */
export async function noteEvent(
  id: string,
  event: ReferralEvent,
  outbox: readonly OutboxEntry[] = [],
): Promise<boolean> {
  const result = await Referrals.updateOne(
    { _id: id, 'timeline.id': { $ne: event.id } },
    {
      $set: { changedAt: event.at },
      $push: { timeline: event, outbox: { $each: [...outbox] } },
    },
  )
  return result.modifiedCount === 1
}

/** Keeps what the learner says of themselves, and no more, with the line that tells of it, while it is in `from`. */
export async function saveStated(
  of: Named,
  from: ReferralState,
  told: Told,
  event: ReferralEvent | undefined,
  outbox: readonly OutboxEntry[],
): Promise<boolean> {
  const { set, unset } = toldUpdate(told)
  const result = await Referrals.updateOne(
    { _id: of.id, state: from },
    {
      $set: { ...set, ...(event && { changedAt: event.at }) },
      ...unset,
      $push: {
        timeline: { $each: event ? [event] : [] },
        outbox: { $each: [...outbox] },
        announcements: { $each: event ? referralNews(of, event) : [] },
      },
    },
  )
  return result.matchedCount === 1
}

/** Closes or opens again what a referral shows beyond its own existence. False when it was so already. */
export async function setPacket(
  of: Named,
  packet: Referral['packet'],
  consentId: string | undefined,
  event: ReferralEvent,
  outbox: readonly OutboxEntry[],
): Promise<boolean> {
  const result = await Referrals.updateOne(
    { _id: of.id, packet: { $ne: packet } },
    {
      $set: { packet, changedAt: event.at, ...(consentId !== undefined && { consentId }) },
      $push: {
        timeline: event,
        outbox: { $each: outbox },
        announcements: { $each: referralNews(of, event) },
      },
    },
  )
  return result.modifiedCount === 1
}

/** The open referral of a learner at a center, if there is one; a draft does not count. */
export async function openReferralAt(
  learnerId: string,
  centerId: string,
): Promise<Referral | undefined> {
  const row = await Referrals.findOne({ learnerId, centerId, isOpen: true }, hidden)
    .sort({ cameWith: 1 })
    .lean<Shown>()
  return row ? referralOf(row) : undefined
}

/** The draft of a referral of a learner to a center, if there is one. */
export async function draftAt(learnerId: string, centerId: string): Promise<Referral | undefined> {
  const row = await Referrals.findOne(
    { centerId, learnerId, isSent: false, state: 'draft' },
    hidden,
  ).lean<Shown>()
  return row ? referralOf(row) : undefined
}

/** The open referrals and drafts of many learners to one center, by learner; one query. */
export async function underWayAt(
  learnerIds: readonly string[],
  centerId: string,
): Promise<Map<string, Referral>> {
  const rows = await Referrals.find(
    { learnerId: { $in: [...learnerIds] }, centerId, $or: [{ isOpen: true }, { state: 'draft' }] },
    hidden,
  ).lean<Shown[]>()
  const sent = rows.sort((a, b) => Number(b.state === 'draft') - Number(a.state === 'draft'))
  return new Map(sent.map((row) => [row.learnerId, referralOf(row)]))
}
