import type { Actor } from '../access/actor.js'
import { dayOf } from '../calendar.js'
import type { Ports } from '../ports.js'
import { invalid, notAllowed, refused } from '../problems.js'
import { versionsOf } from './agreement-store.js'
import { mailsToReviewers } from './announce-proposal.js'
import { checkVersion } from './check-version.js'
import { findCourse } from './course-store.js'
import { termsOf, type TermsForm } from './proposal-input.js'
import { moveProposal } from './proposal-store.js'
import { isSettled, mayAmend, versionOf, type Proposal, type Terms } from './proposal.js'
import { openProposal, organizationNameOf } from './open-proposal.js'

/**
 * Writes a new revision of the terms. Approvals are for the revision before, so that reviewers are asked again. Throws
 * not-found to strangers, not-allowed to who may no longer change it, refused once it is settled or somebody was quicker.
 */
export async function amendProposal(
  id: string,
  form: TermsForm,
  actor: Actor,
  ports: Pick<Ports, 'now'>,
): Promise<Proposal> {
  const { proposal, who } = await openProposal(id, actor)
  if (!mayAmend(proposal, who) || proposal.terms.retired)
    throw isSettled(proposal) || proposal.terms.retired
      ? refused('agreements:problem.proposalSettled')
      : notAllowed('agreements:problem.notYourStep')
  const now = ports.now()
  const terms = termsOf(
    who.isCollege ? form : { ...form, internalNote: undefined, decidedBy: undefined },
    await findCourse(proposal.collegeId, form.course),
  )
  const next = await nextRevision(proposal, terms)
  const faults = await checkVersion(versionOf(next), dayOf(now))
  if (faults.length > 0) throw invalid(faults)
  const { version, revision, state, approvals } = next
  const change = { terms, version, revision, state, approvals }
  const entry = {
    at: now,
    by: actor.accountId,
    byName: actor.name,
    byOrganization: await organizationNameOf(
      who.isCollege ? proposal.collegeId : proposal.proposedBy.organizationId,
    ),
    kind: 'amended' as const,
    revision,
    ...(form.why !== undefined && { reason: form.why }),
    terms,
  }
  const reviewers = proposal.reviewers.map(({ accountId }) => accountId)
  const mails = await mailsToReviewers(
    proposal,
    reviewers.filter((one) => one !== actor.accountId),
  )
  const moved = await moveProposal(proposal, change, entry, mails)
  if (!moved) throw refused('agreements:problem.proposalQuicker')
  return moved
}

async function nextRevision(proposal: Proposal, terms: Terms): Promise<Proposal> {
  const last = (await versionsOf([proposal.series])).at(-1)
  return {
    ...proposal,
    terms,
    version: (last?.version ?? 0) + 1,
    revision: proposal.revision + 1,
    state: proposal.reviewers.length > 0 ? 'review' : 'proposed',
    approvals: [],
  }
}
