import { organizationsOf, type Actor } from '../access/actor.js'
import { findBadges } from '../badges/badge-store.js'
import { dayOf } from '../calendar.js'
import type { Ports } from '../ports.js'
import { agreementsOfCollege } from './agreement-store.js'
import { offeredOn, type Agreement } from './agreement.js'
import { coursesOf } from './course-store.js'
import { staleReasons, type StaleReason } from './stale.js'

export interface StaleAgreement {
  readonly agreement: Agreement
  readonly reasons: readonly StaleReason[]
}

/** The agreements in force today at the actor's colleges whose course, badges or catalog changed since they were decided. */
export async function listStale(
  actor: Actor,
  ports: Pick<Ports, 'now'>,
): Promise<readonly StaleAgreement[]> {
  const colleges = organizationsOf(actor, 'college')
  const badges = new Map((await findBadges()).map((badge) => [badge.slug, badge]))
  const lists = await Promise.all(
    colleges.map(async (id) => {
      const [versions, courses] = await Promise.all([agreementsOfCollege(id), coursesOf(id)])
      const known = new Map(courses.map((course) => [course.code, course]))
      return offeredOn(versions, dayOf(ports.now())).map((agreement) => ({
        agreement,
        reasons: staleReasons(agreement, known.get(agreement.course), badges),
      }))
    }),
  )
  return lists.flat().filter(({ reasons }) => reasons.length > 0)
}
