import type { QuerySpec } from './query.js'
import type { Doc } from './values.js'

/** What a pipeline may ask of the server it runs in. */
export interface PipelineWorld {
  readonly now: Date
  readonly variables: Doc
  readonly find: (collection: string, asked: QuerySpec) => Iterable<Doc>
  /** Throws MaxTimeMSExpired when the time allowed is over; called in every long loop. */
  readonly checkTime: () => void
}

/** A compiled stage: documents in, documents out, as lazily as the stage allows. */
export type Stage = (docs: Iterable<Doc>) => Iterable<Doc>

export type StageCompiler = (operand: unknown, world: PipelineWorld) => Stage

export function gathered(docs: Iterable<Doc>, world: PipelineWorld): Doc[] {
  const rows: Doc[] = []
  for (const doc of docs) {
    world.checkTime()
    rows.push(doc)
  }
  return rows
}

export function mapping(change: (doc: Doc) => Doc, world: PipelineWorld): Stage {
  return function* mapped(docs) {
    for (const doc of docs) {
      world.checkTime()
      yield change(doc)
    }
  }
}
