import { dayOf, type Day } from '../calendar.js'
import { Claims } from './claim-store.js'
import type { Claim } from './claim.js'

/** The credit that colleges have granted to these learners, by learner; the day is that of the decision. */
export async function grantedOfMany(
  learnerIds: readonly string[],
): Promise<Map<string, { course: string; collegeName: string; on: Day }[]>> {
  const rows = await Claims.find(
    { learnerId: { $in: [...learnerIds] }, state: { $in: ['granted', 'part'] } },
    { learnerId: 1, 'agreement.course': 1, collegeName: 1, changedAt: 1 },
  ).lean<Pick<Claim, 'learnerId' | 'agreement' | 'collegeName' | 'changedAt'>[]>()
  const granted = new Map<string, { course: string; collegeName: string; on: Day }[]>()
  for (const { learnerId, agreement, collegeName, changedAt } of rows) {
    const line = { course: agreement.course, collegeName, on: dayOf(changedAt) }
    granted.set(learnerId, [...(granted.get(learnerId) ?? []), line])
  }
  return granted
}
