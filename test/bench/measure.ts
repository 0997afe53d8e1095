/** The value below which `share` of the sorted values lie. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? NaN
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)

/** How often a second `deed` is done, by `clients` at once, for `milliseconds`. */
export async function rate(
  deed: () => Promise<unknown>,
  { clients = 1, milliseconds = 1_500 } = {},
): Promise<number> {
  const begin = performance.now()
  let done = 0
  const client = async () => {
    while (performance.now() - begin < milliseconds) {
      await deed()
      done += 1
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
  return (done * 1000) / (performance.now() - begin)
}

/** How often a second something was done, and the median of what one took, in milliseconds. */
export interface Pace {
  readonly perSecond: number
  readonly p50: number
}

/** The pace of `deed`, done by `clients` at once for so long. */
export async function paceOf(
  deed: () => Promise<unknown>,
  { clients = 1, milliseconds = 1_000 } = {},
): Promise<Pace> {
  const taken: number[] = []
  const timed = async () => {
    const begin = performance.now()
    await deed()
    taken.push(performance.now() - begin)
  }
  const perSecond = await rate(timed, { clients, milliseconds })
  return { perSecond, p50: median(taken) }
}

/** The same for work without a wait inside; the clock is read once for `each` times. */
export function paceOfWork(work: () => void, each: number, milliseconds = 1_000): Pace {
  const taken: number[] = []
  const begin = performance.now()
  let now = begin
  while (now - begin < milliseconds) {
    const before = now
    for (let at = 0; at < each; at += 1) work()
    now = performance.now()
    taken.push((now - before) / each)
  }
  return { perSecond: (taken.length * each * 1_000) / (now - begin), p50: median(taken) }
}

/** The same for a deed with each of these, one after the other. */
export async function paceOfEach<T>(all: readonly T[], deed: (one: T) => unknown): Promise<Pace> {
  const taken: number[] = []
  for (const one of all) {
    const begin = performance.now()
    await deed(one)
    taken.push(performance.now() - begin)
  }
  const sum = taken.reduce((total, each) => total + each, 0)
  return { perSecond: (all.length * 1_000) / sum, p50: median(taken) }
}

/** Milliseconds that each of `times` deeds took. */
export async function timings(deed: () => Promise<unknown>, times: number): Promise<number[]> {
  const taken: number[] = []
  for (let at = 0; at < times; at += 1) {
    const begin = performance.now()
    await deed()
    taken.push(performance.now() - begin)
  }
  return taken
}

/**
 * Measures two things side by side, in turn, so that a machine whose speed drifts treats both alike: the median of the
 * ratios of each round.
 */
export async function sideBySide(
  one: () => Promise<number>,
  other: () => Promise<number>,
  rounds = 5,
): Promise<{ ratio: number; one: number; other: number }> {
  const pairs: { one: number; other: number }[] = []
  await one()
  await other()
  for (let round = 0; round < rounds; round += 1) {
    const pair = { one: await one(), other: await other() }
    pairs.push(pair)
  }
  return {
    ratio: median(pairs.map((pair) => pair.one / pair.other)),
    one: median(pairs.map((pair) => pair.one)),
    other: median(pairs.map((pair) => pair.other)),
  }
}

/** Says on stderr what is going on; stdout carries results only. */
export function tell(text: string): void {
  process.stderr.write(`${text}\n`)
}

const rounded = (value: unknown): unknown =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value

/** Prints one result as a JSON line: what was measured, the ratio, and against what. */
export function report(result: {
  readonly bench: string
  readonly ratio: number
  readonly against: string
  readonly [detail: string]: unknown
}): void {
  const line = Object.fromEntries(
    Object.entries(result).map(([key, value]) => [key, rounded(value)]),
  )
  console.log(JSON.stringify(line))
}
