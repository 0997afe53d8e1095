import { Long } from 'bson'
import { compilePipeline } from './aggregate.js'
import { mapping, type PipelineWorld, type Stage } from './stage.js'
import { failedToParse, located } from './error.js'
import { compileExpression, valueAt } from './expression.js'
import { valueKey } from './keys.js'
import { compileMatch } from './match.js'
import { isRegex } from './regex.js'
import { planted } from './stage-shape.js'
import { asDoc, isNumeric, setField, toNumber, type Doc } from './values.js'

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
  if (stages.some((stage) => '$out' in stage || '$merge' in stage))
    throw located(51_047, '$out and $merge are not allowed within a $lookup')
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

/** The first `$match` goes to the collection, so that an index can serve it. */
function joined(from: string, filter: Doc, stages: readonly Doc[], world: PipelineWorld): Doc[] {
  const match = asDoc(stages[0]?.$match)
  const found = world.find(from, match ? allOf(filter, indexable(match, world.variables)) : filter)
  return [...compilePipeline(stages, world)(found)]
}

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

export function unionWithStage(operand: unknown, world: PipelineWorld): Stage {
  const spec = typeof operand === 'string' ? { coll: operand } : asDoc(operand)
  const { coll, pipeline = [] } = spec ?? {}
  if (typeof coll !== 'string' || !Array.isArray(pipeline))
    throw failedToParse('$unionWith requires a collection name or { coll, pipeline }')
  if ((pipeline as Doc[]).some((stage) => '$out' in stage || '$merge' in stage))
    throw located(31_441, '$out and $merge are not allowed within a $unionWith')
  const run = compilePipeline(pipeline as Doc[], world)
  const filter = asDoc((pipeline as Doc[])[0]?.$match)
  return function* union(docs) {
    yield* docs
    yield* run(world.find(coll, filter ? indexable(filter, {}) : {}))
  }
}

/** `$graphLookup`: follows a field from document to document, each document once, nearest first. */
export function graphLookupStage(operand: unknown, world: PipelineWorld): Stage {
  const spec = asDoc(operand) ?? {}
  const { from, as, startWith, connectFromField, connectToField, depthField, maxDepth } = spec
  const names = [from, as, connectFromField, connectToField]
  if (!names.every((name): name is string => typeof name === 'string') || startWith === undefined)
    throw located(
      40_105,
      "$graphLookup requires 'from', 'as', 'startWith', 'connectFromField' and 'connectToField'",
    )
  const [collection = '', target = '', next = '', field = ''] = names
  const limit = maxDepth === undefined ? Infinity : isNumeric(maxDepth) ? toNumber(maxDepth) : NaN
  if (!(limit >= 0)) throw located(40_101, 'maxDepth requires a nonnegative argument')
  const restrict = asDoc(spec.restrictSearchWithMatch) ?? {}
  const allowed = compileMatch(restrict, world)
  const begin = compileExpression(startWith, world)
  return mapping((doc) => {
    const found = new Map<string, Doc>()
    let frontier = listOf(begin(doc))
    for (let depth = 0; frontier.length > 0 && depth <= limit; depth += 1) {
      const reached: Doc[] = []
      for (const row of world.find(collection, joinFilter(field, frontier))) {
        world.checkTime()
        const key = valueKey(row._id)
        if (found.has(key) || !allowed.test(row)) continue
        const kept = { ...row }
        if (typeof depthField === 'string') setField(kept, depthField, Long.fromNumber(depth))
        found.set(key, kept)
        reached.push(row)
      }
      frontier = reached.flatMap((row) => listOf(valueAt(row, next.split('.'), 0)))
    }
    return planted(doc, target.split('.'), [...found.values()])
  }, world)
}

function listOf(value: unknown): unknown[] {
  if (value === undefined) return []
  return Array.isArray(value) ? (value as unknown[]) : [value]
}
