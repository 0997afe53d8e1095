import { creditLinks } from '../credits/chain-credits.js'
import { referralLinks } from '../referrals/chain-referrals.js'
import { badgeLinks } from './chain-badges.js'
import { recordLink } from './chain-record.js'
import type { ChainSource } from './chain-source.js'

/** Everything a chain is made of, in the order it is told; a new kind of link is added here. */
export const chainSources: readonly ChainSource[] = [
  recordLink,
  badgeLinks,
  creditLinks,
  referralLinks,
]
