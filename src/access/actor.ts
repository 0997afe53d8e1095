export const roles = [
  'learner',
  'mentor',
  'staff',
  'college',
  'employer',
  'provider',
  'manager',
] as const
export type Role = (typeof roles)[number]

/** One role at one organization in one community. Learners and mentors carry the board's organization. */
export interface RoleAt {
  readonly role: Role
  readonly organizationId: string
  readonly communityId: string
}

/** Who is asking; the same whether they came by session or by token. `learnerId` is set for learners only. */
export interface Actor {
  readonly accountId: string
  readonly name: string
  readonly email: string
  readonly language: 'en' | 'es'
  readonly roles: readonly RoleAt[]
  readonly learnerId?: string
}

/** True when the actor has the role anywhere, or at that organization. */
export const hasRole = (actor: Actor, role: Role, organizationId?: string): boolean =>
  actor.roles.some(
    (at) =>
      at.role === role && (organizationId === undefined || at.organizationId === organizationId),
  )

/** The organizations where the actor has the role. */
export const organizationsOf = (actor: Actor, role: Role): string[] =>
  actor.roles.filter((at) => at.role === role).map((at) => at.organizationId)

/** The communities in which the actor has the role. */
export const communitiesOf = (actor: Actor, role: Role): string[] => [
  ...new Set(actor.roles.filter((at) => at.role === role).map((at) => at.communityId)),
]
