import { Int32, serialize } from 'bson'
import { compareValues, valueKey } from './encode.js'
import { insist } from './error.js'
import { compileExpression } from './expression.js'
import { compileSort, sorted } from './keys.js'
import { allOf, compileMatch, valuesAt } from './match.js'
import { Sum } from './numbers.js'
import { entryOf, fieldIn, planted, setField } from './paths.js'
import { compileFields } from './project.js'
import type { QuerySpec } from './query.js'
import { asDoc, isNullish, isNumeric, isRegex, listOf, wholeNumber, type Doc } from './values.js'

/** What a pipeline may ask of the server it runs in. */
export interface PipelineWorld {
  /** What `let` has named. */
  readonly variables: Doc
  /** Throws MaxTimeMSExpired once the time allowed is over. */
  readonly find: (collection: string, asked: QuerySpec) => Iterable<Doc>
}

/** A compiled stage: documents in, documents out, as lazily as the stage allows. */
type Stage = (docs: Iterable<Doc>) => Iterable<Doc>

/** Checks and compiles all stages; what is none here is refused with 40324. */
export function compilePipeline(stages: readonly Doc[], world: PipelineWorld): Stage {
  const compiled = stages.map((stage) => {
    const [name = '', ...others] = Object.keys(asDoc(stage) ?? {})
    insist(name !== '' && others.length === 0, 40_323, 'A stage must have exactly one field.')
    const compile = entryOf(STAGES, name)
    insist(compile, 40_324, `Unrecognized pipeline stage name: '${name}'`)
    return compile(stage[name], world)
  })
  return (docs) => compiled.reduce((rows, run) => run(rows), docs)
}

/** A stage that turns each document into some. */
const eachInto = (change: (doc: Doc) => Iterable<Doc>): Stage =>
  function* changing(docs) {
    for (const doc of docs) yield* change(doc)
  }

type Compiler = (operand: unknown, world: PipelineWorld) => Stage

const shaping =
  (kind: '$project' | '$addFields', code: number, emptyCode: number): Compiler =>
  (operand, { variables }) => {
    const spec = asDoc(operand)
    insist(spec, code, `${kind} specification must be an object`)
    insist(Object.keys(spec).length > 0, emptyCode, `${kind} must have at least one field`)
    const { ofDoc } = compileFields(spec, kind, variables)
    return eachInto((doc) => [ofDoc(doc)])
  }

const STAGES: Readonly<Record<string, Compiler>> = {
  $match(operand, { variables }) {
    const filter = asDoc(operand)
    insist(filter, 15_959, 'the match filter must be an expression in an object')
    const test = compileMatch(filter, variables)
    return eachInto((doc) => (test(doc) ? [doc] : []))
  },
  $sort(operand) {
    const spec = asDoc(operand) ?? {}
    insist(Object.keys(spec).length > 0, 15_976, '$sort stage must have at least one sort key')
    const keyOf = compileSort(spec)
    return (docs) => sorted(docs, keyOf)
  },
  $project: shaping('$project', 15_969, 51_272),
  $addFields: shaping('$addFields', 40_272, 40_272),
  $set: shaping('$addFields', 40_272, 40_272),
  $unset(operand, world) {
    const names = listOf(operand)
    const isNames = names.length > 0 && names.every((name) => typeof name === 'string')
    insist(isNames, 31_002, '$unset specification must be a string or an array of strings')
    return compilePipeline([{ $project: Object.fromEntries(names.map((n) => [n, 0])) }], world)
  },
  $limit(operand) {
    const count = countOf(operand, '$limit', 15_958, 1)
    return function* limited(docs) {
      let left = count
      for (const doc of docs) {
        yield doc
        if ((left -= 1) === 0) return
      }
    }
  },
  $skip(operand) {
    const count = countOf(operand, '$skip', 5_107_200, 0)
    return function* skipped(docs) {
      let left = count
      for (const doc of docs) if ((left -= 1) < 0) yield doc
    }
  },
  $count(operand, world) {
    const name = typeof operand === 'string' ? operand : ''
    insist(name !== '', 40_156, 'the count field must be a non-empty string')
    insist(!name.startsWith('$'), 40_158, 'the count field cannot be a $-prefixed path')
    insist(!name.includes('.'), 40_160, "the count field cannot contain '.'")
    const group = { $group: { _id: null, [name]: { $sum: new Int32(1) } } }
    return compilePipeline([group, { $project: { _id: 0 } }], world)
  },
  $unwind(operand) {
    const { path, ...options } = asDoc(operand) ?? { path: operand }
    insist(typeof path === 'string', 28_808, 'expected a string as the path for $unwind stage')
    insist(path.startsWith('$'), 28_818, "path option to $unwind should be prefixed with a '$'")
    insist(Object.keys(options).length === 0, 115, 'options of $unwind are not supported')
    const names = path.slice(1).split('.')
    return eachInto((doc) => {
      const value = names.reduce<unknown>(fieldIn, doc)
      if (Array.isArray(value)) return value.map((item) => planted(doc, names, item))
      return isNullish(value) ? [] : [doc]
    })
  },
  $group: compileGroup,
  $lookup,
}

