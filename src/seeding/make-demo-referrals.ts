import { translator } from '../http/language.js'
import { chooseCenters } from '../learners/center-choice-store.js'
import { insertConsents } from '../learners/consent-store.js'
import { findLearnerPage } from '../learners/learner-store.js'
import { readStanding } from '../learners/read-standing.js'
import type { Learner } from '../learners/learner.js'
import type { Ports } from '../ports.js'
import { searchCenters } from '../centers/center-store.js'
import { insertReferrals } from '../referrals/referral-store.js'
import { demoReferral } from './demo-referral.js'
import type { DemoSetting } from './demo-plan.js'
import { demoSeats } from './make-demo-people.js'
import { randomOf } from './random.js'

const seatedEmails = new Set(demoSeats.map(({ learner }) => learner.email))

/** Most of the job-ready people, and some who asked before they were: a few hundred. Never somebody who can sign in. */
async function askers(communityId: string): Promise<Learner[]> {
  const ready = await findLearnerPage({ communityId, ready: true }, 1_000)
  const others = await findLearnerPage({ communityId, ready: false }, 3_000)
  const wants = (learner: Learner, share: number) =>
    !seatedEmails.has(learner.email ?? '') && randomOf(`asks ${learner.id}`).chance(share)
  return [
    ...ready.filter((learner) => wants(learner, 0.6)),
    ...others.filter((learner) => learner.summary.awards > 1 && wants(learner, 0.4)),
  ]
}

/** Adds invented referrals, each with the consent it rests on and the readiness proof of its learner. */
export async function addDemoReferrals(
  setting: DemoSetting,
  ports: Pick<Ports, 'now'>,
): Promise<void> {
  const centers = await searchCenters({ communityId: setting.communityId, limit: 50 })
  const centerIds = centers
    .filter(({ acceptingReferrals }) => acceptingReferrals)
    .map(({ id }) => id)
  if (centerIds.length === 0) return
  const given = {
    today: setting.today,
    centerIds,
    consentText: translator('en')('learners:consent.text'),
    idOf: setting.idOf,
  }
  const made = []
  for (const learner of await askers(setting.communityId)) {
    const { proof } = await readStanding(learner, ports.now())
    made.push(demoReferral(learner, proof, given))
  }
  await insertConsents(made.map(({ consent }) => consent))
  await insertReferrals(made.map(({ referral }) => referral))
  await chooseCenters(
    new Map(made.map(({ referral: { learnerId, centerId } }) => [learnerId, centerId])),
  )
}
