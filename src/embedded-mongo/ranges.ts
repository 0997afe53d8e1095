import { encodeValue, inverted, keyPart, longestValue, textStart, valuesEqual } from './encode.js'
import type { Index } from './index-spec.js'
import { after, spaceKey } from './keyspace.js'
import {
  asDoc,
  isNumeric,
  isRegex,
  operatorsOf,
  RANK,
  rankOf,
  regexParts,
  toNumber,
  type Doc,
} from './values.js'

/** A place in the order of values: before or behind all whose bytes begin so; `whole` when that is one value. */
interface Place {
  readonly bytes: Buffer
  readonly behind: boolean
  readonly whole: boolean
}

export interface ValueRange {
  readonly from: Place
  readonly until: Place
}

/** Where the values are that meet a condition; `exact`: there are no others (but for arrays). */
export interface Ranges {
  readonly ranges: readonly ValueRange[]
  readonly exact: boolean
}

const typeOf = (rank: number) => Buffer.from([rank])

/** All values whose bytes begin so: one value (`whole`), a type, the texts with a prefix. */
const within = (bytes: Buffer, whole = false): ValueRange => ({
  from: { bytes, behind: false, whole },
  until: { bytes, behind: true, whole },
})

const isPoint = ({ from, until }: ValueRange) =>
  from.whole && until.whole && from.bytes.equals(until.bytes)
const bound = ({ bytes, behind }: Place): Buffer => (behind ? after(bytes) : bytes)
const compare = (a: Place, b: Place) => Buffer.compare(bound(a), bound(b))

/** Types whose values no index changes. Of null, missing fields are not told apart. */
const PLAIN = new Set<number>([RANK.number, RANK.string, RANK.objectId, RANK.boolean, RANK.date])
const COMPARED = new Set<number>([...PLAIN, RANK.object])

const isNaNumber = (value: unknown) => isNumeric(value) && Number.isNaN(toNumber(value))

/** An array may be stored under its elements' keys only, so equality to one is left to the test. */
function points(values: readonly unknown[]): Ranges | undefined {
  if (values.some((value) => Array.isArray(value) || isRegex(value) || value === undefined))
    return undefined
  if (values.length === 1) {
    const [value] = values
    return { ranges: [within(encodeValue(value), true)], exact: PLAIN.has(rankOf(value)) }
  }
  const encoded = new Map(values.map(encodeValue).map((bytes) => [bytes.toString('latin1'), bytes]))
  const exact = values.every((value) => PLAIN.has(rankOf(value)))
  return { ranges: [...encoded.values()].map((bytes) => within(bytes, true)), exact }
}

function compared(operator: string, operand: unknown): Ranges | undefined {
  const orEqual = operator.endsWith('e')
  if (operand === null) return orEqual ? points([null]) : undefined
  const rank = rankOf(operand)
  if (!COMPARED.has(rank) || isNaNumber(operand)) return undefined
  const bytes = encodeValue(operand)
  const type = within(typeOf(rank))
  const range = operator.startsWith('$g')
    ? { from: { bytes, behind: !orEqual, whole: true }, until: type.until }
    : { from: type.from, until: { bytes, behind: orEqual, whole: true } }
  return { ranges: [range], exact: PLAIN.has(rank) }
}

