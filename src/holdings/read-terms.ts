import { dayOf, type Day } from '../calendar.js'
import { claimsOf } from '../claims/claim-store.js'
import { givenAt } from '../credits/credit-copy.js'
import { mergesBehind } from '../duplicates/merge-store.js'
import { coEnrollmentsOf } from '../referrals/co-enrollment-store.js'
import { referralsOf } from '../referrals/referral-store.js'
import { isHeld } from './hold-store.js'
import { lastDaysOf, lockedUntil, logUntil, type Kept } from './retention.js'

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

type Records = readonly string[]

const inAll = async <T>(ids: Records, read: (id: string) => Promise<T[]>): Promise<T[]> =>
  (await Promise.all(ids.map(read))).flat()

async function servedUntil(learnerIds: Records, today: Day): Promise<Day | undefined> {
  const [referrals, stays] = await Promise.all([
    inAll(learnerIds, referralsOf),
    inAll(learnerIds, (id) => coEnrollmentsOf(id)),
  ])
  const days = referrals
    .filter(({ timeline }) => timeline.some(({ state }) => servedStates.includes(state)))
    .flatMap(({ timeline }) => timeline.map(({ at }) => dayOf(at)))
  return [...days, ...lastDaysOf(stays, today)].sort().at(-1)
}

async function grantedOn(learnerIds: Records): Promise<Day | undefined> {
  const days = (await inAll(learnerIds, claimsOf))
    .filter(({ granted }) => granted !== undefined)
    .map((claim) => dayOf(givenAt(claim)))
  return days.sort().at(-1)
}

/** What the law has us keep of a learner, by what is now in their record and in those that were joined into it. */
export async function readTerms(learnerIds: Records, today: Day): Promise<LeavingTerms> {
  const [served, granted, held] = await Promise.all([
    servedUntil(learnerIds, today),
    grantedOn(learnerIds),
    isHeld(learnerIds),
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
    isHeld: held,
  }
}

/** What leaving now would mean for a learner, before they ask. */
export async function termsOfLeaving(learnerId: string, now: Date): Promise<LeavingTerms> {
  const joinedIds = (await mergesBehind(learnerId)).map(({ goneId }) => goneId)
  return readTerms([learnerId, ...joinedIds], dayOf(now))
}
