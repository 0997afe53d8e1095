import { holdings } from '../holdings/holdings.js'
import { bookingsHeld, giveBookings } from './joined-booking-store.js'
import { giveCases } from './joined-case-store.js'
import { givePlans, plansHeld } from './joined-plan-store.js'
import { giveReferrals } from './joined-referral-store.js'
import { giveRows, idsIn } from './joined-row-store.js'

/** How what a collection holds of a learner goes over to another one. */
export interface Mover {
  readonly collection: string
  /** The ids of what can go over. */
  readonly held: (goneId: string, keptId: string, communityId: string) => Promise<string[]>
  /** Gives it, in either direction; what the other cannot take stays and comes back. */
  readonly give: (ids: readonly string[], from: string, to: string) => Promise<string[]>
}

/** Chains of disclosures are never rewritten; plans go over with their cases; everything else that names a learner moves. */
const apart = ['disclosures', 'plans']

const giveIn = (collection: string): Mover['give'] => {
  if (collection === 'referrals') return giveReferrals
  if (collection === 'cases') return giveCases
  return (ids, from, to) => giveRows(collection, ids, from, to)
}

const rowsIn = (collection: string, inCommunity?: true): Mover => ({
  collection,
  held: (goneId, _keptId, communityId) =>
    idsIn(collection, goneId, inCommunity ? communityId : undefined),
  give: giveIn(collection),
})

/** Awards first: the credential of an award that has to stay behind stays with it. Plans after their cases. */
export const movers: readonly Mover[] = [
  ...holdings
    .filter(
      ({ names, field, collection }) =>
        names === 'learner' && field === 'learnerId' && !apart.includes(collection),
    )
    .sort((a, b) => Number(b.collection === 'awards') - Number(a.collection === 'awards'))
    .map(({ collection, inCommunity }) => rowsIn(collection, inCommunity)),
  { collection: 'slots', held: bookingsHeld, give: giveBookings },
  { collection: 'plans', held: plansHeld, give: givePlans },
]

/** The mover of a collection; accounts, which sign in as a record, go over by their ids alone. */
export const moverOf = (collection: string): Mover =>
  movers.find((one) => one.collection === collection) ?? rowsIn(collection)
