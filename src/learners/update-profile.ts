import type { Actor } from '../access/actor.js'
import { dayOf } from '../calendar.js'
import { programAgreementVersion } from '../communities/program.js'
import type { Ports } from '../ports.js'
import { notAllowed } from '../problems.js'
import { findLearner, saveProfile } from './learner-store.js'
import type { ProfileInput } from './profile-input.js'
import { refreshSummaries } from './refresh-summaries.js'

/** Changes how a learner can be reached and what they show; may make them job-ready, so their summary follows. */
export async function updateProfile(
  input: ProfileInput,
  actor: Actor,
  ports: Pick<Ports, 'now'>,
): Promise<void> {
  const learner = actor.learnerId === undefined ? undefined : await findLearner(actor.learnerId)
  if (!learner) throw notAllowed()
  const { city, postalCode, phone, portfolioUrl, resumeUrl, agreement } = input
  const now = ports.now()
  const accepts = agreement.includes('accepted') && !learner.programAgreement
  await saveProfile(learner.id, {
    place: { city, ...(postalCode !== undefined && { postalCode }) },
    phone,
    portfolioUrl,
    resumeUrl,
    programAgreement: accepts
      ? { version: programAgreementVersion, acceptedOn: dayOf(now) }
      : undefined,
  })
  await refreshSummaries([learner.id], now)
}
