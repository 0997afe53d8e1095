/**
 * Who looked at a person whose double record was joined into theirs: the looks of both chains as one list, the newest first.
 * A chain keeps its own order, whatever its clocks said, so that it can still be checked row by row; the chains are laid
 * into each other by time. A place in the list is a place in each chain.
 */
interface Look {
  readonly learnerId: string
  readonly sequence: number
  readonly at: Date
}

/** Rows of several chains, each newest first, as one list; at the same moment the earlier chain comes first. */
export function inOneList<T extends Look>(chains: readonly (readonly T[])[]): T[] {
  const left = chains.map((rows) => [...rows])
  const list: T[] = []
  for (;;) {
    const heads = left.flatMap(([head], chain) => (head ? [{ head, chain }] : []))
    const next = heads.reduce<(typeof heads)[number] | undefined>(
      (latest, one) => (latest && latest.head.at >= one.head.at ? latest : one),
      undefined,
    )
    if (!next) return list
    list.push(next.head)
    left[next.chain]?.shift()
  }
}

/** For each chain the sequence of the last row that was listed; undefined where none was. */
export type Places = readonly (number | undefined)[]

/** The places after these rows were listed too. */
export const placesAfter = (
  chains: readonly string[],
  before: Places,
  listed: readonly Look[],
): Places =>
  chains.map(
    (chain, at) => listed.findLast(({ learnerId }) => learnerId === chain)?.sequence ?? before[at],
  )

/** Places as a text for a cursor: `12,,3`. */
export const placesText = (places: Places): string => places.map((place) => place ?? '').join(',')

/** The places in such a text, none for a chain that was joined since; undefined for any other text. */
export function readPlaces(text: string): Places | undefined {
  const parts = text.split(',')
  if (!parts.every((part) => /^\d{0,15}$/.test(part))) return undefined
  return parts.map((part) => (part === '' ? undefined : Number(part)))
}
