import { compileAccumulator, type Accumulator } from './accumulate.js'
import type { State } from './gather.js'
import { type PipelineWorld, type Stage } from './stage.js'
import { located } from './error.js'
import { compileScoped } from './expression.js'
import { type Compile } from './operator.js'
import { valueKey } from './keys.js'
import { asDoc, compareValues, setField, type Doc } from './values.js'

interface Group {
  readonly id: unknown
  readonly states: State[]
}

type Gatherers = readonly (readonly [string, Accumulator])[]

function compileOutput(spec: Doc, compile: Compile): Gatherers {
  return Object.entries(spec).map(([name, value]) => {
    if (name.includes('.')) throw located(40_235, `The field name '${name}' cannot contain '.'`)
    if (name.startsWith('$'))
      throw located(40_236, `The field name '${name}' cannot be an operator name`)
    return [name, compileAccumulator(value, name, compile)] as const
  })
}

function groupDoc(group: Group, output: Gatherers): Doc {
  const doc: Doc = { _id: group.id }
  output.forEach(([name], index) => setField(doc, name, group.states[index]?.result() ?? null))
  return doc
}

/** One pass, one group per distinct id; ids are equal when MongoDB's comparison says so (1 and 1.0). */
export function groupStage(operand: unknown, world: PipelineWorld): Stage {
  const spec = asDoc(operand)
  if (!spec) throw located(15_947, "a group's fields must be specified in an object")
  if (!('_id' in spec)) throw located(15_955, 'a group specification must include an _id')
  const { _id, ...fields } = spec
  const compile = compileScoped(world)
  const readId = compile(_id)
  const output = compileOutput(fields, compile)
  return (docs) => {
    const groups = new Map<string, Group>()
    for (const doc of docs) {
      world.checkTime()
      const scope = { root: doc, variables: compile.variables }
      const id = readId(scope) ?? null
      const key = valueKey(id)
      let group = groups.get(key)
      if (!group) groups.set(key, (group = { id, states: output.map(([, { start }]) => start()) }))
      for (let index = 0; index < output.length; index += 1)
        group.states[index]?.add(output[index]?.[1].read(scope))
    }
    return results(groups, output)
  }
}

function* results(groups: Map<string, Group>, output: Gatherers): Iterable<Doc> {
  for (const group of groups.values()) yield groupDoc(group, output)
}

export function sortByCountStage(operand: unknown, world: PipelineWorld): Stage {
  const expression = asDoc(operand)
  if (typeof operand !== 'string' && !Object.keys(expression ?? {})[0]?.startsWith('$'))
    throw located(40_147, 'the sortByCount field must be a $-prefixed path or an expression')
  const group = groupStage({ _id: operand, count: { $sum: 1 } }, world)
  return (docs) => [...group(docs)].sort((a, b) => compareValues(b.count, a.count))
}
