import { badValue, located } from './error.js'
import { asDoc, compareValues, fieldOf, isNumeric, toNumber, type Doc } from './values.js'

interface Key {
  readonly read: (doc: Doc) => unknown
  readonly direction: 1 | -1
  readonly head: string
}

/**
 * MongoDB's order for `{ a: 1, 'b.c': -1 }`: a missing field is null, an array counts by its smallest
 * element when ascending and by its largest when descending, an empty array sorts before null.
 */
export function compileSort(spec: Doc): (a: Doc, b: Doc) => number {
  const keys = Object.entries(spec).map(([path, value]) => compileKey(path, value))
  const heads = [...new Set(Object.keys(spec).map((path) => path.split('.')[0] ?? ''))]
  const valueOf = ({ read, head }: Key, doc: Doc) => {
    if (heads.length > 1 && Array.isArray(fieldOf(doc, head))) refuseParallel(doc, heads)
    return read(doc)
  }
  return (a, b) => {
    for (const key of keys) {
      const order = compareValues(valueOf(key, a), valueOf(key, b))
      if (order !== 0) return order * key.direction
    }
    return 0
  }
}

function refuseParallel(doc: Doc, heads: readonly string[]): void {
  if (heads.filter((head) => Array.isArray(fieldOf(doc, head))).length > 1)
    throw badValue('cannot sort with keys that are parallel arrays')
}

function compileKey(path: string, value: unknown): Key {
  const direction = isNumeric(value) ? toNumber(value) : NaN
  if (direction !== 1 && direction !== -1)
    throw asDoc(value)
      ? badValue('$meta sorts are not supported by this server')
      : located(15_975, '$sort key ordering must be 1 (for ascending) or -1 (for descending)')
  const parts = path.split('.')
  if (path === '' || parts.includes(''))
    throw located(40_352, 'FieldPath field names may not be empty strings.')
  const [only = ''] = parts
  if (parts.length > 1)
    return { direction, head: only, read: (doc) => deepValue(doc, parts, direction) }
  return {
    direction,
    head: only,
    read(doc) {
      const found = fieldOf(doc, only)
      if (found === undefined) return null
      return Array.isArray(found) ? extreme(found, direction) : found
    },
  }
}

/** An empty array stands as `undefined`, which sorts before null. */
function extreme(values: readonly unknown[], direction: 1 | -1): unknown {
  if (values.length === 0) return undefined
  return values.reduce((best, value) => (compareValues(value, best) * direction < 0 ? value : best))
}

function deepValue(doc: Doc, parts: readonly string[], direction: 1 | -1): unknown {
  const found: unknown[] = []
  collect(doc, parts, 0, found)
  return extreme(found, direction)
}

function collect(value: unknown, parts: readonly string[], depth: number, found: unknown[]): void {
  if (depth === parts.length) {
    if (!Array.isArray(value)) found.push(value === undefined ? null : value)
    else if (value.length === 0) found.push(undefined)
    else found.push(...(value as unknown[]))
    return
  }
  const name = parts[depth] ?? ''
  if (Array.isArray(value)) {
    if (value.length === 0) found.push(null)
    const position = /^(0|[1-9]\d*)$/.test(name) ? Number(name) : -1
    if (position >= 0 && position < value.length && !asDoc(value[position])?.[name]) {
      collect(value[position], parts, depth + 1, found)
      return
    }
    for (const item of value) {
      const inner = asDoc(item)
      collect(inner && fieldOf(inner, name), parts, depth + 1, found)
    }
    return
  }
  const inner = asDoc(value)
  collect(inner && fieldOf(inner, name), parts, depth + 1, found)
}
