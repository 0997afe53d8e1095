import type { Actor } from '../access/actor.js'
import { findBadges } from '../badges/badge-store.js'
import { dayOf } from '../calendar.js'
import type { OutboxEntry } from '../messages/outbox.js'
import type { Ports } from '../ports.js'
import { invalid, notAllowed, refused } from '../problems.js'
import { findAgreement, insertAgreements } from './agreement-store.js'
import { collegeStaff, mailsToProposer, mailsToReviewers } from './announce-proposal.js'
import { checkVersion } from './check-version.js'
import type { StepBody } from './proposal-input.js'
import { moveProposal } from './proposal-store.js'
import {
  afterStep,
  faultsOfStep,
  stepsOf,
  versionOf,
  type Proposal,
  type ProposalStep,
  type Reviewer,
  type Standing,
} from './proposal.js'
import { openProposal, organizationNameOf } from './open-proposal.js'

/**
 * One step of a review. Approval is for the revision that was read. Publishing adds the version, once however often it is
 * asked. Throws not-found to strangers, not-allowed for a step that is another's, refused for one that is not to be taken
 * now or when somebody was quicker, invalid for missing words or terms that no longer hold.
 */
export async function reviewProposal(
  id: string,
  body: StepBody,
  actor: Actor,
  ports: Pick<Ports, 'now'>,
): Promise<Proposal> {
  const { proposal, who } = await openProposal(id, actor)
  checkStep(proposal, who, body)
  const now = ports.now()
  const reviewers = body.step === 'route' ? await reviewersOf(proposal, body.reviewers) : []
  const after = afterStep(proposal, body.step, who.accountId, reviewers)
  if (body.step === 'publish') await publish(proposal, now)
  const moved = await moveProposal(
    proposal,
    after,
    {
      at: now,
      by: actor.accountId,
      byName: actor.name,
      byOrganization: await organizationNameOf(
        who.isCollege ? proposal.collegeId : proposal.proposedBy.organizationId,
      ),
      kind: body.step,
      revision: proposal.revision,
      ...(body.reason !== undefined && { reason: body.reason }),
      ...(body.step === 'route' && { reviewers: reviewers.map(({ name }) => name) }),
    },
    await mailsOf(body.step, proposal, reviewers),
  )
  if (!moved) throw refused('agreements:problem.proposalQuicker')
  return moved
}

function checkStep(proposal: Proposal, who: Standing, { step, revision, ...words }: StepBody) {
  if (!stepsOf(proposal, who).includes(step)) {
    const couldAnybody = ['proposed', 'review', 'approved'].includes(proposal.state)
    throw couldAnybody
      ? notAllowed('agreements:problem.notYourStep')
      : refused('agreements:problem.proposalSettled')
  }
  const isStale = revision !== undefined && revision !== proposal.revision
  if ((step === 'approve' || step === 'publish') && isStale)
    throw refused('agreements:problem.otherRevision')
  const faults = faultsOfStep(step, words)
  if (faults.length > 0) throw invalid(faults)
}

async function reviewersOf(proposal: Proposal, ids: readonly string[]): Promise<Reviewer[]> {
  const staff = await collegeStaff(proposal.collegeId)
  const named = staff.filter(({ id }) => ids.includes(id))
  if (named.length < new Set(ids).size)
    throw invalid([{ field: 'reviewers', message: 'agreements:error.unknownReviewer' }])
  return named.map(({ id: accountId, name }) => ({ accountId, name }))
}

async function mailsOf(
  step: ProposalStep,
  proposal: Proposal,
  reviewers: readonly Reviewer[],
): Promise<OutboxEntry[]> {
  if (step === 'route') {
    const asked = reviewers.map(({ accountId }) => accountId)
    return mailsToReviewers(
      proposal,
      asked.filter((id) => !proposal.approvals.includes(id)),
    )
  }
  return step === 'refuse' || step === 'publish' ? mailsToProposer(proposal) : []
}

/** Adds the version under the proposal's own id: asked again after a crash in between, it is there already. */
async function publish(proposal: Proposal, now: Date): Promise<void> {
  if (await findAgreement(proposal.id)) return
  const versions = new Map((await findBadges()).map(({ slug, version }) => [slug, version]))
  const next = versionOf(proposal, {
    decidedOn: dayOf(now),
    badgeVersions: proposal.terms.badges.of.map((slug) => ({
      slug,
      version: versions.get(slug) ?? 1,
    })),
  })
  const faults = await checkVersion(next, dayOf(now))
  if (faults.some(({ field }) => field === 'version')) throw refused('agreements:problem.overtaken')
  if (faults.length > 0) throw invalid(faults)
  if ((await insertAgreements([next])) === 0 && !(await findAgreement(proposal.id)))
    throw refused('agreements:problem.overtaken')
}
