/** How many people of one community stand at each stage, as last counted. */
export interface Counters {
  readonly communityId: string
  readonly asOf: Date
  readonly learners: number
  readonly withAward: number
  readonly ready: number
  readonly referrals: number
}
