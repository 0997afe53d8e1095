import type { Actor, Role } from './actor.js'

export const changeKinds = [
  'approved',
  'declined',
  'edited',
  'invited',
  'roleGiven',
  'roleTaken',
  'closed',
  'reopened',
] as const
export type ChangeKind = (typeof changeKinds)[number]

/** One fact of an organization before and after; '' for none. */
export interface Edit {
  readonly field: 'name' | 'url' | 'city'
  readonly from: string
  readonly to: string
}

/**
 * What somebody changed about an organization or a person's roles, and when. It rides in the record it tells of, written
 * by the same update, and is never changed. Names are those of that day.
 */
export interface Change {
  readonly at: Date
  /** The account of who did it; missing for an invitation from the command line. */
  readonly by?: string
  readonly byName: string
  readonly communityId: string
  readonly kind: ChangeKind
  readonly role?: Role
  readonly organization?: string
  readonly reason?: string
  readonly edits?: readonly Edit[]
}

/** Who did something, where and when: what every change begins with. */
export const doneBy = (
  actor: Pick<Actor, 'accountId' | 'name'>,
  communityId: string,
  at: Date,
) => ({
  at,
  by: actor.accountId,
  byName: actor.name,
  communityId,
})

type Facts = Readonly<Partial<Record<Edit['field'], string | undefined>>>

/** What differs between two states of an organization's facts. */
export const editsBetween = (before: Facts, after: Facts): Edit[] =>
  (['name', 'url', 'city'] as const)
    .map((field) => ({ field, from: before[field] ?? '', to: after[field] ?? '' }))
    .filter(({ from, to }) => from !== to)
