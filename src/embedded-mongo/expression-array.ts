import { located } from './error.js'
import { int, isNullish, isTrue, type Operators, type Strict } from './operator.js'
import { valueKey } from './keys.js'
import { typeName } from './match-operators.js'
import { compileSort } from './sort.js'
import {
  asDoc,
  compareValues,
  isNumeric,
  setField,
  toNumber,
  valuesEqual,
  type Doc,
} from './values.js'

/** The array, or a refusal with the operator's own code; callers sort out null first. */
export function arrayOf(code: number, name: string, value: unknown): unknown[] {
  if (Array.isArray(value)) return value as unknown[]
  throw located(
    code,
    `${name} requires an array, but was of type: ${value === undefined ? 'missing' : typeName(value)}`,
  )
}

function integer(code: number, name: string, value: unknown): number {
  const number = isNumeric(value) ? toNumber(value) : NaN
  if (!Number.isSafeInteger(number))
    throw located(code, `${name} requires an integral value, found ${typeName(value)}`)
  return number
}

function elementAt(array: unknown, index: unknown): unknown {
  if (isNullish(array) || isNullish(index)) return null
  const items = arrayOf(28_689, "$arrayElemAt's first argument", array)
  return items.at(integer(28_691, '$arrayElemAt', index))
}

function slice(array: unknown, first: unknown, second?: unknown): unknown {
  if (isNullish(array) || isNullish(first) || second === null) return null
  const items = arrayOf(28_724, 'First argument to $slice', array)
  const from = integer(28_725, '$slice', first)
  if (second === undefined) return from >= 0 ? items.slice(0, from) : items.slice(from)
  const count = integer(28_727, '$slice', second)
  if (count <= 0) throw located(28_729, `Third argument to $slice must be positive: ${count}`)
  const start = from >= 0 ? from : Math.max(0, items.length + from)
  return items.slice(start, start + count)
}

function concatArrays(...arrays: unknown[]): unknown {
  if (arrays.some(isNullish)) return null
  return arrays.flatMap((array) => arrayOf(28_664, '$concatArrays', array))
}

function indexOfArray(array: unknown, wanted: unknown, from: unknown = 0, to?: unknown): unknown {
  if (isNullish(array)) return null
  const items = arrayOf(40_090, '$indexOfArray', array)
  const start = integer(40_096, '$indexOfArray', from)
  const end = to === undefined ? items.length : integer(40_096, '$indexOfArray', to)
  if (start < 0 || end < 0) throw located(40_097, '$indexOfArray requires nonnegative indexes')
  return int(items.findIndex((item, at) => at >= start && at < end && valuesEqual(item, wanted)))
}

function range(first: unknown, last: unknown, by: unknown = 1): unknown {
  const start = integer(34_443, '$range', first)
  const end = integer(34_445, '$range', last)
  const step = integer(34_447, '$range', by)
  if (step === 0) throw located(34_449, '$range requires a non-zero step value')
  if ((end - start) / step > 1_000_000) throw located(34_450, '$range is too long for this server')
  const result = []
  for (let at = start; step > 0 ? at < end : at > end; at += step) result.push(int(at))
  return result
}

function objectToArray(value: unknown): unknown {
  if (isNullish(value)) return null
  const doc = asDoc(value)
  if (!doc)
    throw located(40_390, `$objectToArray requires a document input, found: ${typeName(value)}`)
  return Object.entries(doc).map(([k, v]) => ({ k, v }))
}

function arrayToObject(value: unknown): unknown {
  if (isNullish(value)) return null
  const result: Doc = {}
  for (const item of arrayOf(40_386, '$arrayToObject', value)) {
    const doc = asDoc(item)
    const pair = Array.isArray(item) ? (item as unknown[]) : doc && [doc.k, doc.v]
    if (!pair || pair.length !== 2 || (doc && !('k' in doc && 'v' in doc)))
      throw located(
        40_392,
        '$arrayToObject requires an object with keys k and v or an array of pairs',
      )
    if (typeof pair[0] !== 'string')
      throw located(
        40_394,
        `$arrayToObject requires keys of type string, found: ${typeName(pair[0])}`,
      )
    setField(result, pair[0], pair[1])
  }
  return result
}

function zip({ inputs, useLongestLength, defaults }: Doc): unknown {
  const lists = arrayOf(34_461, '$zip inputs', inputs)
  if (lists.some(isNullish)) return null
  const arrays = lists.map((list) => arrayOf(34_468, '$zip', list))
  const longest = isTrue(useLongestLength)
  if (defaults !== undefined && !longest)
    throw located(34_466, 'cannot specify defaults unless useLongestLength is true')
  const lengths = arrays.map((array) => array.length)
  const length = longest ? Math.max(...lengths) : Math.min(...lengths)
  const missing = Array.isArray(defaults) ? (defaults as unknown[]) : []
  return Array.from({ length }, (_, at) =>
    arrays.map((array, index) => array[at] ?? missing[index] ?? null),
  )
}

