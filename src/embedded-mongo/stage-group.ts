import { compileAccumulator, type Accumulator } from './accumulate.js'
import type { State } from './gather.js'
import { gathered, type PipelineWorld, type Stage } from './stage.js'
import { located } from './error.js'
import { compileScoped } from './expression.js'
import { type Compile } from './operator.js'
import { valueKey } from './keys.js'
import { asDoc, compareValues, isNumeric, setField, toNumber, type Doc } from './values.js'

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

export function bucketStage(operand: unknown, world: PipelineWorld): Stage {
  const { groupBy, boundaries, default: other, output } = asDoc(operand) ?? {}
  if (groupBy === undefined || !Array.isArray(boundaries))
    throw located(40_198, "$bucket requires 'groupBy' and 'boundaries' to be specified.")
  if (boundaries.length < 2)
    throw located(40_192, "The $bucket 'boundaries' field must have at least 2 values")
  const bounds = boundaries as unknown[]
  for (let index = 1; index < bounds.length; index += 1)
    if (compareValues(bounds[index - 1], bounds[index]) >= 0)
      throw located(40_194, "The 'boundaries' option to $bucket must be sorted in ascending order")
  const branches = bounds.slice(1).map((upper, index) => ({
    case: {
      $and: [
        { $gte: [groupBy, { $literal: bounds[index] }] },
        { $lt: [groupBy, { $literal: upper }] },
      ],
    },
    then: { $literal: bounds[index] },
  }))
  const _id = {
    $switch: other === undefined ? { branches } : { branches, default: { $literal: other } },
  }
  const group = groupStage({ _id, ...(asDoc(output) ?? { count: { $sum: 1 } }) }, world)
  return (docs) => [...group(docs)].sort((a, b) => compareValues(a._id, b._id))
}

/** Buckets of about equal size over the sorted values; equal values never part. */
export function bucketAutoStage(operand: unknown, world: PipelineWorld): Stage {
  const { groupBy, buckets, output, granularity } = asDoc(operand) ?? {}
  const wanted = isNumeric(buckets) ? toNumber(buckets) : NaN
  if (groupBy === undefined || !Number.isSafeInteger(wanted) || wanted <= 0)
    throw located(40_246, "$bucketAuto requires 'groupBy' and a positive number of 'buckets'")
  if (granularity !== undefined)
    throw located(40_257, "'granularity' is not supported by this server")
  const compile = compileScoped(world)
  const read = compile(groupBy)
  const fields = compileOutput(asDoc(output) ?? { count: { $sum: 1 } }, compile)
  return (docs) => {
    const rows = gathered(docs, world)
      .map((doc) => {
        const scope = { root: doc, variables: compile.variables }
        return { scope, value: read(scope) ?? null }
      })
      .sort((a, b) => compareValues(a.value, b.value))
    const size = Math.max(1, Math.round(rows.length / wanted))
    const parts: (typeof rows)[] = []
    for (let at = 0; at < rows.length;) {
      let end = parts.length === wanted - 1 ? rows.length : Math.min(rows.length, at + size)
      while (end < rows.length && compareValues(rows[end]?.value, rows[end - 1]?.value) === 0)
        end += 1
      parts.push(rows.slice(at, end))
      at = end
    }
    return parts.map((part, index) => {
      const states = fields.map(([, { start }]) => start())
      for (const { scope } of part)
        fields.forEach(([, { read: input }], at) => states[at]?.add(input(scope)))
      const max = parts[index + 1]?.[0]?.value ?? part.at(-1)?.value
      return groupDoc({ id: { min: part[0]?.value, max }, states }, fields)
    })
  }
}
