import { dayOf } from '../calendar.js'
import type { ConsentChange } from '../learners/consent-change.js'
import { consentsOf } from '../learners/consent-store.js'
import { coverOf, notCovered, recordsNeeded } from '../learners/consent.js'
import type { Ports } from '../ports.js'
import { mailsToClaimant, mailsToCollege } from './announce-claim.js'
import { claimsOf, moveClaim } from './claim-store.js'
import { isClosed, isOpen, type Claim } from './claim.js'

const tries = 10

/**
 * After a consent began or ended: writes on the learner's open claims that their evidence is closed to the college, or open
 * to it again, and tells the college; the learner too, when it ended by its date. The claims stay. Harmless to repeat. Throws
 * when others change a claim each time between reading and writing it.
 */
export async function matchClaims(
  learnerId: string,
  change: ConsentChange,
  ports: Pick<Ports, 'now'>,
): Promise<void> {
  for (let attempt = 0; attempt < tries; attempt += 1)
    if (await matchAll(learnerId, change, ports.now())) return
  throw new Error(`The claims of learner ${learnerId} change too often to note a consent`)
}

/** True when every open claim now says how the consent stands, false when somebody else changed one meanwhile. */
async function matchAll(learnerId: string, change: ConsentChange, now: Date): Promise<boolean> {
  const open = (await claimsOf(learnerId)).filter(({ state }) => isOpen(state))
  if (open.length === 0) return true
  const consents = await consentsOf(learnerId)
  let isDone = true
  for (const claim of open) {
    const cover = coverOf(consents, claim.collegeId, dayOf(now))
    const closes = notCovered(cover, recordsNeeded.credit).length > 0
    if (closes !== isClosed(claim)) isDone = (await note(claim, closes, change, now)) && isDone
  }
  return isDone
}

async function note(
  claim: Claim,
  closes: boolean,
  { by, isByDate }: ConsentChange,
  now: Date,
): Promise<boolean> {
  const kind = closes ? 'consent-ended' : 'consent-given'
  const mails = await mailsToCollege(claim, closes ? 'claimClosed' : 'claimOpened')
  const own = closes && isByDate ? await mailsToClaimant(claim, 'claimConsentExpired') : []
  const moved = await moveClaim(claim, {
    state: claim.state,
    event: { at: now, by: isByDate ? 'program' : claim.learnerId, byName: by, kind },
    outbox: [...mails, ...own],
  })
  return moved !== undefined
}
