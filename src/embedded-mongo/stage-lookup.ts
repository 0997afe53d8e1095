import { compilePipeline, type PipelineWorld } from './aggregate.js'
import { valueKey } from './encode.js'
import { insist } from './error.js'
import { compileExpression, valuesAt } from './expression.js'
import { splitHead } from './pipeline.js'
import { asDoc, isNullish, isRegex, planted, type Doc } from './values.js'

/** `$lookup` by fields, by pipeline with `let`, or both; what was found is kept per joining value. */
export function compileLookup(operand: unknown, world: PipelineWorld): (doc: Doc) => Doc {
  const spec = asDoc(operand) ?? {}
  const { from, as, localField, foreignField, pipeline } = spec
  insist(typeof from === 'string' && typeof as === 'string', 9, "$lookup needs 'from' and 'as'")
  const [local = '', foreign = ''] = [localField, foreignField].map((field) =>
    typeof field === 'string' ? field : '',
  )
  const isWhole = local === '' ? foreign === '' && Array.isArray(pipeline) : foreign !== ''
  insist(isWhole, 9, "$lookup needs both or neither of 'localField' and 'foreignField'")
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
    const filter = local ? joinFilter(foreign, valuesAt(doc, local.split('.'))) : {}
    const key = valueKey([filter, inner.variables])
    const found = known.get(key) ?? joined(from, filter, stages, inner)
    if (known.size < 1000) known.set(key, found)
    return planted(doc, as.split('.'), found)
  }
}

/** The filter that finds what joins to the values of the local field; none of them count as null. */
function joinFilter(field: string, found: readonly unknown[]): Doc {
  const values = found.length > 0 ? found : [null]
  if (!values.some(isRegex)) return { [field]: { $in: values } }
  return { $or: values.map((each) => ({ [field]: { $eq: each } })) }
}

/** What the head of the pipeline asks goes to the collection itself, so that an index can serve it. */
function joined(from: string, filter: Doc, stages: readonly Doc[], world: PipelineWorld): Doc[] {
  const { spec, rest } = splitHead(stages)
  const all = [filter, equality(spec.filter.$expr, world.variables), spec.filter]
  const names = all.flatMap((part) => Object.keys(part))
  const isOne = new Set(names).size === names.length
  const whole: Doc = isOne ? { ...all[0], ...all[1], ...all[2] } : { $and: all }
  const found = world.find(from, { ...spec, filter: whole, environment: world })
  return [...compilePipeline(rest, world)(found)]
}

/** What follows from `$eq: ['$field', '$$name']` for an index: a filter that means the same or less. */
function equality($expr: unknown, variables: Doc): Doc {
  const pair = asDoc($expr)?.$eq
  const [one, other] = Array.isArray(pair) ? pair.map(String) : []
  const [field = '', variable = ''] = one?.startsWith('$$') ? [other, one] : [one, other]
  if (!/^\$[^$.]/.test(field) || !variable.startsWith('$$')) return {}
  const value = variables[variable.slice(2)]
  return isNullish(value) || Array.isArray(value) ? {} : { [field.slice(1)]: { $eq: value } }
}
