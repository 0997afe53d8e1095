import { Int32, serialize } from 'bson'
import { compareValues, valueKey } from './encode.js'
import { insist, notSupported } from './error.js'
import { compileExpression } from './expression.js'
import { compileSort, sorted } from './keys.js'
import { compileMatch, valuesAt } from './match.js'
import { Sum } from './numbers.js'
import { entryOf, fieldIn, planted, setField } from './paths.js'
import { splitHead } from './pipeline.js'
import { compileFields } from './project.js'
import type { QuerySpec } from './query.js'
import { asDoc, isNullish, isRegex, listOf, wholeNumber, type Doc } from './values.js'

/** What a pipeline may ask of the server it runs in. */
export interface PipelineWorld {
  /** What `let` has named. */
  readonly variables: Doc
  /** Throws MaxTimeMSExpired once the time allowed is over. */
  readonly find: (collection: string, asked: QuerySpec) => Iterable<Doc>
}

/** A compiled stage: documents in, documents out, as lazily as the stage allows; to be run once. */
type Stage = (docs: Iterable<Doc>) => Iterable<Doc>

/** Checks and compiles all stages; those of MongoDB that are left out are refused with 115, unknown ones with 40324. */
export function compilePipeline(stages: readonly Doc[], world: PipelineWorld): Stage {
  const compiled = stages.map((stage) => {
    const [name = '', ...others] = Object.keys(asDoc(stage) ?? {})
    insist(name !== '' && others.length === 0, 40_323, 'A stage must have exactly one field.')
    if (LEFT_OUT.has(name)) throw notSupported(name)
    const compile = entryOf(STAGES, name)
    insist(compile, 40_324, `Unrecognized pipeline stage name: '${name}'`)
    return compile(stage[name], world)
  })
  return (docs) => compiled.reduce((rows, run) => run(rows), docs)
}

/** Stages of MongoDB that this server answers with CommandNotSupported. */
const LEFT_OUT = new Set(
  (
    '$bucket $bucketAuto $changeStream $collStats $currentOp $densify $documents $facet $fill $geoNear $graphLookup $indexStats ' +
    '$listLocalSessions $listSearchIndexes $listSessions $planCacheStats ' +
    '$merge $out $redact $replaceRoot $replaceWith $sample $search $searchMeta $setWindowFields $sortByCount $unionWith $vectorSearch'
  ).split(' '),
)

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
    const { test } = compileMatch(filter, variables)
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
    let left = countOf(operand, '$limit', 15_958, 1)
    return function* limited(docs) {
      for (const doc of docs) {
        yield doc
        if ((left -= 1) === 0) return
      }
    }
  },
  $skip(operand) {
    let left = countOf(operand, '$skip', 5_107_200, 0)
    return eachInto((doc) => ((left -= 1) < 0 ? [doc] : []))
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

/** By fields, by pipeline with `let`, or both; what was found is kept for documents that ask for exactly the same. */
function $lookup(operand: unknown, world: PipelineWorld): Stage {
  const spec = asDoc(operand) ?? {}
  const { from, as, localField, foreignField, pipeline } = spec
  insist(typeof from === 'string' && typeof as === 'string', 9, "$lookup needs 'from' and 'as'")
  const local = typeof localField === 'string' ? localField : ''
  const foreign = typeof foreignField === 'string' ? foreignField : ''
  const isWhole = local === '' ? foreign === '' && Array.isArray(pipeline) : foreign !== ''
  insist(isWhole, 9, "$lookup needs both or neither of 'localField' and 'foreignField'")
  const lets = Object.entries(asDoc(spec.let) ?? {}).map(
    ([name, value]) => [name, compileExpression(value, world.variables)] as const,
  )
  const boundTo = (doc: Doc) => {
    const own = lets.map(([name, evaluate]) => [name, evaluate(doc)] as const)
    return { ...world.variables, ...Object.fromEntries(own) }
  }
  const stages = (pipeline ?? []) as Doc[]
  const known = new Map<string, Doc[]>()
  compilePipeline(stages, { ...world, variables: boundTo({}) })
  return eachInto((doc) => {
    const variables = boundTo(doc)
    const filter = local ? joinFilter(foreign, valuesAt(doc, local)) : {}
    const key = Buffer.from(serialize({ filter, variables })).toString('latin1')
    const found = known.get(key) ?? joined(from, filter, stages, { ...world, variables })
    if (known.size < 1000) known.set(key, found)
    return [planted(doc, as.split('.'), found)]
  })
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
  const found = world.find(from, { ...spec, filter: whole, variables: world.variables })
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
