import { findAccount } from '../access/account-store.js'
import { dayOf } from '../calendar.js'
import { consentsOf } from '../learners/consent-store.js'
import { coverOf, type RecordKind } from '../learners/consent.js'
import { findLearner } from '../learners/learner-store.js'
import type { Learner } from '../learners/learner.js'
import { findCard } from './card-store.js'
import { neededForCard, stateOfCard, type Card } from './card.js'

export interface OpenedCard {
  readonly card: Card
  readonly learner: Learner
  /** What the center that printed it may see; empty for a card of the learner's own making. */
  readonly covers: ReadonlySet<RecordKind>
}

/**
 * The card with this hash while it works: live, its learner there with an open account (or none), and for a card that a
 * center printed the consent to that center still live. Undefined for everything else, without saying what it was.
 */
export async function openCard(codeHash: string, now: Date): Promise<OpenedCard | undefined> {
  const card = await findCard(codeHash)
  if (!card || stateOfCard(card, dayOf(now)) !== 'live') return undefined
  const learner = await findLearner(card.learnerId)
  if (!learner) return undefined
  const account = learner.accountId === undefined ? undefined : await findAccount(learner.accountId)
  if (account && account.state !== 'active') return undefined
  const covers = await coveredFor(card, now)
  return covers && { card, learner, covers }
}

async function coveredFor({ learnerId, center }: Card, now: Date) {
  if (!center) return new Set<RecordKind>()
  const { records } = coverOf(await consentsOf(learnerId), center.id, dayOf(now))
  return records.has(neededForCard) ? records : undefined
}
