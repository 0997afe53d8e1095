import type { Request } from 'express'
import { dayOf } from '../calendar.js'
import { parseParams } from '../http/parse.js'
import { paths, to } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import { notAllowed } from '../problems.js'
import type { World } from '../world.js'
import { enrollmentInput } from './co-enrollment-input.js'
import { enrollmentOptions, enrollmentRows } from './co-enrollment-view.js'
import { readReferral } from './read-referral.js'
import { idParams } from './referral-input.js'
import { enrollmentsFor, reportEnrollment } from './report-enrollment.js'

/** Where a center reports the programs a learner is in. */
export function coEnrollmentPages({ ports }: World) {
  const routes = pageRoutes()
  const idOf = (req: Request): string => parseParams(idParams, req.params).id

  routes.form(paths.coEnrollments, 'work a caseload', {
    view: 'referrals/enrollments',
    title: 'handoff:enrollment.title',
    schema: enrollmentInput,
    show: async (req) => {
      const now = ports.now()
      const { referral, sides } = await readReferral(actorOf(req), idOf(req), now)
      if (!sides.includes('center')) throw notAllowed('referrals:problem.notYours')
      return {
        rows: enrollmentRows(await enrollmentsFor(actorOf(req), referral), wordsOf(req)),
        programs: enrollmentOptions(wordsOf(req)),
        today: dayOf(now),
        back: wordsOf(req).href(to(paths.referral, { id: referral.id })),
      }
    },
    submit: async (input, req) => {
      await reportEnrollment(actorOf(req), idOf(req), input, ports)
      const back = to(paths.coEnrollments, { id: idOf(req) })
      return { to: back, notice: 'handoff:notice.reported' }
    },
  })

  return routes
}
