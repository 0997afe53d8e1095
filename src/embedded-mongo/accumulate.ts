import { Double, Int32 } from 'bson'
import { located } from './error.js'
import { arrayOf } from './expression-array.js'
import {
  int,
  isNullish,
  type Compile,
  type Evaluate,
  type Operators,
  type Scope,
} from './operator.js'
import { valueKey } from './keys.js'
import { typeName } from './match-operators.js'
import { divide } from './numbers.js'
import { compileSort } from './sort.js'
import { Sum } from './sum.js'
import { asDoc, compareValues, isNumeric, setField, toNumber, type Doc } from './values.js'

/** Gathers the values of one group. */
export interface State {
  add(value: unknown): void
  result(): unknown
}

/** An accumulator of `$group`: what to read from each document and where to gather it. */
export interface Accumulator {
  readonly read: Evaluate
  readonly start: () => State
}

function sum(): State {
  const total = new Sum()
  return {
    add: (value) => {
      if (isNumeric(value)) total.add(value)
    },
    result: () => total.result(),
  }
}

function average(): State {
  const total = new Sum()
  let count = 0
  return {
    add: (value) => {
      if (!isNumeric(value)) return
      total.add(value)
      count += 1
    },
    result: () => (count === 0 ? null : divide(total.result(), new Int32(count))),
  }
}

function extreme(direction: 1 | -1): () => State {
  return () => {
    let best: unknown
    return {
      add: (value) => {
        if (isNullish(value)) return
        if (best === undefined || compareValues(value, best) * direction < 0) best = value
      },
      result: () => best ?? null,
    }
  }
}

function first(): State {
  let seen = false
  let kept: unknown
  return {
    add: (value) => {
      if (!seen) kept = value
      seen = true
    },
    result: () => kept ?? null,
  }
}

function last(): State {
  let kept: unknown
  return { add: (value) => (kept = value), result: () => kept ?? null }
}

function push(): State {
  const values: unknown[] = []
  return {
    add: (value) => {
      if (value !== undefined) values.push(value)
    },
    result: () => values,
  }
}

function addToSet(): State {
  const values = new Map<string, unknown>()
  return {
    add: (value) => {
      const key = value === undefined ? undefined : valueKey(value)
      if (key !== undefined && !values.has(key)) values.set(key, value)
    },
    result: () => [...values.values()],
  }
}

function mergeObjects(): State {
  const result: Doc = {}
  return {
    add: (value) => {
      if (isNullish(value)) return
      const doc = asDoc(value)
      if (!doc)
        throw located(
          40_400,
          `$mergeObjects requires object inputs, but input is of type ${typeName(value)}`,
        )
      for (const name of Object.keys(doc)) setField(result, name, doc[name])
    },
    result: () => result,
  }
}

/** Welford's way: stable in one pass. */
function deviation(sample: boolean): () => State {
  return () => {
    let count = 0
    let mean = 0
    let squares = 0
    return {
      add: (value) => {
        if (!isNumeric(value)) return
        const number = toNumber(value)
        count += 1
        const delta = number - mean
        mean += delta / count
        squares += delta * (number - mean)
      },
      result: () => {
        const divisor = sample ? count - 1 : count
        return divisor <= 0 ? null : new Double(Math.sqrt(squares / divisor))
      },
    }
  }
}

function firstN(n: number): State {
  const values: unknown[] = []
  return {
    add: (value) => {
      if (values.length < n) values.push(value ?? null)
    },
    result: () => values,
  }
}

function lastN(n: number): State {
  const values: unknown[] = []
  return {
    add: (value) => {
      values.push(value ?? null)
      if (values.length > n) values.shift()
    },
    result: () => values,
  }
}

/** Keeps the n values that come first in an order; equal ones stay in the order they came. */
function orderedN(
  n: number,
  compare: (a: unknown, b: unknown) => number,
  skipNull: boolean,
): State {
  const values: unknown[] = []
  return {
    add: (value) => {
      if (skipNull && isNullish(value)) return
      let at = values.length
      while (at > 0 && compare(values[at - 1], value) > 0) at -= 1
      if (at >= n) return
      values.splice(at, 0, value)
      if (values.length > n) values.pop()
    },
    result: () => values,
  }
}

const SIMPLE: Record<string, () => State> = {
  $sum: sum,
  $avg: average,
  $min: extreme(1),
  $max: extreme(-1),
  $first: first,
  $last: last,
  $push: push,
  $addToSet: addToSet,
  $mergeObjects: mergeObjects,
  $stdDevPop: deviation(false),
  $stdDevSamp: deviation(true),
}

