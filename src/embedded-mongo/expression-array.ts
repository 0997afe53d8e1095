import { located } from './error.js'
import { int, isNullish, type Operators } from './operator.js'
import { typeName } from './match-operators.js'
import { asDoc, isNumeric, setField, toNumber, valuesEqual, type Doc } from './values.js'

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
}
