import { findOrganizationsByIds, saveOrganizations } from '../access/organization-store.js'
import { saveBadgeVersions } from '../badges/badge-store.js'
import { saveSkills } from '../badges/skill-store.js'
import { saveCommunities, saveTotals } from '../communities/community-store.js'
import { findProgram, saveProgram } from '../communities/program-store.js'
import { insertAgreements } from '../agreements/agreement-store.js'
import { addCourses } from '../agreements/course-store.js'
import { saveTuition } from '../crosswalk/tuition-store.js'
import { insertRuleSet } from '../readiness/rule-store.js'
import { findCentersByIds, saveCenters } from '../centers/center-store.js'
import { saveOccupations } from '../tracks/occupation-store.js'
import { saveProviderBadges } from '../tracks/provider-badge-store.js'
import { saveTrackVersions } from '../tracks/track-store.js'
import * as creditRecords from './credit-records.js'
import * as records from './reference-records.js'
import { readReference, type Reference } from './reference.js'

export interface LoadOptions {
  readonly now: Date
  /** Also the agreements that are invented, and centers that take referrals. */
  readonly demonstration: boolean
}

/**
 * Writes the reference facts of seed/ into the stores. Safe to repeat: what people can change since (organizations,
 * centers, the program) is only added when it is missing; versions are only ever added; plain facts are written again.
 */
export async function loadReference(options: LoadOptions): Promise<Reference> {
  const reference = readReference()
  const { now, demonstration } = options
  await saveOccupations(records.occupationsOf(reference))
  await saveSkills(records.skillsOf(reference))
  await saveCommunities(records.communitiesOf(reference))
  await saveTotals(records.totalsOf(reference))
  await saveProviderBadges(records.providerBadgesOf(reference))
  await saveTrackVersions(records.tracksOf(reference))
  await saveBadgeVersions(records.badgesOf(reference))
  await addOrganizations(reference, now)
  await addCenters(reference, demonstration)
  if (!(await findProgram(reference.program.community)))
    await saveProgram(records.programOf(reference, demonstration))
  await addCourses(creditRecords.coursesOf(reference))
  await saveTuition(creditRecords.tuitionOf(reference))
  await insertRuleSet(records.ruleSetOf(reference, now))
  if (demonstration) await insertAgreements(creditRecords.agreementsOf(reference))
  return reference
}

async function addOrganizations(reference: Reference, now: Date): Promise<void> {
  const organizations = records.organizationsOf(reference, now)
  const known = await findOrganizationsByIds(organizations.map(({ id }) => id))
  const there = new Set(known.map(({ id }) => id))
  await saveOrganizations(organizations.filter(({ id }) => !there.has(id)))
}

async function addCenters(reference: Reference, demonstration: boolean): Promise<void> {
  const centers = records.centersOf(reference, demonstration)
  const known = await findCentersByIds(centers.map(({ id }) => id))
  await saveCenters(centers.filter(({ id }) => !known.has(id)))
}
