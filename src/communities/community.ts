import type { Day } from '../calendar.js'

/**
 * A place of TechHire as public lists name it. `joined` is as exact as its source: a day or a month; absent where only
 * the year is known, or nothing. `figures` are the words of their source. What is absent nobody has found.
 */
export interface Community {
  readonly slug: string
  readonly name: string
  /** Two letters, as the Postal Service writes them. */
  readonly state: string
  readonly kind: string
  readonly yearJoined?: number
  readonly joined?: string
  readonly figures?: string
  readonly figureSource?: string
  readonly source: string
  /** Whether its main facts were read in the source. */
  readonly confirmed: boolean
}

/** TechHire as a whole in the words of a source, as it stood on a day or in a month. */
export interface NationalTotal {
  readonly asOf: string
  readonly communities?: string
  readonly employers?: string
  readonly trainingPartners?: string
  readonly placed?: string
  readonly other?: string
  readonly source: string
}

/** How many of a counted number of communities are known by name; the rest is counted in a source but named in none. */
export interface NamedOf {
  readonly counted: number
  readonly asOf: Day
  readonly source: string
  readonly named: number
  /** Named ones that joined after the count. */
  readonly later: number
}

/** The last count that was published for a day, set against the names; undefined without a count. */
export function namedOf(
  joinings: readonly Pick<Community, 'joined' | 'yearJoined'>[],
  totals: readonly NationalTotal[],
): NamedOf | undefined {
  const total = totals
    .filter(({ asOf, communities }) => asOf.length === 10 && /^\d+$/.test(communities ?? ''))
    .reduce<NationalTotal | undefined>(
      (last, one) => (last && last.asOf > one.asOf ? last : one),
      undefined,
    )
  if (!total) return undefined
  const joinedOf = ({ joined, yearJoined }: (typeof joinings)[number]) =>
    joined ?? String(yearJoined ?? '')
  const later = joinings.filter((one) => joinedOf(one) > total.asOf).length
  return {
    counted: Number(total.communities),
    asOf: total.asOf,
    source: total.source,
    named: joinings.length - later,
    later,
  }
}
