import { compareValues } from './encode.js'
import { insist } from './error.js'
import { asDoc, fieldOf, isNumeric, toNumber, type Doc } from './values.js'

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
  const heads = [...new Set(keys.map(({ parts }) => parts[0] ?? ''))]
  const check = (doc: Doc) => {
    const arrays = heads.length > 1 ? heads.filter((head) => Array.isArray(fieldOf(doc, head))) : []
    insist(arrays.length < 2, 2, 'cannot sort with keys that are parallel arrays')
  }
  return (a, b) => {
    check(a)
    check(b)
    for (const { parts, direction } of keys) {
      const order = compareValues(valueAt(a, parts, direction), valueAt(b, parts, direction))
      if (order !== 0) return order * direction
    }
    return 0
  }
}

/** An empty array stands as `undefined`, which sorts before null. */
function valueAt(doc: Doc, parts: readonly string[], direction: 1 | -1): unknown {
  const [only = ''] = parts
  const plain = parts.length === 1 ? fieldOf(doc, only) : undefined
  if (plain !== undefined && !Array.isArray(plain)) return plain
  const found: unknown[] = []
  collect(doc, parts, found)
  return found.reduce((best, value) => (compareValues(value, best) * direction < 0 ? value : best))
}

function collect(value: unknown, [name, ...rest]: readonly string[], found: unknown[]): void {
  if (name === undefined) {
    if (Array.isArray(value)) found.push(...(value.length > 0 ? (value as unknown[]) : [undefined]))
    else found.push(value ?? null)
  } else if (!Array.isArray(value)) {
    collect(fieldOf(asDoc(value) ?? {}, name), rest, found)
  } else if (Object.hasOwn(value, name) && !Object.hasOwn(asDoc(value[Number(name)]) ?? {}, name)) {
    collect(value[Number(name)], rest, found)
  } else {
    if (value.length === 0) found.push(null)
    for (const item of value) collect(fieldOf(asDoc(item) ?? {}, name), rest, found)
  }
}
