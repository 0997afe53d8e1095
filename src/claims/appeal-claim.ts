import type { Actor } from '../access/actor.js'
import { dayOf } from '../calendar.js'
import { liveConsentsOf } from '../learners/consent-store.js'
import { coverOf, notCovered, recordsNeeded } from '../learners/consent.js'
import type { Ports } from '../ports.js'
import { notAllowed, refused } from '../problems.js'
import { findAgreement } from '../agreements/agreement-store.js'
import { mailsToCollege } from './announce-claim.js'
import { moveClaimHolding } from './claim-store.js'
import { appealable, deciderOf } from './appeal.js'
import { seriesHold, type Claim } from './claim.js'
import { holdKey } from '../credits/credit.js'
import { findOwnClaim } from './own-claim.js'

/**
 * The learner asks the college to look again, with a reason; somebody else there decides, and it can only become more
 * than it was. Throws not-found to anybody else, refused for a claim that cannot be appealed or whose badges count for
 * another claim by now, not-allowed once the consent has ended.
 */
export async function appealClaim(
  id: string,
  reason: string,
  actor: Actor,
  ports: Pick<Ports, 'now'>,
): Promise<Claim> {
  const claim = await findOwnClaim(id, actor)
  const against = appealable(claim)
  if (against === undefined)
    throw refused(claim.appeal ? 'claims:problem.appealedAlready' : 'claims:problem.noAppeal')
  const now = ports.now()
  await checkConsent(claim, now)
  const moved = await moveClaimHolding(claim, {
    state: 'claimed',
    holds: await holdsAgain(claim),
    appeal: { at: now, reason, against, decider: deciderOf(claim) },
    event: { at: now, by: actor.accountId, byName: actor.name, kind: 'appealed', reason },
    outbox: await mailsToCollege(claim, 'claimAppealed'),
  })
  if (moved === 'taken') throw refused('claims:problem.appealTaken')
  if (!moved) throw refused('claims:problem.quicker')
  return moved
}

async function checkConsent({ learnerId, collegeId }: Claim, now: Date): Promise<void> {
  const today = dayOf(now)
  const consents = (await liveConsentsOf([learnerId], [collegeId], today)).get(learnerId) ?? []
  if (notCovered(coverOf(consents, collegeId, today), recordsNeeded.credit).length > 0)
    throw notAllowed('claims:problem.consentNeeded')
}

/** What the claim held before it ended: its promise, and its badges unless the agreement shares them. */
async function holdsAgain({ agreement, badges, collegeId }: Claim): Promise<string[]> {
  const version = await findAgreement(agreement.id)
  return [
    seriesHold(agreement.series),
    ...(version?.mayShareBadges ? [] : badges.map(({ slug }) => holdKey(collegeId, slug))),
  ]
}
