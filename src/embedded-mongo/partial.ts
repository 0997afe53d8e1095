import type { Index } from './index-spec.js'
import { boundsOf, compileMatch } from './match.js'
import { asDoc, compareValues, RANK, rankOf, valuesEqual, type Doc } from './values.js'

/** Whether every document the filter can meet has a key in a sparse or partial index. */
export function holdsAll(index: Index, filter: Doc): boolean {
  if (index.partial && !implies(filter, index.partial.filter)) return false
  return !index.sparse || index.fields.some(({ path }) => asksPresence(filter, path))
}

function asksPresence(filter: Doc, path: string): boolean {
  const bounds = boundsOf(filter, path)
  if (!bounds) return false
  const values = bounds.equal ?? [(bounds.lower ?? bounds.upper)?.value]
  return values.every(
    (value) =>
      value !== null &&
      value !== undefined &&
      rankOf(value) > RANK.null &&
      rankOf(value) < RANK.maxKey,
  )
}

function implies(filter: Doc, partial: Doc): boolean {
  return Object.entries(partial).every(([path, condition]) => {
    if (path === '$and') return (condition as Doc[]).every((part) => implies(filter, part))
    if (path.startsWith('$')) return false
    if (path in filter && valuesEqual(filter[path], condition)) return true
    const operators = asDoc(condition)
    const names = operators ? Object.keys(operators) : []
    if (!operators || !names.some((name) => name.startsWith('$')))
      return impliesEach(filter, path, { $eq: condition })
    return names.every((name) => impliesEach(filter, path, { [name]: operators[name] }))
  })
}

function impliesEach(filter: Doc, path: string, condition: Doc): boolean {
  const bounds = boundsOf(filter, path)
  if (!bounds) return false
  if (condition.$exists === true) return asksPresence(filter, path)
  if (bounds.equal) {
    const matcher = compileMatch({ v: condition })
    return bounds.equal.every(
      (value) => value !== undefined && !Array.isArray(value) && matcher.test({ v: value }),
    )
  }
  const { lower, upper } = bounds
  if ('$gt' in condition) return atLeast(lower, condition.$gt, false)
  if ('$gte' in condition) return atLeast(lower, condition.$gte, true)
  if ('$lt' in condition) return atMost(upper, condition.$lt, false)
  if ('$lte' in condition) return atMost(upper, condition.$lte, true)
  return false
}

type Bound = { readonly value: unknown; readonly inclusive: boolean } | undefined

function atLeast(bound: Bound, limit: unknown, inclusive: boolean): boolean {
  if (!bound || rankOf(bound.value) !== rankOf(limit)) return false
  const order = compareValues(bound.value, limit)
  return order > 0 || (order === 0 && (inclusive || !bound.inclusive))
}

function atMost(bound: Bound, limit: unknown, inclusive: boolean): boolean {
  if (!bound || rankOf(bound.value) !== rankOf(limit)) return false
  const order = compareValues(bound.value, limit)
  return order < 0 || (order === 0 && (inclusive || !bound.inclusive))
}
