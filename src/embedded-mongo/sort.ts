import { compareValues } from './encode.js'
import { insist } from './error.js'
import { sortRows } from './keys.js'
import { asDoc, isNumeric, toNumber, type Doc } from './values.js'

/** 1 or -1; anything else is refused with 15975, `$meta` with 2. */
function directionOf(value: unknown): 1 | -1 {
  insist(!asDoc(value), 2, '$meta sorts are not supported by this server')
  const direction = isNumeric(value) ? toNumber(value) : NaN
  insist(direction === 1 || direction === -1, 15_975, '$sort key ordering must be 1 or -1')
  return direction
}

/**
 * MongoDB's order for `{ a: 1, 'b.c': -1 }`: a missing field is null, an array counts by its smallest
 * element when ascending and by its largest when descending, an empty array sorts before null.
 */
export function compileSort(spec: Doc): (a: Doc, b: Doc) => number {
  const keys = Object.entries(spec).map(([path, value]) => {
    const parts = path.split('.')
    insist(!parts.includes(''), 40_352, 'FieldPath field names may not be empty strings.')
    return { parts, direction: directionOf(value) }
  })
  const paths = keys.map(({ parts }) => parts)
  const inOrder = (a: readonly unknown[], b: readonly unknown[]) => {
    for (const [at, { direction }] of keys.entries()) {
      const order = compareValues(a[at], b[at])
      if (order !== 0) return order * direction
    }
    return 0
  }
  const first = (doc: Doc) =>
    sortRows(doc, paths).reduce((best, row) => (inOrder(row, best) < 0 ? row : best))
  return (a, b) => inOrder(first(a), first(b))
}
