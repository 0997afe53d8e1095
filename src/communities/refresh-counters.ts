import { learnerCounts } from '../learners/learner-store.js'
import { referralCount } from '../referrals/referral-queue-store.js'
import type { Counters } from './counter.js'
import { saveCounters } from './counter-store.js'

/** Counts one community anew and keeps the count. Pages show what is kept, so that none slows down as learners grow. */
export async function refreshCounters(communityId: string, now: Date): Promise<Counters> {
  const [counts, referrals] = await Promise.all([
    learnerCounts(communityId),
    referralCount(communityId),
  ])
  const counters = { communityId, asOf: now, ...counts, referrals }
  await saveCounters(counters)
  return counters
}
