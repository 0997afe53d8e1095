import { createRequire } from 'node:module'
import { CommandError } from './error.js'
import { plainOf } from './expression.js'
import { compileMatch } from './match.js'
import { compileProjectStage } from './project.js'
import { compileSort } from './sort.js'
import type { Doc } from './values.js'

const require = createRequire(import.meta.url)
let loaded: typeof import('mingo') | undefined

/** Loading mingo takes longer than starting the whole database, so it waits for the first stage that needs it. */
function mingo(): typeof import('mingo') {
  loaded ??= require('mingo') as typeof import('mingo')
  return loaded
}

/** What a pipeline may ask of the server it runs in. */
export interface PipelineWorld {
  readonly now: Date
  readonly variables: Doc
  find(collection: string, filter: Doc): Iterable<Doc>
  out?(stage: Doc, docs: Iterable<Doc>): void
  /** Throws MaxTimeMSExpired when the time allowed is over; called in every long loop. */
  checkTime(): void
}

/** Runs a pipeline over a source of documents. */
export function runPipeline(
  source: Iterable<Doc>,
  stages: Doc[],
  world: PipelineWorld,
): Iterable<Doc> {
  let docs = source
  for (const stage of stages) docs = runStage(docs, stage, world)
  return docs
}

/** For updates by pipeline: the stages as a function over documents. */
export function compileStages(stages: Doc[], options: { now: Date }): (docs: Doc[]) => Doc[] {
  const world: PipelineWorld = {
    now: options.now,
    variables: {},
    find: () => [],
    checkTime: () => undefined,
  }
  return (docs) => [...runPipeline(docs, stages, world)]
}

function runStage(docs: Iterable<Doc>, stage: Doc, world: PipelineWorld): Iterable<Doc> {
  const [name = ''] = Object.keys(stage)
  const operand = stage[name]
  switch (name) {
    case '$match':
      return filtered(docs, operand as Doc, world)
    case '$sort':
      return [...docs].sort(compileSort(operand as Doc))
    case '$project': {
      const project = compileProjectStage(operand as Doc)
      return mapped(docs, project)
    }
    case '$lookup': {
      const { from, localField, foreignField, as } = operand as Record<string, string>
      if (!from || !localField || !foreignField || !as) break
      return mapped(docs, (doc) => ({
        ...doc,
        [as]: [...world.find(from, { [foreignField]: doc[localField] ?? null })],
      }))
    }
    case '$out':
    case '$merge':
      if (!world.out) break
      world.out(stage, docs)
      return []
    default:
      return viaMingo(docs, stage)
  }
  throw new CommandError(40_324, 'Location40324', `Unrecognized pipeline stage name: '${name}'`)
}

function* filtered(docs: Iterable<Doc>, filter: Doc, world: PipelineWorld): Iterable<Doc> {
  const matcher = compileMatch(filter)
  for (const doc of docs) {
    world.checkTime()
    if (matcher.test(doc)) yield doc
  }
}

function* mapped(docs: Iterable<Doc>, change: (doc: Doc) => Doc): Iterable<Doc> {
  for (const doc of docs) yield change(doc)
}

function viaMingo(docs: Iterable<Doc>, stage: Doc): Iterable<Doc> {
  const plain = [...docs].map((doc) => plainOf(doc) as Doc)
  return new (mingo().Aggregator)([plainOf(stage) as Doc], {}).run(plain)
}
