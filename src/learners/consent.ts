/**
 * A learner lets named organizations see named parts of their record, for one purpose, until a day at most twelve months
 * away. It counts from the moment it is signed until it is withdrawn or that day ends, and it is checked at every read.
 * Shape after 34 CFR 99.30 (signed, dated, names the records, the purpose and the parties).
 */
import { createHash, createHmac } from 'node:crypto'
import { addDays, isDay, type Day } from '../calendar.js'

export const recordKinds = [
  'progress',
  'badges',
  'credential',
  'contact',
  'resume',
  'outcome',
] as const
export type RecordKind = (typeof recordKinds)[number]

export const purposes = ['referral', 'credit', 'employment'] as const
export type Purpose = (typeof purposes)[number]

/** With what a consent was signed: the exact words by their hash, how the person proved who they are, and from where. */
export interface Signature {
  readonly version: string
  readonly language: 'en' | 'es'
  readonly textHash: string
  readonly authMethod: 'password'
  /** Keyed hash of the network address: it can be compared, not read. Missing on invented consents. */
  readonly ipHash?: string
}

/** 'ended': by its date. Who: the learner, or the program on the day after its last. */
export interface ConsentEvent {
  readonly kind: 'given' | 'renewed' | 'stopped' | 'ended'
  readonly at: Date
  readonly by: 'learner' | 'program'
  readonly expiresOn?: Day
  readonly signature?: Signature
}

/** The signature is the last one; those before it are in the history. */
export interface Consent extends Signature {
  readonly id: string
  readonly learnerId: string
  readonly communityId: string
  readonly parties: readonly string[]
  readonly purpose: Purpose
  readonly records: readonly RecordKind[]
  readonly signedAt: Date
  readonly expiresOn: Day
  readonly withdrawnAt?: Date
  /** What happened to it, oldest first; only ever added to. Missing on one that was not kept yet. */
  readonly history?: readonly ConsentEvent[]
}

/** The signature of a consent or of anything that carries one. */
export const signatureOf = ({
  version,
  language,
  textHash,
  authMethod,
  ipHash,
}: Signature): Signature => ({
  version,
  language,
  textHash,
  authMethod,
  ...(ipHash !== undefined && { ipHash }),
})

/** How a consent's history begins. */
export const firstEvent = (consent: Consent): ConsentEvent => ({
  kind: 'given',
  at: consent.signedAt,
  by: 'learner',
  expiresOn: consent.expiresOn,
  signature: signatureOf(consent),
})

/** The wording in force. A change of the words in locales learners:consent.text needs a new version. */
export const consentVersion = '2026-11'

/** What each hand-off needs to see, so that forms can ask for exactly that. */
export const recordsNeeded: Readonly<Record<'referral' | 'credit', readonly RecordKind[]>> = {
  referral: ['progress', 'badges', 'credential', 'contact'],
  credit: ['badges', 'credential'],
}

/** The last day a consent signed `today` may run: the same day of the next year. */
export function latestExpiry(today: Day): Day {
  const sameDay = `${Number(today.slice(0, 4)) + 1}${today.slice(4)}`
  return isDay(sameDay) ? sameDay : addDays(today, 365)
}

/** Proof of the exact words that were signed. */
export const hashOfText = (text: string): string =>
  createHash('sha256').update(text, 'utf8').digest('hex')

/** A mark of the address a signature came from. Keyed, because four billion addresses are soon tried. */
export const addressMark = (address: string, secret: string): string =>
  createHmac('sha256', `consent addresses|${secret}`).update(address).digest('base64url')

/** True on its last day too; false from the moment it is withdrawn. */
export const isLive = (consent: Pick<Consent, 'withdrawnAt' | 'expiresOn'>, today: Day): boolean =>
  consent.withdrawnAt === undefined && today <= consent.expiresOn

/** What an organization may see of one learner, and which consents say so. */
export interface Cover {
  readonly records: ReadonlySet<RecordKind>
  readonly consentIds: readonly string[]
}

/** All live consents that name the organization, taken together; narrowed to one purpose when it is given. */
export function coverOf(
  consents: readonly Consent[],
  organizationId: string,
  today: Day,
  purpose?: Purpose,
): Cover {
  const live = consents.filter(
    (consent) =>
      isLive(consent, today) &&
      consent.parties.includes(organizationId) &&
      (purpose === undefined || consent.purpose === purpose),
  )
  return {
    records: new Set(live.flatMap((consent) => consent.records)),
    consentIds: live.map((consent) => consent.id),
  }
}

/** The kinds asked for that the cover does not hold. */
export const notCovered = (cover: Cover, records: readonly RecordKind[]): RecordKind[] =>
  records.filter((kind) => !cover.records.has(kind))

export type ConsentState = 'live' | 'withdrawn' | 'expired'

/** The word for a consent on lists. */
export const stateOf = (consent: Consent, today: Day): ConsentState => {
  if (consent.withdrawnAt !== undefined) return 'withdrawn'
  return today <= consent.expiresOn ? 'live' : 'expired'
}
