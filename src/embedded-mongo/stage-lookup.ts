import { compilePipeline } from './aggregate.js'
import { mapping, type PipelineWorld, type Stage } from './stage.js'
import { failedToParse } from './error.js'
import { compileExpression, valueAt } from './expression.js'
import { valueKey } from './keys.js'
import { splitHead } from './pipeline-head.js'
import { isRegex } from './regex.js'
import { planted } from './stage-shape.js'
import { asDoc, type Doc } from './values.js'

/** The filter that finds what joins to a local value: its elements when an array, null when missing. */
function joinFilter(field: string, value: unknown): Doc {
  const values = Array.isArray(value) ? (value as unknown[]) : [value ?? null]
  if (!values.some(isRegex) && values.length !== 1) return { [field]: { $in: values } }
  const clauses = values.map((each) => ({ [field]: { $eq: each } }))
  return clauses.length === 1 ? (clauses[0] ?? {}) : { $or: clauses }
}

/** `$lookup` by fields, by pipeline with `let`, or both; what was found is kept per joining value. */
export function lookupStage(operand: unknown, world: PipelineWorld): Stage {
  const spec = asDoc(operand)
  const { from, as, localField, foreignField, pipeline } = spec ?? {}
  if (typeof from !== 'string' || typeof as !== 'string')
    throw failedToParse("$lookup requires 'from' and 'as' to be strings")
  const byField = typeof localField === 'string' && typeof foreignField === 'string'
  if (
    !byField &&
    (localField !== undefined || foreignField !== undefined || !Array.isArray(pipeline))
  )
    throw failedToParse(
      "$lookup requires both or neither of 'localField' and 'foreignField' to be specified",
    )
  const bind = letBinder(spec?.let, world)
  const stages = Array.isArray(pipeline) ? (pipeline as Doc[]) : []
  compilePipeline(stages, bind({}))
  const local = byField ? localField.split('.') : []
  const target = as.split('.')
  const known = new Map<string, Doc[]>()
  return mapping((doc) => {
    const inner = bind(doc)
    const filter = byField ? joinFilter(foreignField, valueAt(doc, local, 0)) : {}
    const key = valueKey([filter, inner.variables])
    let found = known.get(key)
    if (!found) {
      found = joined(from, filter, stages, inner)
      if (known.size < 1000) known.set(key, found)
    }
    return planted(doc, target, found)
  }, world)
}

function letBinder(spec: unknown, world: PipelineWorld): (doc: Doc) => PipelineWorld {
  const parts = Object.entries(asDoc(spec) ?? {}).map(
    ([name, value]) => [name, compileExpression(value, world)] as const,
  )
  return (doc) => {
    const variables = { ...world.variables }
    for (const [name, evaluate] of parts) variables[name] = evaluate(doc)
    return { ...world, variables }
  }
}

/**
 * What the collection itself can do goes to it, so that an index can serve it: the first `$match`, and when that is plain
 * the `$sort` and `$limit` behind it too.
 */
function joined(from: string, filter: Doc, stages: readonly Doc[], world: PipelineWorld): Doc[] {
  const { spec, rest } = splitHead(stages)
  if (isPlain(spec.filter))
    return [
      ...compilePipeline(
        rest,
        world,
      )(world.find(from, { ...spec, filter: allOf(filter, spec.filter) })),
    ]
  const match = asDoc(stages[0]?.$match) ?? {}
  const found = world.find(from, { filter: allOf(filter, indexable(match, world.variables)) })
  return [...compilePipeline(stages, world)(found)]
}

/** No operator at the top, so no `$expr` that would need the variables of this join. */
const isPlain = (filter: Doc) => !Object.keys(filter).some((name) => name.startsWith('$'))

function allOf(a: Doc, b: Doc): Doc {
  const clauses = [a, b].filter((clause) => Object.keys(clause).length > 0)
  return clauses.length > 1 ? { $and: clauses } : (clauses[0] ?? {})
}

/**
 * A filter no narrower than the match, without variables: plain conditions as they are, and
 * `$expr: { $eq: ['$field', '$$name'] }` as an equality where both mean the same or less.
 */
function indexable(match: Doc, variables: Doc): Doc {
  const { $expr, $and, ...plain } = match
  const equal = asDoc($expr)?.$eq
  const inner = Array.isArray(asDoc($expr)?.$and) ? (asDoc($expr)?.$and as unknown[]) : []
  let filter = Object.keys(plain).some((name) => name.startsWith('$')) ? {} : plain
  if (Array.isArray(equal)) filter = allOf(filter, equality(equal, variables))
  for (const part of inner) filter = allOf(filter, indexable({ $expr: part }, variables))
  for (const part of Array.isArray($and) ? ($and as Doc[]) : [])
    filter = allOf(filter, indexable(part, variables))
  return filter
}

function equality(pair: readonly unknown[], variables: Doc): Doc {
  const [field, variable] = String(pair[0]).startsWith('$$') ? [pair[1], pair[0]] : pair
  if (typeof field !== 'string' || !/^\$[^$.]/.test(field) || typeof variable !== 'string')
    return {}
  const value = variable.startsWith('$$') ? variables[variable.slice(2)] : undefined
  if (value === undefined || value === null || Array.isArray(value)) return {}
  return { [field.slice(1)]: { $eq: value } }
}
