import type { Actor } from '../access/actor.js'
import { findOrganization } from '../access/organization-store.js'
import { dayOf } from '../calendar.js'
import type { Ports } from '../ports.js'
import { notFound, refused } from '../problems.js'
import type { PlanInput } from './case-input.js'
import { findCase, tellCase, touchCases } from './case-store.js'
import { editedSteps } from './plan.js'
import { agreeToPlan, findPlan, finishStep, savePlan } from './plan-store.js'
import { newsBy, ownCase } from './own-case.js'

/**
 * Staff write the plan of a case, over the version they read. Throws refused when somebody wrote another one, or finished a
 * step, meanwhile.
 */
export async function writePlan(
  actor: Actor,
  learnerId: string,
  { goal, steps, version }: PlanInput,
  ports: Pick<Ports, 'now'>,
): Promise<void> {
  const { desk, one } = await ownCase(actor, learnerId)
  const [before, center] = await Promise.all([
    findPlan(one.id),
    findOrganization(desk.organizationId),
  ])
  if ((before?.version ?? 0) !== version) throw refused('caseload:problem.planChanged')
  const now = ports.now()
  const plan = {
    id: one.id,
    communityId: desk.communityId,
    centerId: desk.organizationId,
    centerName: center?.name ?? '',
    learnerId,
    goal,
    steps: editedSteps(before?.steps ?? [], steps),
    version: version + 1,
    updatedBy: actor.name,
    updatedByAccountId: actor.accountId,
    updatedAt: now,
  }
  const saved = await savePlan(plan, before?.steps)
  if (!saved) throw refused('caseload:problem.planChanged')
  await touchCases(desk.organizationId, [learnerId], now, newsBy(actor, 'plan', now))
}

/** The plan as its learner reads it. Throws not-found for anybody else's. */
async function ownPlan(actor: Actor, centerId: string) {
  const one = await findCase(centerId, actor.learnerId ?? '')
  const plan = one && (await findPlan(one.id))
  if (plan?.learnerId !== actor.learnerId || !plan) throw notFound('caseload:problem.noPlan')
  return plan
}

/** The learner agrees to the version they read. Throws refused when it was changed meanwhile or agreed before. */
export async function agree(
  actor: Actor,
  centerId: string,
  version: number,
  ports: Pick<Ports, 'now'>,
): Promise<void> {
  const plan = await ownPlan(actor, centerId)
  const now = ports.now()
  if (!(await agreeToPlan(plan.id, plan.learnerId, version, now)))
    throw refused('caseload:problem.planChanged')
  await tellCase(centerId, plan.learnerId, newsBy(actor, 'agreed', now))
}

/** The learner has done a step. Again changes nothing. */
export async function doneByLearner(
  actor: Actor,
  centerId: string,
  stepId: string,
  ports: Pick<Ports, 'now'>,
): Promise<void> {
  const plan = await ownPlan(actor, centerId)
  if (!plan.steps.some(({ id }) => id === stepId)) throw notFound('caseload:problem.noPlan')
  const now = ports.now()
  if (await finishStep(plan.id, stepId, dayOf(now)))
    await tellCase(centerId, plan.learnerId, newsBy(actor, 'step', now))
}

/** Staff saw that a step is done. Again changes nothing. */
export async function doneByStaff(
  actor: Actor,
  learnerId: string,
  stepId: string,
  ports: Pick<Ports, 'now'>,
): Promise<void> {
  const { desk, one } = await ownCase(actor, learnerId)
  const plan = await findPlan(one.id)
  if (!plan?.steps.some(({ id }) => id === stepId)) throw notFound('caseload:problem.noPlan')
  const now = ports.now()
  if (await finishStep(plan.id, stepId, dayOf(now)))
    await touchCases(desk.organizationId, [learnerId], now, newsBy(actor, 'step', now))
}
