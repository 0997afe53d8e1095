import mongoose from 'mongoose'
import type { Day } from '../calendar.js'
import {
  announcementIndex,
  announcementSchema,
  announcementsIn,
} from '../deliveries/announcement-store.js'
import type { Announcement } from '../deliveries/announcement.js'
import { outboxEntrySchema, outboxIn, outboxIndex } from '../messages/outbox-store.js'
import type { OutboxEntry, OutboxSource } from '../messages/outbox.js'
import { nextLook } from './overdue.js'
import {
  changedAtOf,
  eventKinds,
  isOpen,
  referralStates,
  substates,
  type ForwardLink,
  type NamedCenter,
  type Referral,
  type ReferralEvent,
} from './referral.js'
import {
  benefitStatuses,
  contactWays,
  helpLanguages,
  serviceStatuses,
  servicesWanted,
  yesNo,
  type Stated,
} from './stated.js'

/**
 * Beside the referral itself: `isOpen`, sent and not settled; `isSent`, no draft; `changedAt`, none for a draft; `dueOn`,
 * the day the clock looks at a request next; `isGoing`, a forward whose other half is not yet there: the new referral, or for a sent
 * draft the closing of those it came from; `cameWith`, the joined
 * record it came with where the kept one had such a referral to that center already: both are open then.
 */
export interface ReferralRow extends Omit<Referral, 'id'> {
  readonly _id: string
  readonly isOpen: boolean
  readonly isSent: boolean
  readonly changedAt?: Date
  readonly dueOn?: Day
  readonly isGoing?: true
  readonly cameWith?: string
  readonly outbox: readonly OutboxEntry[]
  readonly announcements: readonly Announcement[]
}

const text = { type: String, required: true } as const
const time = { type: Date, required: true } as const
const flag = { type: Boolean, required: true } as const
const part = <T>(definition: mongoose.SchemaDefinition<T>) =>
  new mongoose.Schema<T>(definition, { _id: false, strict: 'throw' })

const center = part<NamedCenter>({ id: text, name: text })
const link = part<ForwardLink>({ referralId: text, center: { type: center, required: true } })

const event = part<ReferralEvent>({
  id: text,
  at: time,
  side: { ...text, enum: ['sender', 'center', 'program'] },
  by: text,
  byAccountId: String,
  kind: { ...text, enum: eventKinds },
  state: { ...text, enum: referralStates },
  substate: { type: String, enum: substates },
  reason: String,
  center,
})

const stated = part<Stated>({
  contactBy: { type: String, enum: contactWays },
  helpIn: { type: String, enum: helpLanguages },
  accommodation: String,
  desiredWork: String,
  occupation: String,
  mayWork: { type: String, enum: yesNo },
  isAdult: { type: String, enum: yesNo },
  service: { type: String, enum: serviceStatuses },
  benefits: { type: String, enum: benefitStatuses },
  bringsProof: Boolean,
  wants: [{ type: String, enum: servicesWanted }],
  resumeUrl: String,
})

const schema = new mongoose.Schema<ReferralRow>(
  {
    _id: text,
    communityId: text,
    learnerId: text,
    centerId: text,
    state: { ...text, enum: referralStates },
    substate: { type: String, enum: substates },
    isOpen: flag,
    isSent: flag,
    changedAt: Date,
    dueOn: String,
    isGoing: Boolean,
    cameWith: String,
    since: time,
    askedAt: time,
    askedBy: {
      type: part<Referral['askedBy']>({ accountId: text, name: text, byStaff: flag }),
      required: true,
    },
    message: String,
    stated,
    proof: { type: mongoose.Schema.Types.Mixed, required: true },
    consentId: String,
    packet: { ...text, enum: ['open', 'closed'] },
    cameFrom: link,
    wentTo: link,
    timeline: [event],
    demonstration: flag,
    outbox: [outboxEntrySchema],
    announcements: [announcementSchema],
  },
  { strict: 'throw', minimize: false, versionKey: false, collection: 'referrals' },
)
schema.index(
  { learnerId: 1, centerId: 1, cameWith: 1 },
  { unique: true, partialFilterExpression: { isOpen: true } },
)
schema.index(
  { centerId: 1, learnerId: 1, cameWith: 1 },
  { unique: true, partialFilterExpression: { isSent: false, state: 'draft' } },
)
schema.index({ learnerId: 1, askedAt: 1 })
schema.index({ communityId: 1, centerId: 1, isOpen: 1, since: 1, _id: 1 })
schema.index({ communityId: 1, centerId: 1, state: 1, since: 1, _id: 1 })
schema.index({ communityId: 1, centerId: 1, isSent: 1, since: 1, _id: 1 })
schema.index({ communityId: 1, centerId: 1, changedAt: 1, _id: 1 })
schema.index({ dueOn: 1 }, { partialFilterExpression: { dueOn: { $exists: true } } })
schema.index({ isGoing: 1 }, { partialFilterExpression: { isGoing: true } })
schema.index(...outboxIndex)
schema.index(...announcementIndex)

/** For the stores of this folder only. */
export const Referrals = mongoose.model<ReferralRow>('Referral', schema)

/** The mails waiting inside referrals. */
export const referralOutbox: OutboxSource = outboxIn('Referral')

/** What centers' own systems are told, waiting inside referrals. */
export const referralAnnouncements = announcementsIn('Referral')

export const hidden = {
  isOpen: 0,
  isSent: 0,
  changedAt: 0,
  dueOn: 0,
  isGoing: 0,
  cameWith: 0,
  outbox: 0,
  announcements: 0,
} as const
export type Shown = Omit<ReferralRow, keyof typeof hidden>

export const referralOf = ({ _id, ...facts }: Shown): Referral => ({ id: _id, ...facts })

/** What only the database needs to know of a new referral. */
export function bookkeepingOf(referral: Referral) {
  const isSent = referral.state !== 'draft'
  const dueOn = nextLook(referral)
  return {
    isOpen: isSent && isOpen(referral.state),
    isSent,
    ...(isSent && { changedAt: changedAtOf(referral) }),
    ...(dueOn !== undefined && { dueOn }),
  }
}
