import { findOrganization } from '../access/organization-store.js'
import { agreementsOfCollege, insertAgreements } from '../agreements/agreement-store.js'
import { offeredOn } from '../agreements/agreement.js'
import { findPathway, insertApplication, insertPathway } from '../pathways/pathway-store.js'
import { findProposal, insertProposal } from '../agreements/proposal-store.js'
import { versionOf, type Proposal } from '../agreements/proposal.js'
import { findLearnerPage } from '../learners/learner-store.js'
import {
  applicantsMade,
  demoPathways,
  demoProposals,
  type DemoCreditSetting,
  type DemoVoice,
} from './demo-credit.js'
import { demoPeople } from './demo-people.js'
import type { DemoSetting } from './demo-plan.js'
import { demoSeats } from './make-demo-people.js'
import { organizationIdOf } from './reference-records.js'

const seatedEmails = new Set(demoSeats.map(({ learner }) => learner.email))

async function voiceOf(
  role: 'college' | 'provider',
  { idOf }: DemoSetting,
): Promise<DemoVoice | undefined> {
  const person = demoPeople.find((one) => one.role === role)
  const organization = await findOrganization(organizationIdOf(person?.organization ?? ''))
  if (!person || !organization) return undefined
  return {
    accountId: idOf('account', person.email),
    name: person.name,
    organizationId: organization.id,
    organizationName: organization.name,
  }
}

/**
 * Adds invented proposals in every state and pathways with places, applicants and a waiting list, at the college whose
 * registrar can sign in. Safe to repeat.
 */
export async function addDemoCredit(setting: DemoSetting): Promise<void> {
  const [college, provider] = await Promise.all([
    voiceOf('college', setting),
    voiceOf('provider', setting),
  ])
  if (!college || !provider) return
  const { today, communityId, idOf } = setting
  const offered = offeredOn(await agreementsOfCollege(college.organizationId), today)
  const given: DemoCreditSetting = { today, communityId, idOf, college, provider }
  for (const proposal of demoProposals(offered, given)) await keepProposal(proposal, today)
  await keepPathways(offered, given)
}

async function keepProposal(proposal: Proposal, today: string): Promise<void> {
  if (proposal.state === 'published') {
    const badgeVersions = proposal.terms.badges.of.map((slug) => ({ slug, version: 1 }))
    await insertAgreements([versionOf(proposal, { decidedOn: today, badgeVersions })])
  }
  if (!(await findProposal(proposal.id))) await insertProposal(proposal, [])
}

async function keepPathways(
  offered: Parameters<typeof demoPathways>[0],
  given: DemoCreditSetting,
): Promise<void> {
  const others = await findLearnerPage({ communityId: given.communityId, ready: false }, 400)
  const learners = others
    .filter(({ email, summary }) => !seatedEmails.has(email ?? '') && summary.awards > 1)
    .slice(0, applicantsMade)
  for (const { pathway, applications } of demoPathways(offered, learners, given)) {
    if (!(await findPathway(pathway.id))) await insertPathway(pathway)
    for (const application of applications) await insertApplication(application, [])
  }
}
