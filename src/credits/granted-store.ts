import { dayOf, type Day } from '../calendar.js'
import type { CreditUnit } from './agreement.js'
import { Claims } from './claim-store.js'
import { decidedAt, type Claim } from './claim.js'

/** A credit that a college has given; the day is that of the decision. */
export interface Granted {
  readonly course: string
  readonly collegeName: string
  readonly credits: number
  readonly unit: CreditUnit
  readonly on: Day
}

type Row = Pick<
  Claim,
  'learnerId' | 'agreement' | 'collegeName' | 'changedAt' | 'granted' | 'events'
>

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
      'events.kind': 1,
    },
  ).lean<Row[]>()
  const granted = new Map<string, Granted[]>()
  for (const { learnerId, agreement, collegeName, granted: given, ...story } of rows) {
    const { course, unit, credits } = agreement
    const on = dayOf(decidedAt(story))
    const line = { course, collegeName, unit, credits: given ?? credits, on }
    granted.set(learnerId, [...(granted.get(learnerId) ?? []), line])
  }
  return granted
}
