import type { IndexBounds } from './bounds.js'
import type { Index } from './index-spec.js'
import { asDoc, isNumeric, RANK, rankOf, toNumber, type Doc } from './values.js'

const COMPARISONS = new Set(['$eq', '$in', '$gt', '$gte', '$lt', '$lte'])
const PLAIN_RANKS = new Set<number>([
  RANK.number,
  RANK.string,
  RANK.objectId,
  RANK.boolean,
  RANK.date,
])

/**
 * The ranges say all that the filter says: plain values, each field named once, no arrays, no cut keys. Of a partial index
 * too: the planner takes one only for filters that imply its own.
 */
export function isCovered(index: Index, bounds: IndexBounds, filter: Doc): boolean {
  if (index.arrayPaths.size > 0 || index.longKeys) return false
  const paths = Object.keys(filter)
  return (
    paths.length === bounds.used.length &&
    paths.every((path) => bounds.used.includes(path) && isPlain(filter[path]))
  )
}

function isPlain(condition: unknown): boolean {
  const operators = asDoc(condition)
  if (!operators) return isPlainValue(condition)
  if (meetsNaN(operators)) return false
  const entries = Object.entries(operators)
  return (
    entries.length > 0 &&
    entries.every(
      ([name, value]) =>
        COMPARISONS.has(name) &&
        (name === '$in' ? (value as unknown[]).every(isPlainValue) : isPlainValue(value)),
    ) &&
    new Set(entries.map(([name]) => side(name))).size === entries.length &&
    sameRank(entries)
  )
}

/** NaN is in the key range of `{ $lt: 5 }` but does not meet it. */
function meetsNaN(operators: Doc): boolean {
  const most = operators.$lt ?? operators.$lte
  return isNumeric(most) && operators.$gt === undefined && operators.$gte === undefined
}

function sameRank(entries: readonly [string, unknown][]): boolean {
  if (entries.length < 2) return true
  if (entries.some(([name]) => name === '$eq' || name === '$in')) return false
  return new Set(entries.map(([, value]) => rankOf(value))).size === 1
}

function side(operator: string): string {
  return operator.replace(/e$/, '').replace('$eq', '$in')
}

function isPlainValue(value: unknown): boolean {
  const isNaN = isNumeric(value) && Number.isNaN(toNumber(value))
  return (
    PLAIN_RANKS.has(rankOf(value)) && !isNaN && (typeof value !== 'string' || value.length < 150)
  )
}
