import type { Words } from '../http/words.js'
import type { Learner } from '../learners/learner.js'
import type { ChainEntry } from './chain.js'
import type { SigningWorld } from '../credentials/open-issuer.js'

/** What a source is asked: about whom, and in which words people will read it. */
export interface ChainAsked {
  readonly learner: Learner
  readonly words: Words
  readonly now: Date
  readonly world: SigningWorld
}

/**
 * What one part of the product adds to a learner's chain, in the order it happened. A new part (offers, placements) writes
 * its source in its own folder and is added to chain-sources.ts.
 */
export type ChainSource = (asked: ChainAsked) => Promise<readonly ChainEntry[]>
