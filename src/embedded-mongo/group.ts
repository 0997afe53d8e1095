import { Int32 } from 'bson'
import type { PipelineWorld, Stage } from './aggregate.js'
import { compareValues, valueKey } from './encode.js'
import { insist } from './error.js'
import { compileExpression } from './expression.js'
import { Sum } from './numbers.js'
import { entryOf, setField } from './paths.js'
import { asDoc, isNullish, type Doc } from './values.js'

/** Gathers the values of one group; a missing one is `undefined`. */
interface State {
  add(value: unknown): void
  result(): unknown
}

const extreme = (direction: 1 | -1) => (): State => {
  let kept: unknown
  return {
    add(value) {
      const isFirst = kept === undefined
      if (!isNullish(value) && (isFirst || compareValues(value, kept) * direction < 0)) kept = value
    },
    result: () => kept ?? null,
  }
}

/** Accumulators of `$group` by name. */
const ACCUMULATORS: Readonly<Record<string, () => State>> = {
  $sum: () => new Sum(),
  $min: extreme(1),
  $max: extreme(-1),
}

/** `{ $sum: '$n' }` and its like: what to read from each document and where to gather it. */
function compileAccumulator([field, spec]: [string, unknown], variables: Doc) {
  insist(!field.includes('.'), 40_235, `The field name '${field}' cannot contain '.'`)
  insist(!field.startsWith('$'), 40_236, `The field name '${field}' cannot be an operator name`)
  const doc = asDoc(spec) ?? {}
  const [name = '', ...others] = Object.keys(doc)
  insist(name.startsWith('$'), 40_234, `The field '${field}' must be an accumulator object`)
  insist(others.length === 0, 40_238, `The field '${field}' must specify one accumulator`)
  const [kind, operand] = name === '$count' ? ['$sum', new Int32(1)] : [name, doc[name]]
  const start = entryOf(ACCUMULATORS, kind)
  insist(start, 15_952, `unknown group operator '${name}'`)
  insist(!Array.isArray(operand), 40_237, `The ${name} accumulator is a unary operator`)
  return { field, start, read: compileExpression(operand, variables) }
}

/** What a `$group` may keep, in bytes, as MongoDB's without its files. */
const GROUP_MEMORY = 100 * 1024 * 1024

/** One pass, one group per distinct id; ids are equal when MongoDB's comparison says so (1 and 1.0). */
export function compileGroup(operand: unknown, { variables }: PipelineWorld): Stage {
  const spec = asDoc(operand)
  insist(spec, 15_947, "a group's fields must be specified in an object")
  insist('_id' in spec, 15_955, 'a group specification must include an _id')
  const { _id, ...fields } = spec
  const readId = compileExpression(_id, variables)
  const output = Object.entries(fields).map((entry) => compileAccumulator(entry, variables))
  return function* grouped(docs) {
    const groups = new Map<string, { id: unknown; states: State[] }>()
    let left = GROUP_MEMORY
    for (const doc of docs) {
      const id = readId(doc) ?? null
      const values = output.map(({ read }) => read(doc))
      const key = valueKey(id)
      let group = groups.get(key)
      if (!group) {
        left -= 300 + 100 * values.length + 2 * (key.length + valueKey(values).length)
        insist(left >= 0, 292, '$group exceeded memory limit; let it find fewer groups')
        group = { id, states: output.map(({ start }) => start()) }
        groups.set(key, group)
      }
      group.states.forEach((state, at) => {
        state.add(values[at])
      })
    }
    for (const { id, states } of groups.values()) {
      const row: Doc = { _id: id }
      for (const [at, { field }] of output.entries()) setField(row, field, states[at]?.result())
      yield row
    }
  }
}
