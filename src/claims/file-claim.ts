import type { Actor } from '../access/actor.js'
import { awardsOf } from '../badges/award-store.js'
import { findBadges } from '../badges/badge-store.js'
import { dayOf } from '../calendar.js'
import { newId } from '../ids.js'
import { liveConsentsOf } from '../learners/consent-store.js'
import { coverOf, notCovered, recordsNeeded } from '../learners/consent.js'
import { findLearner } from '../learners/learner-store.js'
import type { Learner } from '../learners/learner.js'
import type { Ports } from '../ports.js'
import { invalid, notAllowed, refused } from '../problems.js'
import { findAgreement } from '../agreements/agreement-store.js'
import type { Agreement } from '../agreements/agreement.js'
import { mailsToCollege } from './announce-claim.js'
import { insertClaim } from './claim-store.js'
import { isEnded, type Claim } from './claim.js'
import type { CreditMatch } from '../credits/credit.js'
import { filedClaim } from './filed-claim.js'
import { readCredits, type Credits } from '../credits/read-credits.js'
import { isRefusedAlready } from '../credits/record-credit.js'

/**
 * A learner asks a college for the credit of an agreement. Any version of a promise names it; the claim is filed under the
 * one the learner has kept. Throws invalid for an unknown agreement, refused without a match or for a second live claim,
 * not-allowed without a live consent that lets the college see badges and credential.
 */
export async function fileClaim(
  agreementId: string,
  actor: Actor,
  ports: Pick<Ports, 'now'>,
): Promise<Claim> {
  const learner = actor.learnerId === undefined ? undefined : await findLearner(actor.learnerId)
  if (!learner) throw notAllowed()
  const agreement = await findAgreement(agreementId)
  if (agreement?.communityId !== learner.communityId)
    throw invalid([{ field: 'agreement', message: 'claims:error.unknownAgreement' }])
  const now = ports.now()
  const awards = await awardsOf(learner.id)
  const match = claimable(agreement, await readCredits(learner, awards, dayOf(now)))
  const consentIds = await consentTo(learner, agreement, now)

  const claim = filedClaim(learner, match, {
    id: newId(),
    at: now,
    by: actor.accountId,
    byName: actor.name,
    consentIds,
    names: new Map((await findBadges()).map(({ slug, name }) => [slug, name])),
  })
  const outbox = await mailsToCollege(claim, 'claimFiled')
  if (!(await insertClaim(claim, outbox))) throw refused('claims:problem.claimedAlready')
  return claim
}

function claimable(agreement: Agreement, { claims, matches }: Credits): CreditMatch {
  const isLive = claims.some(
    (claim) => claim.agreement.series === agreement.series && !isEnded(claim.state),
  )
  if (isLive) throw refused('claims:problem.claimedAlready')
  const match = matches.find((one) => one.agreement.series === agreement.series)
  if (!match) throw refused('claims:problem.noMatch')
  if (isRefusedAlready(match, claims)) throw refused('claims:problem.refusedAlready')
  const isTaken = claims.some(
    (claim) =>
      !isEnded(claim.state) &&
      claim.collegeId === agreement.collegeId &&
      match.insteadOf === claim.agreement.course,
  )
  if (isTaken) throw refused('claims:problem.badgesTaken', { course: match.insteadOf ?? '' })
  return match
}

async function consentTo(learner: Learner, { collegeId }: Agreement, now: Date) {
  const today = dayOf(now)
  const consents = await liveConsentsOf([learner.id], [collegeId], today)
  const cover = coverOf(consents.get(learner.id) ?? [], collegeId, today)
  if (notCovered(cover, recordsNeeded.credit).length > 0)
    throw notAllowed('claims:problem.consentNeeded')
  return cover.consentIds
}