function sortArray({ input, sortBy }: Doc): unknown {
  if (isNullish(input)) return null
  const items = [...arrayOf(2_942_504, '$sortArray', input)]
  const spec = asDoc(sortBy)
  if (spec) {
    const compare = compileSort(spec)
    return items.sort((a, b) => compare(asDoc(a) ?? {}, asDoc(b) ?? {}))
  }
  const direction = isNumeric(sortBy) ? toNumber(sortBy) : 0
  if (direction !== 1 && direction !== -1)
    throw located(2_942_506, '$sortArray sortBy must be 1, -1 or a sort document')
  return items.sort((a, b) => compareValues(a, b) * direction)
}

/** Distinct values, smallest first, so that equal sets come out equal. */
function distinct(values: readonly unknown[]): unknown[] {
  const found = new Map(values.map((value) => [valueKey(value), value]))
  return [...found.values()].sort(compareValues)
}

function sets(code: number, name: string, run: (sets: unknown[][]) => unknown): Strict {
  return [
    0,
    Infinity,
    (...values) =>
      values.some(isNullish) ? null : run(values.map((value) => arrayOf(code, name, value))),
  ]
}

const keysOf = (values: readonly unknown[]) => new Set(values.map(valueKey))

function isSubset(a: unknown, b: unknown): boolean {
  const inside = keysOf(arrayOf(17_042, '$setIsSubset', b))
  return arrayOf(17_046, '$setIsSubset', a).every((item) => inside.has(valueKey(item)))
}

function mergeObjects(...values: unknown[]): Doc {
  const result: Doc = {}
  for (const value of values) {
    if (isNullish(value)) continue
    const doc = asDoc(value)
    if (!doc)
      throw located(
        40_400,
        `$mergeObjects requires object inputs, but input is of type ${typeName(value)}`,
      )
    for (const name of Object.keys(doc)) setField(result, name, doc[name])
  }
  return result
}

export const ARRAY_OPERATORS: Operators = {
  $size: [1, 1, (value) => int(arrayOf(17_124, 'The argument to $size', value).length)],
  $isArray: [1, 1, Array.isArray],
  $arrayElemAt: [2, 2, elementAt],
  $slice: [2, 3, slice],
  $concatArrays: [0, Infinity, concatArrays],
  $in: [
    2,
    2,
    (value, array) => arrayOf(40_081, '$in', array).some((item) => valuesEqual(item, value)),
  ],
  $indexOfArray: [2, 4, indexOfArray],
  $reverseArray: [
    1,
    1,
    (value) => (isNullish(value) ? null : arrayOf(34_435, '$reverseArray', value).toReversed()),
  ],
  $range: [2, 3, range],
  $objectToArray: [1, 1, objectToArray],
  $arrayToObject: [1, 1, arrayToObject],
  $mergeObjects: [
    0,
    Infinity,
    (...values) =>
      mergeObjects(
        ...(values.length === 1 && Array.isArray(values[0]) ? (values[0] as unknown[]) : values),
      ),
  ],
  $zip: { required: ['inputs'], optional: ['useLongestLength', 'defaults'], run: zip },
  $sortArray: { required: ['input', 'sortBy'], run: sortArray },
  $setUnion: sets(17_043, '$setUnion', (all) => distinct(all.flat())),
  $setIntersection: sets(17_047, '$setIntersection', ([first = [], ...others]) => {
    const keys = others.map(keysOf)
    return distinct(first.filter((item) => keys.every((set) => set.has(valueKey(item)))))
  }),
  $setDifference: [
    2,
    2,
    (a, b) => {
      if (isNullish(a) || isNullish(b)) return null
      const without = keysOf(arrayOf(17_049, '$setDifference', b))
      const left = arrayOf(17_048, '$setDifference', a).filter(
        (item) => !without.has(valueKey(item)),
      )
      return [...new Map(left.map((item) => [valueKey(item), item])).values()]
    },
  ],
  $setEquals: [
    2,
    Infinity,
    (...values) => {
      const [first, ...others] = values.map((value) => keysOf(arrayOf(17_044, '$setEquals', value)))
      return others.every(
        (set) => set.size === first?.size && [...set].every((key) => first.has(key)),
      )
    },
  ],
  $setIsSubset: [2, 2, isSubset],
  $anyElementTrue: [1, 1, (value) => arrayOf(17_041, '$anyElementTrue', value).some(isTrue)],
  $allElementsTrue: [1, 1, (value) => arrayOf(17_040, '$allElementsTrue', value).every(isTrue)],
}
