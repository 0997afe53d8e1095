import { hasRole, type Actor } from '../access/actor.js'
import { findOrganization } from '../access/organization-store.js'
import { findProgram } from '../communities/program-store.js'
import { newId } from '../ids.js'
import { invalid, notAllowed, notFound } from '../problems.js'
import { agreementsOfCollege } from '../agreements/agreement-store.js'
import { ownCollege } from '../agreements/keep-course.js'
import type { PathwayForm } from './pathway-input.js'
import { findPathway, insertPathway } from './pathway-store.js'
import { faultsOfPathway, type Pathway, type PlanCourse } from './pathway.js'

/** Opens a pathway at the actor's college. Throws invalid with every fault by field. */
export async function openPathway(actor: Actor, form: PathwayForm): Promise<Pathway> {
  const collegeId = ownCollege(actor)
  const role = actor.roles.find((at) => at.role === 'college' && at.organizationId === collegeId)
  const college = await findOrganization(collegeId)
  if (!role || !college) throw notAllowed()
  const { plan: ids, ...rest } = form
  const program = await findProgram(role.communityId)
  const pathway: Pathway = {
    ...rest,
    id: newId(),
    communityId: role.communityId,
    collegeId,
    collegeName: college.name,
    plan: await planOf(collegeId, ids),
    demonstration: program?.demonstration ?? false,
  }
  const faults = faultsOfPathway(pathway)
  if (faults.length > 0) throw invalid(faults)
  await insertPathway(pathway)
  return pathway
}

async function planOf(collegeId: string, ids: readonly string[]): Promise<PlanCourse[]> {
  const own = new Map((await agreementsOfCollege(collegeId)).map((one) => [one.id, one]))
  return [...new Set(ids)].map((id) => {
    const agreement = own.get(id)
    if (!agreement || agreement.retired)
      throw invalid([{ field: 'plan', message: 'claims:error.unknownAgreement' }])
    const { series, course, courseTitle, credits, unit } = agreement
    return { series, course, courseTitle, credits, unit }
  })
}

/** A pathway of one of the actor's colleges. Throws not-found to anybody else. */
export async function pathwayOfCollege(id: string, actor: Actor): Promise<Pathway> {
  const pathway = await findPathway(id)
  if (!pathway || !hasRole(actor, 'college', pathway.collegeId)) throw notFound()
  return pathway
}
