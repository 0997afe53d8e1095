import { findOrganizationsByIds } from '../access/organization-store.js'
import { dayOf } from '../calendar.js'
import { consentsOf } from '../learners/consent-store.js'
import { isLive } from '../learners/consent.js'

/** The names of the organizations that may read a learner's résumé now, in order. */
export async function listReaders(learnerId: string, now: Date): Promise<string[]> {
  const live = (await consentsOf(learnerId)).filter(
    (consent) => isLive(consent, dayOf(now)) && consent.records.includes('resume'),
  )
  const ids = [...new Set(live.flatMap(({ parties }) => parties))]
  return (await findOrganizationsByIds(ids)).map(({ name }) => name).sort()
}