const COUNTED: Record<string, (n: number) => State> = {
  $firstN: firstN,
  $lastN: lastN,
  $minN: (n) => orderedN(n, compareValues, true),
  $maxN: (n) => orderedN(n, (a, b) => compareValues(b, a), true),
}

const NO_SCOPE: Scope = { root: {}, variables: {} }

function countOf(name: string, operand: Doc, compile: Compile): number {
  const n = compile(operand.n)(NO_SCOPE)
  const count = isNumeric(n) ? toNumber(n) : NaN
  if (!Number.isSafeInteger(count) || count <= 0)
    throw located(5_787_908, `'n' must be greater than 0 in ${name}`)
  return count
}

/** Compiles `{ $sum: '$n' }` and its like; an operator that does not gather is refused. */
export function compileAccumulator(spec: unknown, field: string, compile: Compile): Accumulator {
  const doc = asDoc(spec)
  const names = Object.keys(doc ?? {})
  const [name = ''] = names
  if (!doc || names.length === 0 || !name.startsWith('$'))
    throw located(40_234, `The field '${field}' must be an accumulator object`)
  if (names.length > 1) throw located(40_238, `The field '${field}' must specify one accumulator`)
  const operand = doc[name]
  const simple = SIMPLE[name]
  if (simple) {
    if (Array.isArray(operand)) throw located(40_237, `The ${name} accumulator is a unary operator`)
    return { read: compile(operand), start: simple }
  }
  if (name === '$count') return { read: () => int(1), start: sum }
  const parts = asDoc(operand)
  const counted = COUNTED[name]
  if (counted && parts) {
    const n = countOf(name, parts, compile)
    return { read: compile(parts.input), start: () => counted(n) }
  }
  if (/^\$(top|bottom)N?$/.test(name) && parts) return ranked(name, parts, compile)
  throw located(15_952, `unknown group operator '${name}'`)
}

interface Ranked {
  readonly root: Doc
  readonly output: unknown
}

/** `$top $bottom $topN $bottomN`: the output of the documents that come first or last in an order. */
function ranked(name: string, parts: Doc, compile: Compile): Accumulator {
  const sortBy = asDoc(parts.sortBy)
  if (!sortBy) throw located(5_788_005, `${name} requires 'sortBy'`)
  const many = name.endsWith('N')
  const n = many ? countOf(name, parts, compile) : 1
  const bottom = name.startsWith('$bottom')
  const order = compileSort(sortBy)
  const output = compile(parts.output)
  const compare = (a: unknown, b: unknown) =>
    order((a as Ranked).root, (b as Ranked).root) * (bottom ? -1 : 1)
  return {
    read: (scope) => ({ root: scope.root, output: output(scope) }),
    start: () => {
      const state = orderedN(n, compare, false)
      return {
        add: (value) => state.add(value),
        result: () => {
          const values = (state.result() as Ranked[]).map((item) => item.output ?? null)
          if (!many) return values[0] ?? null
          return bottom ? values.reverse() : values
        },
      }
    },
  }
}

/** The same operators over an array, as expressions: `{ $sum: ['$a', '$b'] }`, `{ $max: '$list' }`. */
function overList(start: () => State) {
  return [
    0,
    Infinity,
    (...values: unknown[]) => {
      const state = start()
      const [only] = values
      for (const value of values.length === 1 && Array.isArray(only) ? (only as unknown[]) : values)
        state.add(value)
      return state.result()
    },
  ] as const
}

function overInput(name: string) {
  return {
    required: ['input', 'n'],
    run({ input, n }: Doc) {
      if (isNullish(input)) return null
      const count = isNumeric(n) ? toNumber(n) : NaN
      if (!Number.isSafeInteger(count) || count <= 0)
        throw located(5_787_908, `'n' must be greater than 0 in ${name}`)
      const state = COUNTED[name]?.(count)
      for (const value of arrayOf(5_788_200, name, input)) state?.add(value)
      return state?.result()
    },
  }
}

const endOf = (name: string, at: 0 | -1) =>
  [
    1,
    1,
    (value: unknown) => (isNullish(value) ? null : arrayOf(28_689, name, value).at(at)),
  ] as const

export const ACCUMULATOR_OPERATORS: Operators = {
  ...Object.fromEntries(
    ['$sum', '$avg', '$min', '$max', '$stdDevPop', '$stdDevSamp'].map((name) => [
      name,
      overList(SIMPLE[name] ?? sum),
    ]),
  ),
  ...Object.fromEntries(Object.keys(COUNTED).map((name) => [name, overInput(name)])),
  $first: endOf('$first', 0),
  $last: endOf('$last', -1),
}
