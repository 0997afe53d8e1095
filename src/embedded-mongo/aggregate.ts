import { Int32, Long } from 'bson'
import { compareValues, valueKey } from './encode.js'
import { insist, notSupported } from './error.js'
import { compileExpression, type Environment } from './expression.js'
import { compileSort, sorted } from './keys.js'
import { compileMatch } from './match.js'
import { Sum } from './numbers.js'
import { compileFields } from './project.js'
import type { QuerySpec } from './query.js'
import { compileLookup } from './stage-lookup.js'
import {
  asDoc,
  entryOf,
  fieldOf,
  isNullish,
  listOf,
  planted,
  setField,
  wholeNumber,
  type Doc,
} from './values.js'

/** What a pipeline may ask of the server it runs in. */
export interface PipelineWorld extends Environment {
  readonly find: (collection: string, asked: QuerySpec) => Iterable<Doc>
  /** Throws MaxTimeMSExpired when the time allowed is over; called for every document. */
  readonly checkTime: () => void
}

/** A compiled stage: documents in, documents out, as lazily as the stage allows. */
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
  function* timed(docs: Iterable<Doc>) {
    for (const doc of docs) {
      world.checkTime()
      yield doc
    }
  }
  return (docs) => compiled.reduce((rows, run) => run(timed(rows)), docs)
}

/** For updates by pipeline: the stages as a function over one document. */
export function compileStages(stages: readonly Doc[]): (doc: Doc) => Doc {
  const alone = { now: new Date(), variables: {}, find: () => [], checkTime: () => undefined }
  const run = compilePipeline(stages, alone)
  return (doc) => [...run([doc])][0] ?? {}
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

const STAGES: Readonly<Record<string, (operand: unknown, world: PipelineWorld) => Stage>> = {
  $match(operand, world) {
    const filter = asDoc(operand)
    insist(filter, 15_959, 'the match filter must be an expression in an object')
    const { test } = compileMatch(filter, world)
    return eachInto((doc) => (test(doc) ? [doc] : []))
  },
  $sort(operand) {
    const spec = asDoc(operand) ?? {}
    insist(Object.keys(spec).length > 0, 15_976, '$sort stage must have at least one sort key')
    const keyOf = compileSort(spec)
    return (docs) => sorted(docs, keyOf)
  },
  $project(operand, world) {
    const project = compileFields(operand, world)
    return eachInto((doc) => [project(doc)])
  },
  $addFields: addFields,
  $set: addFields,
  $unset(operand, world) {
    const names = listOf(operand)
    const isNames = names.length > 0 && names.every((name) => typeof name === 'string')
    insist(isNames, 31_002, '$unset specification must be a string or an array of strings')
    return compilePipeline([{ $project: Object.fromEntries(names.map((n) => [n, 0])) }], world)
  },
  $limit(operand) {
    const most = countOf(operand, '$limit', 15_958, 1)
    return function* limited(docs) {
      let given = 0
      for (const doc of docs) {
        yield doc
        if ((given += 1) === most) return
      }
    }
  },
  $skip(operand) {
    const count = countOf(operand, '$skip', 5_107_200, 0)
    return function* skipping(docs) {
      let met = 0
      for (const doc of docs) if ((met += 1) > count) yield doc
    }
  },
  $count(operand, world) {
    const name = typeof operand === 'string' ? operand : ''
    insist(name !== '', 40_156, 'the count field must be a non-empty string')
    insist(!name.startsWith('$'), 40_158, 'the count field cannot be a $-prefixed path')
    insist(!name.includes('.'), 40_160, "the count field cannot contain '.'")
    const group = { $group: { _id: null, [name]: { $count: {} } } }
    return compilePipeline([group, { $project: { _id: 0 } }], world)
  },
  $unwind(operand) {
    const spec = asDoc(operand) ?? { path: operand }
    const { path, includeArrayIndex: name, preserveNullAndEmptyArrays: keep } = spec
    insist(typeof path === 'string', 28_808, 'expected a string as the path for $unwind stage')
    insist(path.startsWith('$'), 28_818, "path option to $unwind should be prefixed with a '$'")
    const isName = name === undefined || (typeof name === 'string' && /^[^$]/.test(name))
    insist(isName, 28_810, 'includeArrayIndex must be a non-empty field name')
    const at = typeof name === 'string' ? name.split('.') : undefined
    return eachInto((doc) => unwound(doc, path.slice(1).split('.'), keep === true, at))
  },
  $group: compileGroup,
  $lookup(operand, world) {
    const join = compileLookup(operand, world)
    return eachInto((doc) => [join(doc)])
  },
}

function addFields(operand: unknown, world: PipelineWorld): Stage {
  const add = compileFields(operand, world, 'add')
  return eachInto((doc) => [add(doc)])
}

function countOf(operand: unknown, name: string, code: number, least: number): number {
  const count = wholeNumber(operand) ?? -1
  insist(count >= least, code, `invalid argument to ${name} stage: ${String(operand)}`)
  return count
}

function unwound(doc: Doc, path: string[], keepEmpty: boolean, at: string[] | undefined): Doc[] {
  const value = path.reduce<unknown>((inner, part) => fieldOf(asDoc(inner) ?? {}, part), doc)
  const row = (item: unknown, index: Long | null) => {
    const one = item === value ? doc : planted(doc, path, item)
    return at ? planted(one, at, index) : one
  }
  if (Array.isArray(value) && value.length > 0)
    return value.map((item, index) => row(item, Long.fromNumber(index)))
  if (isNullish(value) || Array.isArray(value))
    return keepEmpty ? [row(Array.isArray(value) ? undefined : value, null)] : []
  return [row(value, null)]
}

/** Gathers the values of one group; a missing one is `undefined`. */
interface State {
  add(value: unknown): void
  result(): unknown
}

/** Keeps one value: the new one whenever `replaces` says so. */
const keeping = (replaces: (value: unknown, kept: unknown, isFirst: boolean) => boolean) => () => {
  let kept: unknown
  let isFirst = true
  return {
    add(value: unknown) {
      if (replaces(value, kept, isFirst)) kept = value
      isFirst = false
    },
    result: () => kept ?? null,
  }
}

const extreme = (direction: 1 | -1) =>
  keeping(
    (value, kept) =>
      !isNullish(value) && (kept === undefined || compareValues(value, kept) * direction < 0),
  )

/** Accumulators of `$group` by name. */
const ACCUMULATORS: Readonly<Record<string, () => State>> = {
  $sum: () => new Sum(),
  $min: extreme(1),
  $max: extreme(-1),
  $first: keeping((_value, _kept, isFirst) => isFirst),
  $last: keeping(() => true),
}

/** `{ $sum: '$n' }` and its like: what to read from each document and where to gather it. */
function compileAccumulator([field, spec]: [string, unknown], world: PipelineWorld) {
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
  return { field, start, read: compileExpression(operand, world) }
}

/** What a `$group` may keep, in bytes, as MongoDB's without its files. */
const GROUP_MEMORY = 100 * 1024 * 1024

/** One pass, one group per distinct id; ids are equal when MongoDB's comparison says so (1 and 1.0). */
function compileGroup(operand: unknown, world: PipelineWorld): Stage {
  const spec = asDoc(operand)
  insist(spec, 15_947, "a group's fields must be specified in an object")
  insist('_id' in spec, 15_955, 'a group specification must include an _id')
  const { _id, ...fields } = spec
  const readId = compileExpression(_id, world)
  const output = Object.entries(fields).map((entry) => compileAccumulator(entry, world))
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
      output.forEach(({ field }, at) => setField(row, field, states[at]?.result()))
      yield row
    }
  }
}
