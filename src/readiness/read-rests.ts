import { grantedOfMany } from '../claims/granted-store.js'
import { marksOfMany } from './mark-store.js'
import type { Mark } from './mark.js'
import type { GrantedCredit } from './person-findings.js'

/** What readiness rules rest on besides evidence and awards. */
export interface Rests {
  readonly marks: readonly Mark[]
  readonly granted: readonly GrantedCredit[]
}

export const noRests: Rests = { marks: [], granted: [] }

/** By learner; who has none is left out. Two queries however many learners. */
export async function restsOfMany(learnerIds: readonly string[]): Promise<Map<string, Rests>> {
  const [marks, granted] = await Promise.all([marksOfMany(learnerIds), grantedOfMany(learnerIds)])
  const ids = new Set([...marks.keys(), ...granted.keys()])
  return new Map(
    [...ids].map((id) => [id, { marks: marks.get(id) ?? [], granted: granted.get(id) ?? [] }]),
  )
}

/** The same for one learner. */
export const restsOf = async (learnerId: string): Promise<Rests> =>
  (await restsOfMany([learnerId])).get(learnerId) ?? noRests
