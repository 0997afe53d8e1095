import type { Request } from 'express'
import { dayOf } from '../calendar.js'
import { parseParams } from '../http/parse.js'
import { paths, to } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import { notAllowed } from '../problems.js'
import type { World } from '../world.js'
import { enrollmentInput, stayParams, takeBackInput } from './co-enrollment-input.js'
import { enrollmentsPage, takeBackPage } from './co-enrollment-view.js'
import { idParams } from './referral-input.js'
import { enrollmentsFor, reportEnrollment } from './report-enrollment.js'
import { seeReferral } from './see-referral.js'
import { openOwnEnrollment, takeEnrollmentBack } from './take-enrollment-back.js'

/** Where a center reports the programs a learner is in, and takes back what it reported by mistake. */
export function coEnrollmentPages({ ports }: World) {
  const routes = pageRoutes()
  const idOf = (req: Request): string => parseParams(idParams, req.params).id

  routes.form(paths.coEnrollments, 'work a caseload', {
    view: 'referrals/enrollments',
    title: 'handoff:enrollment.title',
    schema: enrollmentInput,
    show: async (req) => {
      const now = ports.now()
      const seen = await seeReferral(actorOf(req), idOf(req), now)
      if (!seen.sides.includes('center')) throw notAllowed('referrals:problem.notYours')
      const stays = await enrollmentsFor(seen)
      return { ...enrollmentsPage(seen.referral, stays, wordsOf(req)), today: dayOf(now) }
    },
    submit: async (input, req) => {
      await reportEnrollment(actorOf(req), idOf(req), input, ports)
      const back = to(paths.coEnrollments, { id: idOf(req) })
      return { to: back, notice: 'handoff:notice.reported' }
    },
  })

  routes.form(paths.takeBackEnrollment, 'work a caseload', {
    view: 'referrals/take-back',
    title: 'handoff:takeBack.title',
    schema: takeBackInput,
    show: async (req) => {
      const { id, stay } = parseParams(stayParams, req.params)
      const found = await openOwnEnrollment(actorOf(req), id, stay, ports)
      return { stay: takeBackPage(found, id, wordsOf(req)) }
    },
    submit: async ({ reason }, req) => {
      const { id, stay } = parseParams(stayParams, req.params)
      await takeEnrollmentBack(actorOf(req), id, stay, reason, ports)
      return { to: to(paths.coEnrollments, { id }), notice: 'handoff:notice.takenBack' }
    },
  })

  return routes
}
