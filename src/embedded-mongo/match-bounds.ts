import { ObjectId, Timestamp } from 'bson'
import { isOperatorName } from './match-operators.js'
import { isRegex } from './regex.js'
import {
  RANK,
  asDoc,
  compareValues,
  isNumeric,
  rankOf,
  regexParts,
  toNumber,
  type Doc,
} from './values.js'

export const compareOperators = new Set(['$gt', '$gte', '$lt', '$lte'])

export interface Bound {
  readonly value: unknown
  readonly inclusive: boolean
}

/** Either the values a field must equal, or a range that stays within one type. */
export interface Bounds {
  equal?: unknown[]
  lower?: Bound
  upper?: Bound
}

/**
 * What a filter says about one path in a form an index can use. It is never narrower than the filter
 * (documents are tested again), and on a multikey index only one end of a range may be used.
 * Undefined: nothing usable, as for `$or`, negations, arrays and regular expressions without a prefix.
 */
export function boundsOf(filter: Doc, path: string): Bounds | undefined {
  const bounds: Bounds = {}
  for (const [name, condition] of Object.entries(filter)) {
    if (name === path) gather(bounds, condition)
    else if (name === '$and' && Array.isArray(condition))
      for (const clause of condition) {
        const inner = boundsOf(asDoc(clause) ?? {}, path)
        if (inner) merge(bounds, inner)
      }
  }
  return bounds.equal || bounds.lower || bounds.upper ? bounds : undefined
}

function gather(bounds: Bounds, condition: unknown): void {
  const operators = asDoc(condition)
  if (!operators || !isOperatorName(Object.keys(operators)[0])) {
    if (isRegex(condition)) prefix(bounds, condition, undefined)
    else equal(bounds, [condition])
    return
  }
  for (const [name, operand] of Object.entries(operators)) {
    if (name === '$eq') equal(bounds, [operand])
    else if (name === '$in' && Array.isArray(operand)) equal(bounds, operand)
    else if (name === '$regex') prefix(bounds, operand, operators.$options)
    else if (compareOperators.has(name)) range(bounds, name, operand)
  }
}

/** An array may be stored under its elements' keys only, so equality to one is left to the test. */
function equal(bounds: Bounds, values: readonly unknown[]): void {
  if (values.some((value) => Array.isArray(value) || isRegex(value) || value === undefined)) return
  merge(bounds, { equal: [...values] })
}

function range(bounds: Bounds, operator: string, operand: unknown): void {
  const rank = rankOf(operand)
  if (operand === null) {
    if (operator.endsWith('e')) merge(bounds, { equal: [null] })
    return
  }
  const bracket = BRACKETS[rank]
  if (!bracket || (isNumeric(operand) && Number.isNaN(toNumber(operand)))) return
  const bound = { value: operand, inclusive: operator.endsWith('e') }
  if (operator.startsWith('$g')) merge(bounds, { lower: bound, upper: bracket[1] })
  else merge(bounds, { lower: bracket[0], upper: bound })
}

const from = (value: unknown): Bound => ({ value, inclusive: true })
const until = (value: unknown): Bound => ({ value, inclusive: false })

/** The first and last place of each type that a comparison can range over. */
const BRACKETS: Record<number, readonly [Bound, Bound]> = {
  [RANK.number]: [from(NaN), until('')],
  [RANK.string]: [from(''), until({})],
  [RANK.object]: [from({}), until([])],
  [RANK.objectId]: [from(new ObjectId('0'.repeat(24))), from(new ObjectId('f'.repeat(24)))],
  [RANK.boolean]: [from(false), from(true)],
  [RANK.date]: [from(new Date(-8.64e15)), until(new Timestamp({ t: 0, i: 0 }))],
}

function merge(bounds: Bounds, more: Bounds): void {
  if (more.equal && (!bounds.equal || more.equal.length < bounds.equal.length))
    bounds.equal = more.equal
  if (more.lower && (!bounds.lower || tighter(more.lower, bounds.lower, 1)))
    bounds.lower = more.lower
  if (more.upper && (!bounds.upper || tighter(more.upper, bounds.upper, -1)))
    bounds.upper = more.upper
}

function tighter(a: Bound, b: Bound, direction: 1 | -1): boolean {
  const order = compareValues(a.value, b.value) * direction
  return order > 0 || (order === 0 && b.inclusive && !a.inclusive)
}

/**
 * `/^abc/` starts at 'abc'. It has no upper end, because a stored regular expression equal to the
 * operand matches too and sorts after every string.
 */
function prefix(bounds: Bounds, operand: unknown, options: unknown): void {
  const { pattern, options: own } = isRegex(operand)
    ? regexParts(operand)
    : { pattern: typeof operand === 'string' ? operand : '', options: '' }
  if (/[imx]/.test(own + (typeof options === 'string' ? options : '')) || pattern.includes('|'))
    return
  const start = /^\^((?:[\w @-]|\\[.@+-])+)([?*{])?/.exec(pattern)
  const plain = start?.[1]?.replace(/\\/g, '')
  const text = start?.[2] ? plain?.slice(0, -1) : plain
  if (!text) return
  merge(bounds, { lower: from(text) })
}
