import type { Actor } from '../access/actor.js'
import type { OutboxEntry } from '../messages/outbox.js'
import type { Ports } from '../ports.js'
import { invalid, notAllowed, refused } from '../problems.js'
import { collegeStaff, mailsToProposer, mailsToReviewers } from './announce-proposal.js'
import type { StepBody } from './proposal-input.js'
import { moveProposal } from './proposal-store.js'
import {
  afterStep,
  faultsOfStep,
  isSettled,
  stepsOf,
  type Proposal,
  type ProposalStep,
  type Reviewer,
  type Standing,
} from './proposal.js'
import { openProposal, organizationNameOf } from './open-proposal.js'
import { publishVersion } from './publish-version.js'

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
  const moved = await moveProposal(
    body.step === 'publish' ? await publishVersion(proposal, now) : proposal,
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
    throw isSettled(proposal)
      ? refused('agreements:problem.proposalSettled')
      : notAllowed('agreements:problem.notYourStep')
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
