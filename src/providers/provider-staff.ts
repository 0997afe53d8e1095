import { organizationsOf, type Actor } from '../access/actor.js'
import type { Organization } from '../access/organization.js'
import type { Import } from './import.js'

/** The provider organizations this person works for, in the order of their roles. */
export const providersOf = (actor: Actor): string[] => organizationsOf(actor, 'provider')

/** A provider's word counts only while its organization is approved. */
export const mayConfirm = (organization: Pick<Organization, 'kind' | 'state'>): boolean =>
  organization.kind === 'provider' && organization.state === 'approved'

/** An import is seen by who brought it in, by the provider's other staff, and by the learner it is about. */
export const maySeeImport = (
  actor: Actor,
  found: Pick<Import, 'startedBy' | 'organizationId' | 'learnerId'>,
): boolean =>
  found.startedBy === actor.accountId ||
  (found.organizationId !== undefined && providersOf(actor).includes(found.organizationId)) ||
  (found.learnerId !== undefined && found.learnerId === actor.learnerId)