function countOf(operand: unknown, name: string, code: number, least: number): number {
  const count = wholeNumber(operand) ?? -1
  insist(count >= least, code, `invalid argument to ${name} stage: ${String(operand)}`)
  return count
}

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
function compileGroup(operand: unknown, { variables }: PipelineWorld): Stage {
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

/** Stages at the head of a pipeline that the planner can do, and what is left to run. */
export function splitHead(stages: readonly Doc[]): { spec: QuerySpec; rest: readonly Doc[] } {
  const filters: Doc[] = []
  let sort: Doc | undefined
  let skip = 0
  let limit = 0
  const end = stages.findIndex((stage) => {
    const [[name, value] = [], ...others] = Object.entries(stage)
    const number = wholeNumber(value) ?? -1
    const doc = asDoc(value)
    const isCut = skip > 0 || limit > 0
    const isSort = name === '$sort' && !sort && !isCut && Object.values(doc ?? {}).some(isNumeric)
    if (others.length > 0) return true
    if (name === '$match' && doc && !isCut) filters.push(doc)
    else if (isSort) sort = doc
    else if (name === '$skip' && limit === 0 && number >= 0) skip += number
    else if (name === '$limit' && number > 0) limit = limit === 0 ? number : Math.min(limit, number)
    else return true
    return false
  })
  const filter = allOf(filters)
  return { spec: { filter, sort, skip, limit }, rest: end < 0 ? [] : stages.slice(end) }
}

/** By fields, by pipeline with `let`, or both; what was found is kept for documents that ask for exactly the same. */
function $lookup(operand: unknown, world: PipelineWorld): Stage {
  const spec = asDoc(operand) ?? {}
  const { from, as } = spec
  const { localField: local = '', foreignField: foreign = '', pipeline: stages = [] } = spec
  insist(Array.isArray(stages), 9, "$lookup needs a list as 'pipeline'")
  insist(typeof from === 'string' && typeof as === 'string', 9, "$lookup needs 'from' and 'as'")
  insist(typeof local === 'string' && typeof foreign === 'string', 9, '$lookup joins by paths')
  const isWhole = local ? foreign : !foreign && 'pipeline' in spec
  insist(isWhole, 9, "$lookup needs both or neither of 'localField' and 'foreignField'")
  const lets = Object.entries(asDoc(spec.let) ?? {}).map(
    ([name, value]) => [name, compileExpression(value, world.variables)] as const,
  )
  const variables: Doc = {}
  const bind = (doc: Doc) => {
    const own = lets.map(([name, evaluate]) => [name, evaluate(doc)] as const)
    Object.assign(variables, world.variables, Object.fromEntries(own))
  }
  bind({})
  compilePipeline(stages as Doc[], { ...world, variables })
  const { spec: head, rest } = splitHead(stages as Doc[])
  const run = compilePipeline(rest, { ...world, variables })
  const known = new Map<string, Doc[]>()
  return eachInto((doc) => {
    bind(doc)
    const values = local ? valuesAt(doc, local) : []
    insist(!values.some(isRegex), 115, 'joining by a regular expression is not supported')
    const join: Doc = local ? { [foreign]: { $in: values.length > 0 ? values : [null] } } : {}
    const key = Buffer.from(serialize({ join, variables })).toString('latin1')
    let found = known.get(key)
    if (!found) {
      const filter = allOf([join, equality(head.filter.$expr, variables), head.filter])
      found = [...run(world.find(from, { ...head, filter, variables }))]
      if (known.size < 1000) known.set(key, found)
    }
    return [planted(doc, as.split('.'), found)]
  })
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
