import { docArg, stopwatch, timeArg } from './arguments.js'
import { runPipeline, type PipelineWorld } from './aggregate.js'
import { parseDoc, toBytes } from './codec.js'
import type { Context } from './commands.js'
import type { Source } from './cursors.js'
import type { Engine } from './engine.js'
import { compileMatch } from './match.js'
import { splitHead } from './pipeline-head.js'
import { Query, type QuerySpec } from './query.js'
import { asDoc, isNumeric, toNumber, type Doc } from './values.js'

/** The documents of a query in one go, for stages that need them as they come. */
function* documentsOf(
  engine: Engine,
  db: string,
  name: string,
  spec: QuerySpec,
  checkTime: () => void,
  opened: Set<Query>,
): Generator<Doc> {
  const collection = engine.catalog.find(db, name)
  if (!collection) return
  const query = new Query(engine, collection, spec)
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

interface PlannedPipeline {
  /** What the collection is asked for. */
  readonly spec: QuerySpec
  /** What is left to do with it, in memory. */
  readonly rest: readonly Doc[]
  /** For pipelines that only count, as countDocuments sends them: the answer for that many documents. */
  readonly countAs: ((n: number) => Doc) | undefined
  readonly world: Omit<PipelineWorld, 'find'>
}

/** The name under which pipelines without a collection run. */
export const NO_COLLECTION = '$cmd.aggregate'

/** Splits a pipeline into what the planner does and what is left. */
export function planPipeline(
  context: Context,
  name: string,
  stages: readonly Doc[],
  body: Doc,
): PlannedPipeline {
  const variables = docArg(body, 'let') ?? {}
  const world = { now: new Date(), variables, checkTime: stopwatch(timeArg(body)) }
  const { spec, rest } =
    name === NO_COLLECTION ? { spec: { filter: {} }, rest: stages } : splitHead(stages)
  compileMatch(spec.filter, world)
  const whole = { ...spec, hint: body.hint ?? undefined, environment: world }
  return { spec: whole, rest, countAs: name === NO_COLLECTION ? undefined : counting(rest), world }
}

function counting(rest: readonly Doc[]): ((n: number) => Doc) | undefined {
  const [stage] = rest
  if (!stage || rest.length !== 1 || Object.keys(stage).length !== 1) return undefined
  if (typeof stage.$count === 'string' && isPlainName(stage.$count)) {
    const field = stage.$count
    return (n) => ({ [field]: n })
  }
  const group = asDoc(stage.$group)
  const [id, field = ''] = Object.keys(group ?? {})
  if (!group || id !== '_id' || !isPlainName(field) || Object.keys(group).length !== 2)
    return undefined
  if (group._id !== null && !isNumeric(group._id)) return undefined
  const sum = asDoc(group[field])
  const one = sum && Object.keys(sum).length === 1 ? sum.$sum : undefined
  return isNumeric(one) && toNumber(one) === 1 ? (n) => ({ _id: group._id, [field]: n }) : undefined
}

function isPlainName(name: string): boolean {
  return /^[^$.\0][^.\0]*$/.test(name)
}

/** Runs what is left of a pipeline over what the planner finds. */
export function pipelineSource(
  { engine, db }: Context,
  name: string,
  planned: PlannedPipeline,
): Source {
  const { spec, rest, world } = planned
  const opened = new Set<Query>()
  const find = (from: string, asked: QuerySpec) =>
    documentsOf(engine, db, from, { ...asked, environment: world }, world.checkTime, opened)
  const source =
    name === NO_COLLECTION ? [] : documentsOf(engine, db, name, spec, world.checkTime, opened)
  const result = runPipeline(source, rest, { ...world, find })
  const park = () => {
    for (const query of opened) query.walk.park()
  }
  return { documents: encoded(result), park }
}

function* encoded(docs: Iterable<Doc>): Generator<Uint8Array | undefined> {
  for (const doc of docs) yield toBytes(doc)
}
