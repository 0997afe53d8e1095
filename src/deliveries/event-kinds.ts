import type { OrganizationKind } from '../access/organization.js'

/** Everything another system can be told of, and which kind of organization may ask for it. A new kind is added here. */
export const eventKinds = {
  'claim.filed': 'college',
  'claim.answered': 'college',
  'claim.appealed': 'college',
  'claim.withdrawn': 'college',
  'claim.decided': 'college',
  'claim.consent-ended': 'college',
  'claim.consent-given': 'college',
  'referral.requested': 'center',
  'referral.changed': 'center',
  'referral.cancelled': 'center',
} as const satisfies Record<string, OrganizationKind>

export type AnnouncedKind = keyof typeof eventKinds
/** 'test' is sent on demand only, to see whether the other system takes what we send. */
export type EventKind = AnnouncedKind | 'test'

/** The kinds an organization of this kind may choose from. */
export const kindsFor = (kind: OrganizationKind): AnnouncedKind[] =>
  (Object.keys(eventKinds) as AnnouncedKind[]).filter((one) => eventKinds[one] === kind)

/** Organizations of these kinds may connect a system of their own. */
export const connectable: readonly OrganizationKind[] = [...new Set(Object.values(eventKinds))]

export const allEventKinds: readonly EventKind[] = [
  ...(Object.keys(eventKinds) as AnnouncedKind[]),
  'test',
]
