import { compilePipeline, type PipelineWorld } from './aggregate.js'
import { valueKey } from './encode.js'
import { insist } from './error.js'
import { compileExpression, valueAt } from './expression.js'
import { splitHead } from './pipeline.js'
import { asDoc, isNullish, isRegex, listOf, planted, type Doc } from './values.js'

/** The filter that finds what joins to a local value: its elements when an array, null when missing. */
function joinFilter(field: string, value: unknown): Doc {
  const values = listOf(value ?? null)
  if (values.length !== 1 && !values.some(isRegex)) return { [field]: { $in: values } }
  const clauses = values.map((each) => ({ [field]: { $eq: each } }))
  return clauses.length === 1 ? { ...clauses[0] } : { $or: clauses }
}

/** `$lookup` by fields, by pipeline with `let`, or both; what was found is kept per joining value. */
export function lookupStage(operand: unknown, world: PipelineWorld): (doc: Doc) => Doc {
  const spec = asDoc(operand) ?? {}
  const { from, as, localField, foreignField, pipeline } = spec
  insist(typeof from === 'string' && typeof as === 'string', 9, "$lookup needs 'from' and 'as'")
  const fields = [localField, foreignField].filter((field) => typeof field === 'string')
  const isHalf = localField !== undefined || foreignField !== undefined || !Array.isArray(pipeline)
  insist(
    fields.length === 2 || !isHalf,
    9,
    "$lookup needs both or neither of 'localField' and 'foreignField'",
  )
  const [local = '', foreign = ''] = fields
  const lets = Object.entries(asDoc(spec.let) ?? {}).map(
    ([name, value]) => [name, compileExpression(value, world)] as const,
  )
  const bind = (doc: Doc): PipelineWorld => {
    const own = Object.fromEntries(lets.map(([name, evaluate]) => [name, evaluate(doc)]))
    return { ...world, variables: { ...world.variables, ...own } }
  }
  const stages = (pipeline ?? []) as Doc[]
  compilePipeline(stages, bind({}))
  const known = new Map<string, Doc[]>()
  return (doc) => {
    const inner = bind(doc)
    const filter = local ? joinFilter(foreign, valueAt(doc, local.split('.'))) : {}
    const key = valueKey([filter, inner.variables])
    const found = known.get(key) ?? joined(from, filter, stages, inner)
    if (known.size < 1000) known.set(key, found)
    return planted(doc, as.split('.'), found)
  }
}

/**
 * What the collection itself can do goes to it, so that an index can serve it: the first `$match`, and when that is plain
 * the `$sort` and `$limit` behind it too.
 */
function joined(from: string, filter: Doc, stages: readonly Doc[], world: PipelineWorld): Doc[] {
  const { spec, rest } = splitHead(stages)
  const isPlain = !Object.keys(spec.filter).some((name) => name.startsWith('$'))
  const asked = isPlain
    ? spec
    : { filter: indexable(asDoc(stages[0]?.$match) ?? {}, world.variables) }
  const found = world.find(from, { ...asked, filter: allOf(filter, asked.filter) })
  return [...compilePipeline(isPlain ? rest : stages, world)(found)]
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
  const { $expr, ...plain } = match
  const pair = asDoc($expr)?.$eq
  const kept = Object.keys(plain).some((name) => name.startsWith('$')) ? {} : plain
  return Array.isArray(pair) ? allOf(kept, equality(pair, variables)) : kept
}

function equality(pair: readonly unknown[], variables: Doc): Doc {
  const [field, variable] = String(pair[0]).startsWith('$$') ? [pair[1], pair[0]] : pair
  if (typeof field !== 'string' || !/^\$[^$.]/.test(field) || typeof variable !== 'string')
    return {}
  const value = variable.startsWith('$$') ? variables[variable.slice(2)] : undefined
  if (isNullish(value) || Array.isArray(value)) return {}
  return { [field.slice(1)]: { $eq: value } }
}
