import { Int32, Long } from 'bson'
import { SIMPLE } from './accumulate.js'
import { valueKey } from './encode.js'
import { insist, notSupported } from './error.js'
import { compileAddFields } from './add-fields.js'
import { compileExpression, type Environment } from './expression.js'
import { compileMatch } from './match.js'
import { compileProjectStage } from './project.js'
import type { QuerySpec } from './query.js'
import { compileSort } from './sort.js'
import { lookupStage } from './stage-lookup.js'
import {
  asDoc,
  entryOf,
  fieldOf,
  isNullish,
  isOperatorName,
  listOf,
  planted,
  setField,
  typeName,
  wholeNumber,
  type Doc,
} from './values.js'

/** What a pipeline may ask of the server it runs in. */
export interface PipelineWorld extends Environment {
  readonly find: (collection: string, asked: QuerySpec) => Iterable<Doc>
  /** Throws MaxTimeMSExpired when the time allowed is over; called in every long loop. */
  readonly checkTime: () => void
}

/** A compiled stage: documents in, documents out, as lazily as the stage allows. */
type Stage = (docs: Iterable<Doc>) => Iterable<Doc>
type StageCompiler = (operand: unknown, world: PipelineWorld) => Stage

/** Runs a pipeline over a source of documents; every stage is checked before the first one reads. */
export function runPipeline(
  source: Iterable<Doc>,
  stages: readonly Doc[],
  world: PipelineWorld,
): Iterable<Doc> {
  return compilePipeline(stages, world)(source)
}

/** Checks and compiles all stages; those of MongoDB that are left out are refused with 115, unknown ones with 40324. */
export function compilePipeline(stages: readonly Doc[], world: PipelineWorld): Stage {
  const compiled = stages.map((stage) => {
    const [name = '', ...others] = Object.keys(asDoc(stage) ?? {})
    insist(name !== '' && others.length === 0, 40_323, 'A stage must have exactly one field.')
    if (REFUSED.has(name)) throw notSupported(name)
    const compiler = entryOf(STAGES, name)
    insist(compiler, 40_324, `Unrecognized pipeline stage name: '${name}'`)
    return compiler(stage[name], world)
  })
  return (docs) => compiled.reduce((rows, run) => run(rows), docs)
}

/** For updates by pipeline: the stages as a function over one document. */
export function compileStages(stages: readonly Doc[], now: Date): (doc: Doc) => Doc {
  const nothing = { variables: {}, find: () => [], checkTime: () => undefined }
  const run = compilePipeline(stages, { ...nothing, now })
  return (doc) => [...run([doc])][0] ?? {}
}

/** Stages of MongoDB that this server answers with CommandNotSupported. */
const REFUSED = new Set(
  (
    '$bucket $bucketAuto $changeStream $collStats $currentOp $densify $documents $fill $geoNear $graphLookup $indexStats ' +
    '$merge $out $redact $sample $search $searchMeta $setWindowFields $unionWith $vectorSearch'
  ).split(' '),
)

function gathered(docs: Iterable<Doc>, world: PipelineWorld): Doc[] {
  const rows: Doc[] = []
  for (const doc of docs) {
    world.checkTime()
    rows.push(doc)
  }
  return rows
}

const mapping = (change: (doc: Doc) => Doc, world: PipelineWorld): Stage =>
  function* mapped(docs) {
    for (const doc of docs) {
      world.checkTime()
      yield change(doc)
    }
  }

const STAGES: Readonly<Record<string, StageCompiler>> = {
  $match(operand, world) {
    const filter = asDoc(operand)
    insist(filter, 15_959, 'the match filter must be an expression in an object')
    const matcher = compileMatch(filter, world)
    return function* matching(docs) {
      for (const doc of docs) {
        world.checkTime()
        if (matcher.test(doc)) yield doc
      }
    }
  },
  $sort(operand, world) {
    const spec = asDoc(operand) ?? {}
    insist(Object.keys(spec).length > 0, 15_976, '$sort stage must have at least one sort key')
    const compare = compileSort(spec)
    return (docs) => gathered(docs, world).sort(compare)
  },
  $project(operand, world) {
    const spec = asDoc(operand)
    insist(spec, 15_969, '$project specification must be an object')
    return mapping(compileProjectStage(spec, world), world)
  },
  $unset(operand, world) {
    const names = listOf(operand)
    const isNames = names.length > 0 && names.every((name) => typeof name === 'string')
    insist(isNames, 31_002, '$unset specification must be a string or an array of strings')
    const spec = Object.fromEntries(names.map((name) => [name, false]))
    return mapping(compileProjectStage(spec, world), world)
  },
  $addFields: (operand, world) => mapping(compileAddFields(operand, world), world),
  $set: (operand, world) => mapping(compileAddFields(operand, world), world),
  $replaceRoot: (operand, world) => replaceRootStage(asDoc(operand)?.newRoot, world),
  $replaceWith: replaceRootStage,
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
    return (docs) => {
      const count = gathered(docs, world).length
      return count === 0 ? [] : [planted({}, [name], new Int32(count))]
    }
  },
  $facet(operand, world) {
    const facets = Object.entries(asDoc(operand) ?? {})
    insist(facets.length > 0, 40_169, 'the $facet specification must be a non-empty object')
    const compiled = facets.map(([name, stages]) => {
      insist(Array.isArray(stages), 40_170, `arguments to $facet must be arrays, ${name} is not`)
      const isNested = (stages as unknown[]).some((stage) => '$facet' in (asDoc(stage) ?? {}))
      insist(!isNested, 40_600, '$facet is not allowed to be used within a $facet stage')
      return [name, compilePipeline(stages as Doc[], world)] as const
    })
    return (docs) => {
      const rows = gathered(docs, world)
      return [Object.fromEntries(compiled.map(([name, run]) => [name, [...run(rows)]]))]
    }
  },
  $unwind: unwindStage,
  $group: groupStage,
  $sortByCount(operand, world) {
    const isPath =
      typeof operand === 'string' || isOperatorName(Object.keys(asDoc(operand) ?? {})[0])
    insist(isPath, 40_147, 'the sortByCount field must be a $-prefixed path or an expression')
    const group = { $group: { _id: operand, count: { $sum: new Int32(1) } } }
    return compilePipeline([group, { $sort: { count: -1 } }], world)
  },
  $lookup: (operand, world) => mapping(lookupStage(operand, world), world),
}