/** `/^abc/` begins with 'abc'; a stored regular expression equal to the operand matches too. */
function prefixed(operand: unknown, options: unknown): Ranges | undefined {
  const own = isRegex(operand) ? regexParts(operand) : { pattern: operand, options: '' }
  const { pattern } = own
  if (typeof pattern !== 'string' || pattern.includes('|')) return undefined
  if (/[imx]/.test(own.options + (typeof options === 'string' ? options : ''))) return undefined
  const start = /^\^((?:[\w @-]|\\[.@+-])+)([?*{])?/.exec(pattern)
  const plain = start?.[1]?.replace(/\\/g, '') ?? ''
  const text = start?.[2] ? plain.slice(0, -1) : plain
  if (text === '') return undefined
  return { ranges: [within(textStart(text)), within(typeOf(RANK.regex))], exact: false }
}

function operatorRanges(name: string, operand: unknown, options?: unknown): Ranges | undefined {
  if (name === '$eq') return points([operand])
  if (name === '$in') return Array.isArray(operand) ? points(operand) : undefined
  if (name === '$regex') return prefixed(operand, options)
  return /^\$[gl]te?$/.test(name) ? compared(name, operand) : undefined
}

/** What each condition of a filter says about one path, also within `$and`; undefined where that is nothing. */
function conditionsOn(filter: Doc, path: string): (Ranges | undefined)[] {
  const clauses = Array.isArray(filter.$and) ? (filter.$and as unknown[]) : []
  const nested = clauses.flatMap((clause) => conditionsOn(asDoc(clause) ?? {}, path))
  if (!Object.hasOwn(filter, path) || path === '$and') return nested
  const condition = filter[path]
  const operators = operatorsOf(condition)
  if (!operators)
    return [...nested, isRegex(condition) ? prefixed(condition, '') : points([condition])]
  for (const [operator, operand] of Object.entries(operators))
    nested.push(operatorRanges(operator, operand, operators.$options))
  return nested
}

/**
 * The ranges in which every document that meets the filter has a value at the path; undefined when any value will do. Of an
 * array each element may meet another condition, so only one of them limits its keys.
 */
export function rangesOf(filter: Doc, path: string, isArray: boolean): Ranges | undefined {
  const conditions = conditionsOn(filter, path)
  const known = conditions.filter((one) => one !== undefined)
  if (known.length === 0) return undefined
  const few = (one: Ranges) => (one.ranges.every(isPoint) ? one.ranges.length : Infinity)
  if (isArray) return known.reduce((best, one) => (few(one) < few(best) ? one : best))
  const ranges = known.map((one) => one.ranges).reduce(intersection)
  return { ranges, exact: known.length === conditions.length && known.every((one) => one.exact) }
}

function intersection(some: readonly ValueRange[], others: readonly ValueRange[]): ValueRange[] {
  return some.flatMap((a) =>
    others.flatMap((b) => {
      const from = compare(a.from, b.from) < 0 ? b.from : a.from
      const until = compare(a.until, b.until) < 0 ? a.until : b.until
      return compare(from, until) < 0 ? [{ from, until }] : []
    }),
  )
}

/** Whether a value with these bytes is in the range. */
export const holds = ({ from, until }: ValueRange, bytes: Buffer): boolean =>
  Buffer.compare(bound(from), bytes) <= 0 && Buffer.compare(bytes, bound(until)) < 0

const lieIn = ({ ranges }: Ranges, outer: readonly ValueRange[]): boolean =>
  ranges.every((inner) =>
    outer.some((one) => compare(one.from, inner.from) <= 0 && compare(inner.until, one.until) <= 0),
  )

/** Every value but null, which also stands for missing fields. */
const PRESENT = [{ from: within(typeOf(RANK.null)).until, until: within(typeOf(RANK.maxKey)).from }]

const asksPresence = (filter: Doc, path: string): boolean =>
  conditionsOn(filter, path).some((one) => one && lieIn(one, PRESENT))

/** Whether every document the filter can meet has a key in a sparse or partial index. */
export function holdsAll(index: Index, filter: Doc): boolean {
  if (index.partial && !implies(filter, index.partial.filter)) return false
  return !index.sparse || index.fields.some(({ path }) => asksPresence(filter, path))
}

function implies(filter: Doc, partial: Doc): boolean {
  return Object.entries(partial).every(([path, condition]) => {
    if (path === '$and') return (condition as Doc[]).every((part) => implies(filter, part))
    if (path.startsWith('$')) return false
    if (path in filter && valuesEqual(filter[path], condition)) return true
    const operators = operatorsOf(condition) ?? { $eq: condition }
    return Object.entries(operators).every(([operator, operand]) => {
      if (operator === '$exists' && operand === true) return asksPresence(filter, path)
      const wanted = operatorRanges(operator, operand)
      const given = conditionsOn(filter, path)
      return wanted?.exact === true && given.some((one) => one && lieIn(one, wanted.ranges))
    })
  })
}

/** Keys `low <= key < high`; `prefix` bytes are the same in every key (merging compares what follows). */
export interface KeyRange {
  readonly low: Buffer
  readonly high: Buffer
  readonly prefix: number
  /** The whole key of a unique index: one lookup instead of a walk. */
  readonly point: boolean
}

/** What a filter asks of the leading fields of one index. */
export interface IndexBounds {
  /** How many values each of the leading fields is pinned to; several when the filter has `$in`. */
  readonly pinned: readonly number[]
  /** Paths whose condition the ranges express, the pinned ones first. */
  readonly used: readonly string[]
  /** The ranges say all that the filter says: every key in them leads to a match. */
  readonly covered: boolean
  /** In the order of the index; one over all of it without bounds. */
  readonly ranges: () => KeyRange[]
}

/** Two `$in` may not multiply to more ranges than this: the second one is then left to the filter. */
const MOST_RANGES = 1_000

/** The longest run of pinned leading fields, then one range, as far as the filter gives them. */
export function indexBounds(index: Index, filter: Doc): IndexBounds {
  const { fields, space, arrayPaths, longKeys } = index
  const longest = longestValue(fields.length)
  const used: string[] = []
  const pinned: number[] = []
  let covered = arrayPaths.size === 0 && !longKeys
  const found: (readonly ValueRange[])[] = []
  let total = 1
  for (const { path } of fields) {
    const asked = rangesOf(filter, path, arrayPaths.has(path))
    if (!asked || (total > 1 && total * asked.ranges.length > MOST_RANGES)) break
    const isPinned = asked.ranges.every(isPoint)
    const isLong = ({ from, until }: ValueRange) =>
      from.bytes.length > longest || until.bytes.length > longest
    if (!isPinned && (longKeys || asked.ranges.some(isLong))) break
    covered &&= asked.exact
    used.push(path)
    found.push(asked.ranges)
    if (!isPinned) break
    pinned.push(asked.ranges.length)
    total *= asked.ranges.length
  }
  const names = Object.keys(filter)
  covered &&= names.length === used.length && names.every((name) => used.includes(name))
  const isWhole = index.unique && pinned.length === fields.length

  function ranges(): KeyRange[] {
    let starts = [spaceKey(space)]
    pinned.forEach((_, position) => {
      const direction = fields[position]?.direction ?? 1
      const parts =
        found[position]?.map(({ from }) => keyPart(from.bytes, longest, direction)) ?? []
      starts = starts.flatMap((start) => parts.map((part) => Buffer.concat([start, part])))
    })
    const inside = found[pinned.length]
    const isDown = fields[pinned.length]?.direction === -1
    const all = starts.flatMap((start) => {
      if (!inside) return [{ low: start, high: after(start), prefix: start.length, point: isWhole }]
      const at = ({ bytes, behind }: Place) => {
        const key = Buffer.concat([start, isDown ? inverted(bytes) : bytes])
        return behind !== isDown ? after(key) : key
      }
      return inside.map(({ from, until }) => {
        const [low, high] = isDown ? [at(until), at(from)] : [at(from), at(until)]
        return { low, high, prefix: start.length, point: false }
      })
    })
    return all.sort((a, b) => Buffer.compare(a.low, b.low))
  }
  return { pinned, used, covered, ranges }
}
