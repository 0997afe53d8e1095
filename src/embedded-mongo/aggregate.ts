import { located, notSupported } from './error.js'
import { groupStage, sortByCountStage } from './stage-group.js'
import { lookupStage } from './stage-lookup.js'
import { addFieldsStage, replaceRootStage, unwindStage } from './stage-shape.js'
import { compileMatch } from './match.js'
import { compileProjectStage } from './project.js'
import { compileSort } from './sort.js'
import { int } from './operator.js'
import { gathered, mapping, type PipelineWorld, type Stage, type StageCompiler } from './stage.js'
import { asDoc, isNumeric, setField, toNumber, type Doc } from './values.js'

export type { PipelineWorld }

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
    const names = Object.keys(asDoc(stage) ?? {})
    const [name = ''] = names
    if (names.length !== 1)
      throw located(40_323, 'A pipeline stage specification object must contain exactly one field.')
    const compiler = Object.hasOwn(STAGES, name) ? STAGES[name] : undefined
    if (!compiler)
      throw REFUSED.has(name)
        ? notSupported(name)
        : located(40_324, `Unrecognized pipeline stage name: '${name}'`)
    return compiler(stage[name], world)
  })
  return (docs) => compiled.reduce((rows, run) => run(rows), docs)
}

/** Stages of MongoDB that this server answers with CommandNotSupported. */
const REFUSED = new Set([
  '$bucket',
  '$bucketAuto',
  '$changeStream',
  '$collStats',
  '$currentOp',
  '$densify',
  '$fill',
  '$geoNear',
  '$graphLookup',
  '$indexStats',
  '$merge',
  '$out',
  '$redact',
  '$sample',
  '$search',
  '$searchMeta',
  '$setWindowFields',
  '$unionWith',
  '$vectorSearch',
])

/** For updates by pipeline: the stages as a function over documents. */
export function compileStages(stages: Doc[], options: { now: Date }): (docs: Doc[]) => Doc[] {
  const run = compilePipeline(stages, { ...WITHOUT_SERVER, now: options.now })
  return (docs) => [...run(docs)]
}

const WITHOUT_SERVER: PipelineWorld = {
  now: new Date(0),
  variables: {},
  find: () => [],
  checkTime: () => undefined,
}

const STAGES: Record<string, StageCompiler> = {
  $match: (operand, world) => {
    const filter = asDoc(operand)
    if (!filter) throw located(15_959, 'the match filter must be an expression in an object')
    const matcher = compileMatch(filter, world)
    return function* matching(docs) {
      for (const doc of docs) {
        world.checkTime()
        if (matcher.test(doc)) yield doc
      }
    }
  },
  $sort: (operand, world) => {
    const spec = asDoc(operand)
    if (!spec || Object.keys(spec).length === 0)
      throw located(15_976, '$sort stage must have at least one sort key')
    const compare = compileSort(spec)
    return (docs) => gathered(docs, world).sort(compare)
  },
  $project: (operand, world) => {
    const spec = asDoc(operand)
    if (!spec) throw located(15_969, '$project specification must be an object')
    return mapping(compileProjectStage(spec, world), world)
  },
  $addFields: addFieldsStage,
  $set: addFieldsStage,
  $unset: (operand, world) => {
    const names = Array.isArray(operand) ? (operand as unknown[]) : [operand]
    if (names.length === 0 || !names.every((name) => typeof name === 'string'))
      throw located(31_002, '$unset specification must be a string or an array of strings')
    const spec = Object.fromEntries(names.map((name) => [name, false]))
    return mapping(compileProjectStage(spec, world), world)
  },
  $replaceRoot: (operand, world) => replaceRootStage(asDoc(operand)?.newRoot, world),
  $replaceWith: replaceRootStage,
  $limit: (operand) => {
    const most = countOf(operand, '$limit', 15_958)
    if (most === 0) throw located(15_958, 'the limit must be positive')
    return function* limited(docs) {
      let left = most
      for (const doc of docs) {
        yield doc
        left -= 1
        if (left === 0) return
      }
    }
  },
  $skip: (operand) => {
    const count = countOf(operand, '$skip', 5_107_200)
    return function* skipping(docs) {
      let left = count
      for (const doc of docs)
        if (left > 0) left -= 1
        else yield doc
    }
  },
  $count: (operand, world) => {
    if (typeof operand !== 'string' || operand === '')
      throw located(40_156, 'the count field must be a non-empty string')
    if (operand.startsWith('$'))
      throw located(40_158, 'the count field cannot be a $-prefixed path')
    if (operand.includes('.')) throw located(40_160, "the count field cannot contain '.'")
    return (docs) => {
      const count = gathered(docs, world).length
      return count === 0 ? [] : [setOne(operand, int(count))]
    }
  },
  $facet: (operand, world) => {
    const facets = Object.entries(asDoc(operand) ?? {})
    if (facets.length === 0)
      throw located(40_169, 'the $facet specification must be a non-empty object')
    const compiled = facets.map(([name, stages]) => {
      if (!Array.isArray(stages))
        throw located(40_170, `arguments to $facet must be arrays, ${name} is not`)
      if ((stages as Doc[]).some((stage) => '$facet' in stage))
        throw located(40_600, '$facet is not allowed to be used within a $facet stage')
      return [name, compilePipeline(stages as Doc[], world)] as const
    })
    return (docs) => {
      const rows = gathered(docs, world)
      const result: Doc = {}
      for (const [name, run] of compiled) setField(result, name, [...run(rows)])
      return [result]
    }
  },
  $documents: (operand) => (docs) => [
    ...docs,
    ...(Array.isArray(operand) ? (operand as Doc[]) : []),
  ],
  $unwind: unwindStage,
  $group: groupStage,
  $sortByCount: sortByCountStage,
  $lookup: lookupStage,
}

function countOf(operand: unknown, name: string, code: number): number {
  const count = isNumeric(operand) ? toNumber(operand) : NaN
  if (!Number.isSafeInteger(count) || count < 0)
    throw located(code, `invalid argument to ${name} stage: Expected a non-negative number`)
  return count
}

function setOne(name: string, value: unknown): Doc {
  const doc: Doc = {}
  setField(doc, name, value)
  return doc
}
