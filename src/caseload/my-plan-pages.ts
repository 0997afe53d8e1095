import type { Request } from 'express'
import { parseParams } from '../http/parse.js'
import { paths } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import type { World } from '../world.js'
import { agreeInput, caseParams, emptyInput, stepInput } from './case-input.js'
import { notesForLearner } from './case.js'
import { agree, doneByLearner } from './keep-plan.js'
import { notesAbout } from './note-store.js'
import { plansOf } from './plan-store.js'
import { myPlansPage } from './plan-view.js'

const idOf = (req: Request): string => parseParams(caseParams, req.params).id

async function showMine(req: Request) {
  const learnerId = actorOf(req).learnerId ?? ''
  const [plans, notes] = await Promise.all([plansOf(learnerId), notesAbout(learnerId, 'learner')])
  return { mine: myPlansPage(plans, notesForLearner(notes), wordsOf(req)) }
}

/** What job centers have planned with the learner, and what their staff wrote for them to read. */
export function myPlanPages({ ports }: World) {
  const routes = pageRoutes()
  const page = { view: 'caseload/mine', title: 'caseload:mine.title', show: showMine }

  routes.form(paths.myPlan, 'agree to plans', {
    ...page,
    schema: emptyInput,
    submit: () => paths.myPlan,
  })
  routes.form(paths.agreeToPlan, 'agree to plans', {
    ...page,
    schema: agreeInput,
    submit: async ({ version }, req) => {
      await agree(actorOf(req), idOf(req), version, ports)
      return { to: paths.myPlan, notice: 'caseload:notice.agreed' }
    },
  })
  routes.form(paths.myPlanSteps, 'agree to plans', {
    ...page,
    schema: stepInput,
    submit: async ({ step }, req) => {
      await doneByLearner(actorOf(req), idOf(req), step, ports)
      return { to: paths.myPlan, notice: 'caseload:notice.stepDone' }
    },
  })
  return routes
}
