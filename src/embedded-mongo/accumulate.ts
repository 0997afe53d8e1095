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
import { COUNTED, SIMPLE, orderedN, sum, type State } from './gather.js'
import { compileSort } from './sort.js'
import { asDoc, isNumeric, toNumber, type Doc } from './values.js'

/** An accumulator of `$group`: what to read from each document and where to gather it. */
export interface Accumulator {
  readonly read: Evaluate
  readonly start: () => State
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
