import { dayOf } from '../calendar.js'
import { takesReferrals, type Center } from '../centers/center.js'
import { findCenter } from '../centers/center-store.js'
import { invalid, refused } from '../problems.js'

/** The center, if it takes referrals. Throws invalid for one that is unknown, refused for one that takes none. */
export async function readAskedCenter(id: string, now: Date): Promise<Center> {
  const center = await findCenter(id)
  if (!center) throw invalid([{ field: 'center', message: 'referrals:field.chooseCenter' }])
  if (!takesReferrals(center, dayOf(now))) throw refused('referrals:problem.notAccepting')
  return center
}
