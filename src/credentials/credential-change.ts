/**
 * What a manager can do with signed badges. Withdrawing takes the badge itself back, for good. Suspending puts its document on
 * hold; lifting signs a new copy. Reissuing signs a new copy from what the record says now, and the old ones no longer count.
 */
import type { CredentialState } from './credential.js'

export const changeKinds = ['withdraw', 'suspend', 'lift', 'reissue'] as const
export type ChangeKind = (typeof changeKinds)[number]

/** From which states a change is possible. */
const possibleFrom: Readonly<Record<ChangeKind, readonly CredentialState[]>> = {
  withdraw: ['live', 'suspended'],
  suspend: ['live'],
  lift: ['suspended'],
  reissue: ['live'],
}

/** The changes that are possible in a state, in the order they are offered. */
export const changesIn = (state: CredentialState): ChangeKind[] =>
  changeKinds.filter((kind) => possibleFrom[kind].includes(state))

export const isPossible = (kind: ChangeKind, state: CredentialState): boolean =>
  possibleFrom[kind].includes(state)

/** At most so many at once: signing takes time, and a page should answer in seconds. */
export const mostAtOnce = 200

/** What became of one of many. `why` is a locale key. */
export interface Changed {
  readonly id: string
  readonly outcome: 'done' | 'refused'
  readonly why?: string
}
