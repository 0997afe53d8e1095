import { isOpen, type Referral } from '../referrals/referral.js'
import { referralsOf } from '../referrals/referral-store.js'
import { casesOf, endCase, saveCaseStates } from './case-store.js'
import type { Case } from './case.js'

const latest = (referrals: readonly Referral[]): Referral | undefined =>
  [...referrals].sort((a, b) => a.since.getTime() - b.since.getTime()).at(-1)

/**
 * Has the cases of learners stand where their referrals do, after referrals were given to them or taken from them. Without
 * one a case is somebody's whom staff took on. Harmless to repeat.
 */
export async function matchCases(learnerIds: readonly string[]): Promise<void> {
  for (const learnerId of new Set(learnerIds)) {
    const referrals = (await referralsOf(learnerId)).filter(({ state }) => state !== 'draft')
    for (const one of await casesOf(learnerId))
      await matchCase(
        one,
        referrals.filter(({ centerId }) => centerId === one.centerId),
      )
  }
}

async function matchCase(one: Case, referrals: readonly Referral[]): Promise<void> {
  const { communityId, centerId, learnerId } = one
  const open = latest(referrals.filter(({ state }) => isOpen(state)))
  if (open) {
    const { state, since } = open
    await saveCaseStates([{ communityId, centerId, learnerId, state, isOpen: true, since }])
    return
  }
  if (one.isOpen && one.state !== 'none') await endCase(one, latest(referrals))
}
