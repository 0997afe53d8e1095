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

/** A sum over several programs: exact, or what it is at least. */
export interface PublicSum {
  readonly atLeast: number
  readonly isExact: boolean
}

/**
 * What the public may read of all programs together. A hidden count adds only what its own page says of it: an exact
 * sum would give it away to whoever takes the other programs' numbers off.
 */
export function publicSums(all: readonly Counters[]): Readonly<Record<Counted, PublicSum>> {
  const sum = (key: Counted): PublicSum => {
    const parts = all.map(publicCounts).map((shown): PublicSum => {
      const { [key]: count, learners } = shown
      if (typeof count === 'number') return { atLeast: count, isExact: true }
      const isMost = count === 'most' && typeof learners === 'number'
      return { atLeast: isMost ? learners - smallestShown + 1 : 0, isExact: false }
    })
    return {
      atLeast: parts.reduce((total, { atLeast }) => total + atLeast, 0),
      isExact: parts.every(({ isExact }) => isExact),
    }
  }
  return {
    learners: sum('learners'),
    withAward: sum('withAward'),
    ready: sum('ready'),
    referrals: sum('referrals'),
  }
}
