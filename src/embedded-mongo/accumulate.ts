import { located } from './error.js'
import { arrayOf } from './expression-array.js'
import { int, isNullish, type Compile, type Evaluate, type Operators } from './operator.js'
import { SIMPLE, sum, type State } from './gather.js'
import { asDoc } from './values.js'

/** An accumulator of `$group`: what to read from each document and where to gather it. */
export interface Accumulator {
  readonly read: Evaluate
  readonly start: () => State
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
  throw located(15_952, `unknown group operator '${name}'`)
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

const endOf = (name: string, at: 0 | -1) =>
  [
    1,
    1,
    (value: unknown) => (isNullish(value) ? null : arrayOf(28_689, name, value).at(at)),
  ] as const

export const ACCUMULATOR_OPERATORS: Operators = {
  ...Object.fromEntries(
    ['$sum', '$avg', '$min', '$max'].map((name) => [name, overList(SIMPLE[name] ?? sum)]),
  ),
  $first: endOf('$first', 0),
  $last: endOf('$last', -1),
}
