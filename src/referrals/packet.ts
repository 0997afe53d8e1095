/**
 * The packet is what a referral opens to its center: who the learner is and how to reach them, what they have shown, what
 * they say of themselves. It is put together at each opening from the record as it stands, cut to what the consent covers,
 * and each opening is a disclosure. Never in it: a Social Security number, immigration papers, medical detail, the kind of
 * a disability.
 */
import type { Day } from '../calendar.js'
import type { LearnerRecord } from '../learners/record.js'
import type { ResumeFile } from '../resumes/resume.js'
import type { Referral } from './referral.js'

/** The résumé that goes with a packet: what it is, and the digest by which a copy is told to be the same. */
export interface PacketResume {
  readonly file: ResumeFile
  /** Of its bytes, in hex. */
  readonly sha256: string
}

export interface Packet {
  readonly referral: Referral
  readonly record: LearnerRecord
  readonly center: { readonly id: string; readonly name: string }
  readonly program: string
  readonly sender: {
    readonly name: string
    readonly organization?: string
    readonly email?: string
  }
  /** The consent it rests on, and its last day. */
  readonly consent: { readonly id: string; readonly until: Day }
  /** Where the consent covers it and there is one. */
  readonly resume?: PacketResume
  readonly preparedAt: Date
}

/** A link that opens one packet to whoever holds it, such as a colleague without an account; only its hash is kept. */
export interface PacketLink {
  readonly id: string
  readonly referralId: string
  readonly learnerId: string
  readonly centerId: string
  readonly communityId: string
  readonly tokenHash: string
  readonly madeBy: string
  readonly madeAt: Date
  readonly expiresAt: Date
  readonly stoppedAt?: Date
}

/** For how many days a link may work; a longer need is a reason for an account. */
export const linkDays = [1, 3, 7, 14] as const
export type LinkDays = (typeof linkDays)[number]

/** At most this many links of one referral are live at a time. */
export const mostLinks = 20

export const linkEnds = (now: Date, days: LinkDays): Date =>
  new Date(now.getTime() + days * 86_400_000)

export type LinkState = 'live' | 'stopped' | 'ended'

export function stateOfLink(
  link: Pick<PacketLink, 'stoppedAt' | 'expiresAt'>,
  now: Date,
): LinkState {
  if (link.stoppedAt) return 'stopped'
  return now < link.expiresAt ? 'live' : 'ended'
}
