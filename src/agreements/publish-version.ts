import { findBadges } from '../badges/badge-store.js'
import { dayOf } from '../calendar.js'
import { invalid, refused } from '../problems.js'
import { findAgreement, insertAgreements } from './agreement-store.js'
import type { Agreement } from './agreement.js'
import { checkVersion } from './check-version.js'
import { holdProposal, releaseProposal } from './proposal-store.js'
import { versionOf, type Proposal } from './proposal.js'

/**
 * Adds the version of an approved proposal under the proposal's own id, and returns the proposal as it is held for that: a
 * change at the same moment comes before, and nothing is added, or is refused. After a crash it stays held with the day it
 * was decided on, and publishing again does what is left. Throws refused when somebody was quicker or another version took
 * its number, invalid for terms that no longer hold.
 */
export async function publishVersion(proposal: Proposal, now: Date): Promise<Proposal> {
  const decidedAt = proposal.publishingAt ?? now
  const next = await nextVersion(proposal, decidedAt)
  if (!proposal.publishingAt && !(await isAdded(next))) await checkTerms(next, decidedAt)
  const held = await holdProposal(proposal, now)
  if (!held) throw refused('agreements:problem.proposalQuicker')
  if ((await insertAgreements([next])) === 0 && !(await isAdded(next))) {
    await releaseProposal(held)
    throw refused('agreements:problem.overtaken')
  }
  return held
}

const isAdded = async ({ id, version }: Agreement) => (await findAgreement(id))?.version === version

async function nextVersion(proposal: Proposal, decidedAt: Date): Promise<Agreement> {
  const versions = new Map((await findBadges()).map(({ slug, version }) => [slug, version]))
  return versionOf(proposal, {
    decidedOn: dayOf(decidedAt),
    badgeVersions: proposal.terms.badges.of.map((slug) => ({
      slug,
      version: versions.get(slug) ?? 1,
    })),
  })
}

async function checkTerms(next: Agreement, decidedAt: Date): Promise<void> {
  const faults = await checkVersion(next, dayOf(decidedAt))
  if (faults.some(({ field }) => field === 'version')) throw refused('agreements:problem.overtaken')
  if (faults.length > 0) throw invalid(faults)
}
