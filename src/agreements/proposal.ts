/**
 * A proposal is the draft of an agreement's next version. Somebody at the college or at a provider writes it; the college
 * names who reviews it; when every reviewer has approved the same revision, the college may publish it. Whatever is
 * changed needs approval again. Every step stays in its trail.
 */
import type { Agreement, Fault } from './agreement.js'

export const proposalStates = [
  'proposed',
  'review',
  'approved',
  'published',
  'refused',
  'withdrawn',
] as const
export type ProposalState = (typeof proposalStates)[number]

export const proposalSteps = ['route', 'approve', 'refuse', 'publish', 'withdraw'] as const
export type ProposalStep = (typeof proposalSteps)[number]

/** What an agreement says, without what it is given when it is published. */
export type Terms = Omit<
  Agreement,
  | 'id'
  | 'series'
  | 'version'
  | 'communityId'
  | 'collegeId'
  | 'collegeName'
  | 'decidedOn'
  | 'badgeVersions'
  | 'demonstration'
>

export interface Reviewer {
  readonly accountId: string
  readonly name: string
}

export interface TrailEntry {
  readonly at: Date
  readonly by: string
  readonly byName: string
  readonly byOrganization: string
  readonly kind: 'proposed' | 'amended' | ProposalStep
  readonly revision: number
  readonly reason?: string
  /** Route: who shall review. */
  readonly reviewers?: readonly string[]
  /** Proposed and amended: what it said then. */
  readonly terms?: Terms
}

export interface Proposal {
  readonly id: string
  readonly communityId: string
  readonly collegeId: string
  readonly collegeName: string
  readonly series: string
  /** The version this is meant to become. */
  readonly version: number
  readonly terms: Terms
  /** Grows with every change of the terms; an approval is for one revision. */
  readonly revision: number
  /** Grows with everything that happens: the state it was read in. */
  readonly steps: number
  readonly state: ProposalState
  /** While its version is being added: since when. Nothing but that may happen to it then. */
  readonly publishingAt?: Date
  readonly proposedBy: Reviewer & { readonly organizationId: string }
  readonly reviewers: readonly Reviewer[]
  readonly approvals: readonly string[]
  readonly why?: string
  readonly trail: readonly TrailEntry[]
  readonly changedAt: Date
  readonly demonstration: boolean
}

/** How somebody stands to a proposal. */
export interface Standing {
  readonly accountId: string
  readonly isCollege: boolean
  /** At the organization that proposed it. */
  readonly isProposer: boolean
}

const isOpenState = (state: ProposalState) =>
  state === 'proposed' || state === 'review' || state === 'approved'

/** The steps this person may take now. */
export function stepsOf(proposal: Proposal, who: Standing): ProposalStep[] {
  const { state, reviewers, approvals } = proposal
  const isReviewer = reviewers.some(({ accountId }) => accountId === who.accountId)
  const may: Readonly<Record<ProposalStep, boolean>> = {
    route: who.isCollege && (state === 'proposed' || state === 'review'),
    approve: isReviewer && state === 'review' && !approvals.includes(who.accountId),
    refuse: who.isCollege && ((isReviewer && state === 'review') || state === 'proposed'),
    publish: who.isCollege && state === 'approved',
    withdraw: who.isProposer && isOpenState(state),
  }
  return proposalSteps.filter(
    (step) => may[step] && (step === 'publish' || proposal.publishingAt === undefined),
  )
}

/** The college may change it until it is settled; whoever else proposed it, until the college takes it up. */
export const mayAmend = ({ state, publishingAt }: Proposal, who: Standing): boolean =>
  publishingAt === undefined &&
  (who.isCollege ? isOpenState(state) : who.isProposer && state === 'proposed')

/** Nobody can change it any more: it is published, or about to be, refused or withdrawn. */
export const isSettled = ({ state, publishingAt }: Proposal): boolean =>
  publishingAt !== undefined || !isOpenState(state)

/** What a step makes of a proposal; `reviewers` only with route. */
export function afterStep(
  proposal: Proposal,
  step: ProposalStep,
  who: string,
  reviewers: readonly Reviewer[],
): Pick<Proposal, 'state' | 'reviewers' | 'approvals'> {
  const { state, approvals } = proposal
  switch (step) {
    case 'route': {
      const named = new Set(reviewers.map(({ accountId }) => accountId))
      return {
        ...approvedBy(
          reviewers,
          approvals.filter((id) => named.has(id)),
        ),
        reviewers,
      }
    }
    case 'approve':
      return {
        ...approvedBy(proposal.reviewers, [...approvals, who]),
        reviewers: proposal.reviewers,
      }
    case 'refuse':
      return { state: 'refused', reviewers: proposal.reviewers, approvals }
    case 'publish':
      return { state: 'published', reviewers: proposal.reviewers, approvals }
    case 'withdraw':
      return {
        state: state === 'published' ? state : 'withdrawn',
        reviewers: proposal.reviewers,
        approvals,
      }
  }
}

const approvedBy = (reviewers: readonly Reviewer[], approvals: readonly string[]) => ({
  state: reviewers.every(({ accountId }) => approvals.includes(accountId))
    ? ('approved' as const)
    : ('review' as const),
  approvals,
})

/** What is wrong with the wording of a step; empty when it may be taken. */
export function faultsOfStep(
  step: ProposalStep,
  { reason, reviewers }: { reason?: string | undefined; reviewers: readonly string[] },
): Fault[] {
  return [
    ...(step === 'refuse' && !reason?.trim()
      ? [{ field: 'reason', message: 'agreements:error.proposalReason' }]
      : []),
    ...(step === 'route' && reviewers.length === 0
      ? [{ field: 'reviewers', message: 'agreements:error.reviewers' }]
      : []),
  ]
}

/** The version that publishing the proposal would add. Who approved it decided it, unless it names somebody. */
export function versionOf(
  proposal: Proposal,
  given: Pick<Agreement, 'decidedOn' | 'badgeVersions'> = {},
): Agreement {
  const { id, series, version, communityId, collegeId, collegeName, demonstration } = proposal
  const approvers = proposal.reviewers
    .filter(({ accountId }) => proposal.approvals.includes(accountId))
    .map(({ name }) => name)
    .join(', ')
  return {
    ...(approvers !== '' && { decidedBy: approvers }),
    ...proposal.terms,
    ...given,
    id,
    series,
    version,
    communityId,
    collegeId,
    collegeName,
    demonstration,
  }
}
