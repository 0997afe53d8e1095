import { communitiesOf, type Actor } from '../access/actor.js'
import { dayOf } from '../calendar.js'
import { newId } from '../ids.js'
import { consentsOf } from '../learners/consent-store.js'
import { coverOf, notCovered, recordsNeeded } from '../learners/consent.js'
import type { Learner } from '../learners/learner.js'
import { findLearner } from '../learners/learner-store.js'
import { preferCenter } from '../learners/prefer-center.js'
import type { Ports } from '../ports.js'
import { invalid, notAllowed, notFound, refused } from '../problems.js'
import { readStanding } from '../learners/read-standing.js'
import { mailsToCenter } from './announce.js'
import { takesReferrals, type Center } from '../centers/center.js'
import { findCenter } from '../centers/center-store.js'
import type { AskInput } from './referral-input.js'
import type { Referral } from './referral.js'
import { insertReferral } from './referral-store.js'

/**
 * Asks a center to take a learner on, with the readiness proof of that moment: a learner for themselves, staff for a
 * learner of their program. Anyone may, ready or not. Throws not-allowed without live consent to that center, refused
 * when one is open there already or the center takes none.
 */
export async function askForReferral(actor: Actor, ask: AskInput, ports: Ports): Promise<Referral> {
  const now = ports.now()
  const learner = await learnerAsked(actor, ask.learner)
  const center = await findCenter(ask.center)
  if (!center) throw invalid([{ field: 'center', message: 'referrals:field.chooseCenter' }])
  if (!takesReferrals(center, dayOf(now))) throw refused('referrals:problem.notAccepting')
  const consentId = await consentFor(learner, center, now)
  const id = newId()
  const byStaff = learner.id !== actor.learnerId
  const referral: Referral = {
    id,
    communityId: center.communityId,
    learnerId: learner.id,
    centerId: center.id,
    state: 'requested',
    since: now,
    askedAt: now,
    askedBy: { accountId: actor.accountId, name: actor.name, byStaff },
    ...(ask.message !== undefined && { message: ask.message }),
    proof: (await readStanding(learner, now)).proof,
    consentId,
    packet: 'open',
    timeline: [
      { id: newId(), at: now, side: 'sender', by: actor.name, kind: 'state', state: 'requested' },
    ],
    demonstration: learner.demonstration,
  }
  const mails = await mailsToCenter(referral, 'referralAsked')
  if (!(await insertReferral(referral, mails))) throw refused('referrals:problem.openAlready')
  await preferCenter(learner.id, center.id)
  return referral
}

async function learnerAsked(actor: Actor, asked: string | undefined): Promise<Learner> {
  const id = asked ?? actor.learnerId
  if (id === undefined)
    throw invalid([{ field: 'learner', message: 'referrals:field.chooseLearner' }])
  const learner = await findLearner(id)
  const isTheirs =
    learner !== undefined &&
    (learner.id === actor.learnerId || communitiesOf(actor, 'staff').includes(learner.communityId))
  if (!isTheirs) throw notFound('referrals:problem.unknownLearner')
  return learner
}

async function consentFor(learner: Learner, center: Center, now: Date): Promise<string> {
  const cover = coverOf(await consentsOf(learner.id), center.id, dayOf(now), 'referral')
  const [consentId] = cover.consentIds
  if (consentId === undefined || notCovered(cover, recordsNeeded.referral).length > 0)
    throw notAllowed('referrals:problem.consentNeeded')
  return consentId
}
