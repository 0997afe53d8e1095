/** How many people of one community stand at each stage, as last counted. */
export interface Counters {
  readonly communityId: string
  readonly asOf: Date
  readonly learners: number
  readonly withAward: number
  readonly ready: number
  readonly referrals: number
}

export const counted = ['learners', 'withAward', 'ready', 'referrals'] as const
export type Counted = (typeof counted)[number]

/** Fewer people than this are never counted to outsiders: a small number may point to a person. */
export const smallestShown = 10

/** A count an outsider may read: exact, or only that it is a few, or all but a few of the learners. */
export type PublicCount = number | 'few' | 'most'

/**
 * The counters as the public may read them. A count of people is exact only when both it and the learners it leaves out
 * are ten or more, so that neither a small group nor a small rest can be read off by taking one number from another.
 */
export function publicCounts(counters: Counters): Readonly<Record<Counted, PublicCount>> {
  const { learners, referrals } = counters
  const few = (count: number): PublicCount => (count < smallestShown ? 'few' : count)
  const partOf = (count: number): PublicCount => {
    if (count < smallestShown) return 'few'
    return learners - count < smallestShown ? 'most' : count
  }
  return {
    learners: few(learners),
    withAward: partOf(counters.withAward),
    ready: partOf(counters.ready),
    referrals: few(referrals),
  }
}
