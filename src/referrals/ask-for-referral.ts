import { communitiesOf, type Actor } from '../access/actor.js'
import { dayOf } from '../calendar.js'
import type { Center } from '../centers/center.js'
import { newId } from '../ids.js'
import { consentsOf } from '../learners/consent-store.js'
import { coverOf, notCovered, recordsNeeded } from '../learners/consent.js'
import type { Learner } from '../learners/learner.js'
import { findLearner } from '../learners/learner-store.js'
import { preferCenter } from '../learners/prefer-center.js'
import { readStanding } from '../learners/read-standing.js'
import type { Ports } from '../ports.js'
import { invalid, notAllowed, notFound, refused } from '../problems.js'
import { mailsToCenter } from './announce.js'
import { readAskedCenter } from './read-asked-center.js'
import type { AskInput } from './referral-input.js'
import type { Referral } from './referral.js'
import { draftAt, insertReferral } from './referral-store.js'
import { sendDraft } from './send-draft.js'

/**
 * Asks a center to take a learner on, with the readiness proof of that moment: a learner for themselves, staff for a
 * learner of their program. Anyone may, ready or not. A draft to that center is what is sent. Throws not-allowed without
 * live consent to that center, refused when one is open there already or the center takes none.
 */
export async function askForReferral(actor: Actor, ask: AskInput, ports: Ports): Promise<Referral> {
  const now = ports.now()
  const learner = await learnerAsked(actor, ask.learner)
  const center = await readAskedCenter(ask.center, now)
  const consentId = await consentFor(learner, center, now)
  const draft = await draftAt(learner.id, center.id)
  if (draft) return sendDraft(actor, draft, { ...draft, ...told(ask) }, ports)
  const referral: Referral = {
    ...(await blankReferral(actor, learner, center, now)),
    ...told(ask),
    state: 'requested',
    consentId,
    packet: 'open',
    timeline: [
      {
        id: newId(),
        at: now,
        side: 'sender',
        by: actor.name,
        byAccountId: actor.accountId,
        kind: 'state',
        state: 'requested',
      },
    ],
  }
  const mails = await mailsToCenter(referral, 'referralAsked')
  if (!(await insertReferral(referral, mails))) throw refused('referrals:problem.openAlready')
  await preferCenter(learner.id, center.id)
  return referral
}

const told = ({ message, stated }: Pick<AskInput, 'message' | 'stated'>) => ({
  ...(message !== undefined && { message }),
  ...(stated && { stated }),
})

/** What every new referral of this learner to that center holds, with the proof as it reads now. */
export async function blankReferral(actor: Actor, learner: Learner, center: Center, now: Date) {
  return {
    id: newId(),
    communityId: center.communityId,
    learnerId: learner.id,
    centerId: center.id,
    since: now,
    askedAt: now,
    askedBy: {
      accountId: actor.accountId,
      name: actor.name,
      byStaff: learner.id !== actor.learnerId,
    },
    proof: (await readStanding(learner, now)).proof,
    demonstration: learner.demonstration,
  }
}

/** The learner a person may ask for: themselves, or for staff one of their program. Throws not-found for anybody else. */
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
