import type { Referral } from './referral.js'
import { findReferral } from './referral-store.js'

const mostSteps = 5

/** The timelines of the referrals this one came from, the earliest first: who takes over need not ask what was tried. */
export async function earlierOf(
  referral: Pick<Referral, 'cameFrom'>,
): Promise<{ center: string; timeline: Referral['timeline'] }[]> {
  const earlier: { center: string; timeline: Referral['timeline'] }[] = []
  let link = referral.cameFrom
  while (link && earlier.length < mostSteps) {
    const before = await findReferral(link.referralId)
    if (!before) break
    earlier.unshift({ center: link.center.name, timeline: before.timeline })
    link = before.cameFrom
  }
  return earlier
}
