import { paths, to } from '../http/paths.js'
import { newId } from '../ids.js'
import { findLearner } from '../learners/learner-store.js'
import type { OutboxEntry } from '../messages/outbox.js'
import { collegeStaff } from '../agreements/announce-proposal.js'
import type { Application, Pathway } from './pathway.js'

/** To the people of the college: there is a new application, never whose. */
export async function mailsToPathwayCollege(pathway: Pathway): Promise<OutboxEntry[]> {
  return (await collegeStaff(pathway.collegeId)).map(({ email, name, language }) => ({
    id: newId(),
    template: 'pathwayApplied',
    to: { email, name, language },
    params: { pathway: pathway.name, path: to(paths.collegePathway, { id: pathway.id }) },
  }))
}

/** To the learner, if there is an address: something was decided. */
export async function mailsToApplicant(
  pathway: Pathway,
  { learnerId }: Application,
): Promise<OutboxEntry[]> {
  const learner = await findLearner(learnerId)
  if (learner?.email === undefined) return []
  const { email, name, language } = learner
  const params = {
    pathway: pathway.name,
    college: pathway.collegeName,
    path: to(paths.pathway, { id: pathway.id }),
  }
  return [{ id: newId(), template: 'pathwayDecided', to: { email, name, language }, params }]
}
