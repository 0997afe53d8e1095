import { dayOf, type Day } from '../calendar.js'
import { claimsOf } from '../claims/claim-store.js'
import { givenAt } from '../credits/credit-copy.js'
import { referralsOf } from '../referrals/referral-store.js'
import { findHold } from './hold-store.js'
import { lockedUntil, logUntil, type Kept } from './retention.js'

/** What leaving today means: what is kept, until when, and whether a hold stops it. */
export interface LeavingTerms {
  readonly kept: Kept
  readonly lockedUntil: Day | undefined
  readonly logUntil: Day
  readonly isHeld: boolean
}

/** A referral counts from when a center accepted it: before, nobody was served. */
const servedStates: readonly string[] = [
  'accepted',
  'in-progress',
  'on-hold',
  'completed',
  'failed',
]

async function servedUntil(learnerId: string): Promise<Day | undefined> {
  const days = (await referralsOf(learnerId))
    .filter(({ timeline }) => timeline.some(({ state }) => servedStates.includes(state)))
    .flatMap(({ timeline }) => timeline.map(({ at }) => dayOf(at)))
  return days.sort().at(-1)
}

async function grantedOn(learnerId: string): Promise<Day | undefined> {
  const days = (await claimsOf(learnerId))
    .filter(({ granted }) => granted !== undefined)
    .map((claim) => dayOf(givenAt(claim)))
  return days.sort().at(-1)
}

/** What the law has us keep of this learner, by what is in their record now. */
export async function readTerms(learnerId: string, today: Day): Promise<LeavingTerms> {
  const [served, granted, hold] = await Promise.all([
    servedUntil(learnerId),
    grantedOn(learnerId),
    findHold(learnerId),
  ])
  const kept = {
    ...(served !== undefined && { servedUntil: served }),
    ...(granted !== undefined && { grantedOn: granted }),
  }
  const locked = lockedUntil(kept)
  return {
    kept,
    lockedUntil: locked,
    logUntil: logUntil(today, locked),
    isHeld: hold?.isLive === true,
  }
}
