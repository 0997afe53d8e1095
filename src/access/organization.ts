import type { Role } from './actor.js'
import { fold } from '../fold.js'

export const organizationKinds = ['board', 'center', 'college', 'employer', 'provider'] as const
export type OrganizationKind = (typeof organizationKinds)[number]

export const organizationStates = ['pending', 'approved', 'declined'] as const
export type OrganizationState = (typeof organizationStates)[number]

/** Who approved or declined, when and why; the reason is what the organization is told. */
export interface OrganizationDecision {
  readonly by: string
  readonly at: Date
  readonly reason?: string
}

/** An organization of one community. `source` says where its facts were read; `demonstration` that some are invented. */
export interface Organization {
  readonly id: string
  readonly slug: string
  readonly name: string
  readonly kind: OrganizationKind
  readonly communityId: string
  readonly state: OrganizationState
  readonly url?: string
  readonly city?: string
  readonly source?: string
  readonly demonstration: boolean
  readonly registeredAt: Date
  /** The account of the person who registered it themselves; gets its first role when it is approved. */
  readonly registeredBy?: string
  readonly decision?: OrganizationDecision
}

/** A role is held at one kind of organization; learners, mentors and managers belong to the board. */
export const kindForRole: Readonly<Record<Role, readonly OrganizationKind[]>> = {
  learner: ['board'],
  mentor: ['board'],
  manager: ['board'],
  staff: ['center', 'board'],
  college: ['college'],
  employer: ['employer'],
  provider: ['provider'],
}

/** True when a person may have this role at this organization: right kind, and approved. */
export const maySeat = (role: Role, organization: Pick<Organization, 'kind' | 'state'>): boolean =>
  organization.state === 'approved' && kindForRole[role].includes(organization.kind)

/** The role of the person who registered an organization of this kind themselves. */
export const roleForKind: Readonly<Record<OrganizationKind, Role>> = {
  board: 'manager',
  center: 'staff',
  college: 'college',
  employer: 'employer',
  provider: 'provider',
}

/** Kinds that may register themselves; a board comes by `npm run invite` only. */
export const selfRegisteredKinds = ['employer', 'college', 'center', 'provider'] as const
export type SelfRegisteredKind = (typeof selfRegisteredKinds)[number]

/** A slug from a name: `Mt. Hood Community College` is `mt-hood-community-college`; never empty. */
export const slugFor = (name: string): string =>
  fold(name)
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 80) || 'organization'
