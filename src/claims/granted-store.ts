import { dayOf, type Day } from '../calendar.js'
import type { CreditUnit } from '../agreements/agreement.js'
import { Claims } from './claim-store.js'
import type { Claim } from './claim.js'
import { givenAt } from '../credits/credit-copy.js'

/** A credit that a college has given; the day is that of the decision that gave this much. */
export interface Granted {
  readonly course: string
  readonly collegeName: string
  readonly credits: number
  readonly unit: CreditUnit
  readonly on: Day
}

type Row = Pick<Claim, 'learnerId' | 'agreement' | 'collegeName' | 'changedAt' | 'events'> & {
  readonly granted: number
}

/** The credit that colleges have given to these learners, by learner; also while they appeal for more. */
export async function grantedOfMany(
  learnerIds: readonly string[],
): Promise<Map<string, Granted[]>> {
  const rows = await Claims.find(
    { learnerId: { $in: [...learnerIds] }, granted: { $exists: true } },
    {
      learnerId: 1,
      agreement: 1,
      collegeName: 1,
      changedAt: 1,
      granted: 1,
      'events.at': 1,
      'events.credits': 1,
    },
  ).lean<Row[]>()
  const granted = new Map<string, Granted[]>()
  for (const row of rows) {
    const { learnerId, collegeName, granted: credits } = row
    const { course, unit } = row.agreement
    const line = { course, collegeName, unit, credits, on: dayOf(givenAt(row)) }
    granted.set(learnerId, [...(granted.get(learnerId) ?? []), line])
  }
  return granted
}
