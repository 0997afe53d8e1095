import type { Actor } from '../access/actor.js'
import { readReferral, sidesFor } from './read-referral.js'
import type { Referral, Side } from './referral.js'
import { cutReferral, whyShut, type Shut } from './shut.js'

/** A referral as one reader may see it: cut where it is `shut` to them. */
export interface SeenReferral {
  readonly referral: Referral
  readonly sides: readonly Side[]
  readonly isLearner: boolean
  readonly shut: Shut | undefined
}

/** For a referral that was read as it stands now. */
export function seenBy(actor: Actor, whole: Referral): SeenReferral {
  const sides = sidesFor(actor, whole)
  const isLearner = actor.learnerId === whole.learnerId
  const shut = whyShut(whole, sides, isLearner)
  return { referral: shut ? cutReferral(whole) : whole, sides, isLearner, shut }
}

/** As readReferral, cut to what the actor may see. Discloses nothing by itself. */
export const seeReferral = async (actor: Actor, id: string, now: Date): Promise<SeenReferral> =>
  seenBy(actor, (await readReferral(actor, id, now)).referral)
