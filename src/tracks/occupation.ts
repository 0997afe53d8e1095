/**
 * An occupation a track leads to, with its median wage in the United States. `wagePeriod` is the month the wage is of
 * ('2023-05'); a wage marked old is shown as old, and a missing one is never guessed.
 */
export interface Occupation {
  readonly soc: string
  readonly title: string
  readonly wageCents?: number
  readonly wagePeriod?: string
  readonly wageIsOld: boolean
  readonly wageSource?: string
}
