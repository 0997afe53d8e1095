import type { Actor } from '../access/actor.js'
import { dayOf } from '../calendar.js'
import { newId } from '../ids.js'
import { findLearner } from '../learners/learner-store.js'
import type { Ports } from '../ports.js'
import { notAllowed, notFound, refused } from '../problems.js'
import { mailsToPathwayCollege } from './announce-application.js'
import { moveUp } from './decide-application.js'
import { applicationOf, findPathway, insertApplication, moveApplication } from './pathway-store.js'
import { isLiveApplication, takesApplications, type Application, type Pathway } from './pathway.js'

/** The pathway, for a learner of its program. Throws not-found else. */
async function pathwayFor(id: string, actor: Actor) {
  const [pathway, learner] = await Promise.all([
    findPathway(id),
    actor.learnerId === undefined ? undefined : findLearner(actor.learnerId),
  ])
  if (!learner) throw notAllowed()
  if (pathway?.communityId !== learner.communityId) throw notFound()
  return { pathway, learner }
}

/**
 * A learner asks for a place. The college is told the name and sees the claims it has from them anyway, nothing more. Throws
 * not-found for another program's pathway, refused outside its days or for a second application.
 */
export async function applyToPathway(
  id: string,
  why: string | undefined,
  actor: Actor,
  ports: Pick<Ports, 'now'>,
): Promise<Application> {
  const { pathway, learner } = await pathwayFor(id, actor)
  const now = ports.now()
  if (!takesApplications(pathway, dayOf(now))) throw refused('pathways:problem.notOpen')
  const application: Application = {
    id: newId(),
    pathwayId: pathway.id,
    communityId: pathway.communityId,
    collegeId: pathway.collegeId,
    learnerId: learner.id,
    learnerName: learner.name,
    state: 'applied',
    ...(why !== undefined && { why }),
    appliedAt: now,
    events: [{ at: now, by: actor.accountId, byName: actor.name, kind: 'applied' }],
    demonstration: pathway.demonstration || learner.demonstration,
  }
  const mails = await mailsToPathwayCollege(pathway)
  if (!(await insertApplication(application, mails)))
    throw refused('pathways:problem.appliedAlready')
  return application
}

/** The learner gives up the application or the place; who waits longest moves up. Throws not-found without one. */
export async function leavePathway(
  id: string,
  actor: Actor,
  ports: Pick<Ports, 'now'>,
): Promise<Pathway> {
  const { pathway, learner } = await pathwayFor(id, actor)
  const application = await applicationOf(pathway.id, learner.id)
  if (!application || !isLiveApplication(application.state)) throw notFound()
  const now = ports.now()
  const moved = await moveApplication(application, {
    state: 'left',
    event: { at: now, by: actor.accountId, byName: actor.name, kind: 'left' },
  })
  if (!moved) throw refused('pathways:problem.applicationQuicker')
  if (application.state === 'accepted') await moveUp(pathway, now)
  return pathway
}