function countOf(operand: unknown, name: string, code: number, least: number): number {
  const count = wholeNumber(operand) ?? -1
  insist(count >= least, code, `invalid argument to ${name} stage: ${String(operand)}`)
  return count
}

/** `{ $sum: '$n' }` and its like: what to read from each document and where to gather it. */
function compileAccumulator(field: string, spec: unknown, world: PipelineWorld) {
  insist(!field.includes('.'), 40_235, `The field name '${field}' cannot contain '.'`)
  insist(!field.startsWith('$'), 40_236, `The field name '${field}' cannot be an operator name`)
  const doc = asDoc(spec) ?? {}
  const [name = '', ...others] = Object.keys(doc)
  insist(name.startsWith('$'), 40_234, `The field '${field}' must be an accumulator object`)
  insist(others.length === 0, 40_238, `The field '${field}' must specify one accumulator`)
  const start = entryOf(SIMPLE, name)
  insist(start, 15_952, `unknown group operator '${name}'`)
  insist(!Array.isArray(doc[name]), 40_237, `The ${name} accumulator is a unary operator`)
  return { field, start, read: compileExpression(doc[name], world) }
}

/** One pass, one group per distinct id; ids are equal when MongoDB's comparison says so (1 and 1.0). */
function groupStage(operand: unknown, world: PipelineWorld): Stage {
  const spec = asDoc(operand)
  insist(spec, 15_947, "a group's fields must be specified in an object")
  insist('_id' in spec, 15_955, 'a group specification must include an _id')
  const { _id, ...fields } = spec
  const readId = compileExpression(_id, world)
  const output = Object.entries(fields).map(([name, value]) =>
    compileAccumulator(name, value, world),
  )
  return function* grouped(docs) {
    const groups = new Map<
      string,
      { id: unknown; states: ReturnType<(typeof output)[0]['start']>[] }
    >()
    for (const doc of docs) {
      world.checkTime()
      const id = readId(doc) ?? null
      const key = valueKey(id)
      let group = groups.get(key)
      if (!group) groups.set(key, (group = { id, states: output.map(({ start }) => start()) }))
      for (const [at, state] of group.states.entries()) state.add(output[at]?.read(doc))
    }
    for (const { id, states } of groups.values()) {
      const row: Doc = { _id: id }
      output.forEach(({ field }, at) => setField(row, field, states[at]?.result()))
      yield row
    }
  }
}

function replaceRootStage(operand: unknown, world: PipelineWorld): Stage {
  const evaluate = compileExpression(operand, world)
  return mapping((doc) => {
    const value = evaluate(doc)
    const root = asDoc(value)
    insist(root, 40_228, `'newRoot' must evaluate to an object, not ${typeName(value)}`)
    return root
  }, world)
}

function unwindStage(operand: unknown, world: PipelineWorld): Stage {
  const spec = asDoc(operand) ?? { path: operand }
  const { path, includeArrayIndex: name, preserveNullAndEmptyArrays: keep } = spec
  insist(typeof path === 'string', 28_808, 'expected a string as the path for $unwind stage')
  insist(path.startsWith('$'), 28_818, "path option to $unwind should be prefixed with a '$'")
  const isName = name === undefined || (typeof name === 'string' && /^[^$]/.test(name))
  insist(isName, 28_810, 'includeArrayIndex must be a non-empty field name')
  const parts = path.slice(1).split('.')
  const withIndex = (doc: Doc, index: Long | null) =>
    typeof name === 'string' ? planted(doc, name.split('.'), index) : doc
  return function* unwinding(docs) {
    for (const doc of docs) {
      world.checkTime()
      const value = parts.reduce<unknown>((at, part) => fieldOf(asDoc(at) ?? {}, part), doc)
      const isEmpty = isNullish(value) || (Array.isArray(value) && value.length === 0)
      if (Array.isArray(value) && !isEmpty)
        for (const [index, item] of value.entries())
          yield withIndex(planted(doc, parts, item), Long.fromNumber(index))
      else if (!isEmpty) yield withIndex(doc, null)
      else if (keep === true)
        yield withIndex(Array.isArray(value) ? planted(doc, parts, undefined) : doc, null)
    }
  }
}
