import { docArg, stopwatch, timeArg } from './arguments.js'
import { runPipeline, type PipelineWorld } from './aggregate.js'
import { parseDoc, toBytes } from './codec.js'
import type { Context } from './commands.js'
import type { Source } from './cursors.js'
import type { Engine } from './engine.js'
import { Query, type QuerySpec } from './query.js'
import { asDoc, isNumeric, toNumber, type Doc } from './values.js'

/** Stages at the head of a pipeline that the planner can do, and what is left to run. */
export function splitHead(stages: readonly Doc[]): { spec: QuerySpec; rest: Doc[] } {
  const filters: Doc[] = []
  let sort: Doc | undefined
  let skip = 0
  let limit = 0
  let at = 0
  for (; at < stages.length; at += 1) {
    const stage = stages[at] ?? {}
    const [name, value] = Object.entries(stage)[0] ?? []
    if (Object.keys(stage).length !== 1) break
    if (name === '$match' && asDoc(value) && skip === 0 && limit === 0) filters.push(value as Doc)
    else if (name === '$sort' && !sort && skip === 0 && limit === 0 && isPlainSort(value))
      sort = value
    else if (name === '$skip' && limit === 0 && isNumeric(value) && toNumber(value) >= 0)
      skip += toNumber(value)
    else if (name === '$limit' && isNumeric(value) && toNumber(value) > 0)
      limit = limit === 0 ? toNumber(value) : Math.min(limit, toNumber(value))
    else break
  }
  const filter =
    filters.length === 1 ? (filters[0] ?? {}) : filters.length > 1 ? { $and: filters } : {}
  return { spec: { filter, sort, skip, limit }, rest: stages.slice(at) }
}

function isPlainSort(value: unknown): value is Doc {
  const doc = asDoc(value)
  return doc !== undefined && Object.keys(doc).length > 0 && Object.values(doc).every(isNumeric)
}

/** The documents of a query in one go, for stages that need them as they come. */
export function* documentsOf(
  engine: Engine,
  db: string,
  name: string,
  spec: QuerySpec,
  checkTime: () => void,
  opened: Set<Query>,
): Generator<Doc> {
  const collection = engine.catalog.find(db, name)
  if (!collection) return
  const query = new Query(engine.store, collection, spec)
  opened.add(query)
  let steps = 0
  for (const row of query.rows()) {
    steps += 1
    if ((steps & 63) === 0) checkTime()
    if (row) yield row.doc ?? parseDoc(row.bytes)
  }
  query.walk.park()
  opened.delete(query)
}

/** Runs a pipeline; `$out` and `$merge` are done (and answered) before the cursor is opened. */
export function pipelineSource(
  { engine, db }: Context,
  name: string,
  stages: readonly Doc[],
  body: Doc,
): Source {
  const checkTime = stopwatch(timeArg(body))
  const opened = new Set<Query>()
  const { spec, rest } = splitHead(stages)
  const hinted = { ...spec, hint: body.hint ?? undefined }
  const world: PipelineWorld = {
    now: new Date(),
    variables: docArg(body, 'let') ?? {},
    find: (from, filter) => documentsOf(engine, db, from, { filter }, checkTime, opened),
    checkTime,
  }
  const park = () => {
    for (const query of opened) query.walk.park()
  }
  const source =
    name === '$cmd.aggregate' ? [] : documentsOf(engine, db, name, hinted, checkTime, opened)
  const result = runPipeline(source, rest, world)
  return { documents: encoded(result), park }
}

function* encoded(docs: Iterable<Doc>): Generator<Uint8Array | undefined> {
  for (const doc of docs) yield toBytes(doc)
}
