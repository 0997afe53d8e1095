/** How many people of one community stand at each stage, as last counted. */
export interface Counters {
  readonly communityId: string
  readonly asOf: Date
  readonly learners: number
  readonly withAward: number
  readonly ready: number
  readonly referrals: number
}

/** Counters older than this are counted again, in milliseconds. */
export const counterLife = 60_000

/** True when it is time to count again. */
export const areStale = (counters: Pick<Counters, 'asOf'> | undefined, now: Date): boolean =>
  counters === undefined || now.getTime() - counters.asOf.getTime() > counterLife
