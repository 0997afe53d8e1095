/** A skill as O*NET names it, with the occupations in which it is used and those in which it is in demand. */
export interface Skill {
  readonly name: string
  readonly category: string
  readonly socCodes: readonly string[]
  readonly inDemand: readonly string[]
}
