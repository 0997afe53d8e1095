import type { Actor, RoleAt } from '../access/actor.js'
import { findOrganization } from '../access/organization-store.js'
import { findProgram } from '../communities/program-store.js'
import { dayOf, type Day } from '../calendar.js'
import { newId } from '../ids.js'
import type { Ports } from '../ports.js'
import { invalid, notAllowed, notFound } from '../problems.js'
import { versionsOf } from './agreement-store.js'
import type { Agreement } from './agreement.js'
import { mailsOfProposed } from './announce-proposal.js'
import { checkVersion } from './check-version.js'
import { findCourse } from './course-store.js'
import { termsOf, type TermsForm } from './proposal-input.js'
import { insertProposal } from './proposal-store.js'
import { versionOf, type Proposal, type Terms } from './proposal.js'
import { organizationNameOf } from './open-proposal.js'

/** The role in which this person may propose to that college; undefined when there is none. */
export const proposingRole = (actor: Actor, college: { id: string; communityId: string }) =>
  actor.roles.find((at) => at.role === 'college' && at.organizationId === college.id) ??
  actor.roles.find((at) => at.role === 'provider' && at.communityId === college.communityId)

/**
 * Writes a proposal: a new agreement, or the next version of `series`. Throws not-allowed to anybody but the college and
 * providers of its program, invalid with every fault of the terms by field.
 */
export async function proposeAgreement(
  actor: Actor,
  asked: { readonly college: string; readonly series?: string | undefined },
  form: TermsForm,
  ports: Pick<Ports, 'now'>,
): Promise<Proposal> {
  const course = await findCourse(asked.college, form.course)
  return propose(actor, asked, termsOf(form, course), form.why, ports)
}

/** Proposes to end an agreement: from that day on it is no longer offered. Throws as proposeAgreement. */
export async function proposeRetirement(
  actor: Actor,
  agreement: Agreement,
  { from, why }: { readonly from: Day; readonly why?: string | undefined },
  ports: Pick<Ports, 'now'>,
): Promise<Proposal> {
  return propose(
    actor,
    { college: agreement.collegeId, series: agreement.series },
    retirementOf(agreement, from),
    why,
    ports,
  )
}

const retirementOf = (last: Agreement, from: Day): Terms => ({
  course: last.course,
  courseTitle: last.courseTitle,
  credits: last.credits,
  unit: last.unit,
  badges: last.badges,
  lowestLevel: last.lowestLevel,
  mayShareBadges: last.mayShareBadges,
  fills: last.fills,
  from,
  retired: true,
})

async function propose(
  actor: Actor,
  {
    college: collegeId,
    series,
  }: { readonly college: string; readonly series?: string | undefined },
  terms: Terms,
  why: string | undefined,
  ports: Pick<Ports, 'now'>,
): Promise<Proposal> {
  const college = await findOrganization(collegeId)
  const isCollege = college?.kind === 'college' && college.state === 'approved'
  const role = isCollege ? proposingRole(actor, college) : undefined
  if (!college || !role) throw isCollege ? notAllowed() : notFound()
  const now = ports.now()
  const earlier = series === undefined ? [] : await versionsOf([series])
  if (series !== undefined && earlier.every((one) => one.collegeId !== collegeId)) throw notFound()
  const proposal = await newProposal(actor, role, { college, terms, why, now, earlier })
  const faults = await checkVersion(versionOf(proposal), dayOf(now))
  if (faults.length > 0) throw invalid(faults)
  await insertProposal(proposal, await mailsOfProposed(proposal))
  return proposal
}

interface Given {
  readonly college: { readonly id: string; readonly name: string }
  readonly terms: Terms
  readonly why: string | undefined
  readonly now: Date
  readonly earlier: readonly Agreement[]
}

async function newProposal(
  { accountId, name }: Actor,
  { organizationId, communityId }: RoleAt,
  { college, terms, why, now, earlier }: Given,
): Promise<Proposal> {
  const last = earlier.at(-1)
  const program = await findProgram(last?.communityId ?? communityId)
  return {
    id: newId(),
    communityId: last?.communityId ?? communityId,
    collegeId: college.id,
    collegeName: college.name,
    series: last?.series ?? newId(),
    version: (last?.version ?? 0) + 1,
    terms,
    revision: 1,
    steps: 0,
    state: 'proposed',
    proposedBy: { accountId, name, organizationId },
    reviewers: [],
    approvals: [],
    ...(why !== undefined && { why }),
    trail: [
      {
        at: now,
        by: accountId,
        byName: name,
        byOrganization: await organizationNameOf(organizationId),
        kind: 'proposed',
        revision: 1,
        ...(why !== undefined && { reason: why }),
        terms,
      },
    ],
    changedAt: now,
    demonstration: program?.demonstration ?? false,
  }
}
