import { hasRole, type Actor } from '../access/actor.js'
import { awardsOf } from '../badges/award-store.js'
import { dayOf } from '../calendar.js'
import { liveConsentsOf } from '../learners/consent-store.js'
import { coverOf, notCovered, recordsNeeded } from '../learners/consent.js'
import { refreshSummaries } from '../learners/refresh-summaries.js'
import { isAtLeast } from '../providers/evidence.js'
import { invalid, notAllowed, notFound, refused } from '../problems.js'
import type { World } from '../world.js'
import { mailsToClaimant } from './announce-claim.js'
import { mayDecide, stateAfter } from './appeal.js'
import { findClaim, moveClaim } from './claim-store.js'
import {
  creditsGiven,
  faultsOf,
  isEnded,
  releasedHolds,
  type Claim,
  type ClaimDecision,
  type SeenBadge,
} from './claim.js'
import { revokeCredit } from '../credits/revoke-credit.js'
import { verifyClaim } from './verify-claim.js'

/**
 * The college's word on a claim. The claim keeps the badges and the agreement it was filed on; credit is only given while
 * those badges still stand, their signed documents pass, and the learner still lets the college see them. Refusing is always
 * possible. What was signed of an amount that this decision changes is revoked. Throws not-found to anybody else, refused when
 * it is settled or somebody was quicker, invalid for a missing reason or a wrong amount.
 */
export async function decideClaim(
  id: string,
  decision: ClaimDecision,
  actor: Actor,
  world: World,
): Promise<Claim> {
  const claim = await findClaim(id)
  if (!claim || !hasRole(actor, 'college', claim.collegeId)) throw notFound()
  const state = stateAfter(claim, decision.decision)
  if (state === undefined) throw refused(`claims:problem.settled.${claim.state}`)
  if (!mayDecide(claim, actor.accountId)) throw notAllowed('claims:problem.ownDecision')
  const faults = faultsOf(claim.agreement.credits, decision, claim.granted)
  if (faults.length > 0) throw invalid(faults)
  const now = world.ports.now()
  const seen = await groundOf(claim, now)
  if (decision.decision !== 'refuse') checkGround(claim, seen)

  const credits = creditsGiven(claim, decision)
  if (credits !== undefined) await checkSigned(claim, world)
  const moved = await moveClaim(claim, {
    state,
    granted: credits,
    holds: isEnded(state) ? releasedHolds(claim.id) : undefined,
    event: {
      at: now,
      by: actor.accountId,
      byName: actor.name,
      kind: decision.decision,
      ...(credits !== undefined && { credits }),
      ...(decision.reason !== undefined && { reason: decision.reason }),
      ...(seen && { seen }),
    },
    outbox: await mailsToClaimant(claim, 'claimDecided'),
  })
  if (!moved) throw refused('claims:problem.quicker')
  await refreshSummaries([claim.learnerId], now)
  if (credits !== undefined && claim.granted !== undefined) await revokeCredit(world.ports)
  return moved
}

/** No credit on a badge whose signed document was withdrawn, put on hold or does not pass for another reason. */
async function checkSigned(claim: Claim, world: World): Promise<void> {
  const bad = (await verifyClaim(claim, world)).find(({ counts }) => !counts)
  const badge = claim.badges.find(({ awardId }) => awardId === bad?.awardId)
  if (badge) throw refused('claims:problem.badgeFails', { badge: badge.name })
}

/** The badges of the claim as the college may see them now; undefined when no live consent lets it. */
async function groundOf(claim: Claim, now: Date): Promise<SeenBadge[] | undefined> {
  const today = dayOf(now)
  const consents = await liveConsentsOf([claim.learnerId], [claim.collegeId], today)
  const cover = coverOf(consents.get(claim.learnerId) ?? [], claim.collegeId, today)
  if (notCovered(cover, recordsNeeded.credit).length > 0) return undefined
  const claimed = new Set(claim.badges.map(({ awardId }) => awardId))
  return (await awardsOf(claim.learnerId))
    .filter(({ id }) => claimed.has(id))
    .map(({ id, evidenceLevel, facts }) => ({ awardId: id, evidenceLevel, facts }))
}

/** Credit rests on badges that are live at the level promised, seen under a live consent: both are asked again now. */
function checkGround(claim: Claim, seen: readonly SeenBadge[] | undefined): void {
  if (!seen) throw notAllowed('claims:problem.consentEnded')
  const stands = claim.badges.every(({ awardId }) =>
    seen.some(
      (badge) =>
        badge.awardId === awardId && isAtLeast(badge.evidenceLevel, claim.agreement.lowestLevel),
    ),
  )
  if (!stands) throw refused('claims:problem.badgeWithdrawn')
}
