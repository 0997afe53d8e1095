/**
 * A printed card lets somebody without a phone or a computer of their own see where they stand, at any public computer. A
 * learner has one card at a time; a new one ends the one before. Its code shows the status and nothing else: no contact, no
 * evidence, and it signs nobody in. A card that a center printed works while the learner's consent to that center is live.
 */
import type { RecordKind } from '../learners/consent.js'
import { addDays, type Day } from '../calendar.js'

export interface Card {
  readonly learnerId: string
  readonly communityId: string
  /** Keyed hash of the code; the code itself is told once. */
  readonly codeHash: string
  /** The name on the card as the learner wishes it; '' for none. */
  readonly calledName: string
  readonly madeAt: Date
  /** The center whose staff printed it, and who; none for a card of the learner's own making. */
  readonly center?: { readonly id: string; readonly name: string; readonly by: string }
  readonly expiresOn: Day
  readonly stoppedAt?: Date
  readonly usedAt?: Date
}

/** For how many days a card may work. */
export const cardDays = [30, 90, 180] as const
export type CardDays = (typeof cardDays)[number]
export const usualDays: CardDays = 90

export const cardEnds = (today: Day, days: CardDays): Day => addDays(today, days)

export const cardStates = ['live', 'stopped', 'ended'] as const
export type CardState = (typeof cardStates)[number]

/** Live on its last day too. */
export function stateOfCard(card: Pick<Card, 'expiresOn' | 'stoppedAt'>, today: Day): CardState {
  if (card.stoppedAt !== undefined) return 'stopped'
  return today <= card.expiresOn ? 'live' : 'ended'
}

/** What a center must be allowed to see before it may print a card, and as long as that card is to work. */
export const neededForCard: RecordKind = 'progress'

/**
 * Whether a card shows what happened at that center: one of the learner's own shows every center, one that a center printed
 * its own, and the others' where the consent covers what came of all referrals.
 */
export const showsCenter = (
  card: Pick<Card, 'center'>,
  centerId: string,
  covers: ReadonlySet<RecordKind>,
): boolean => card.center === undefined || card.center.id === centerId || covers.has('outcome')

/** The hour a look falls in: looks within it are one line for the learner, whoever presses reload. */
export const hourOf = (at: Date): string => at.toISOString().slice(0, 13)

/** True for the first look within an hour: it leaves a line. */
export const leavesLine = (card: Pick<Card, 'usedAt'>, now: Date): boolean =>
  card.usedAt === undefined || hourOf(card.usedAt) !== hourOf(now)
