/** Who began or ended a consent, as a timeline says it: the learner, or the program on the day after its last. */
export interface ConsentChange {
  readonly by: string
  readonly isByDate: boolean
}
