import { docArg, stopwatch, timeArg } from './arguments.js'
import { runPipeline, type PipelineWorld } from './aggregate.js'
import { parseDoc, toBytes } from './codec.js'
import type { Context } from './commands.js'
import type { Source } from './cursors.js'
import { insist } from './error.js'
import { compileExpression, type Environment } from './expression.js'
import { compileMatch } from './match.js'
import { Query, type QuerySpec } from './query.js'
import { asDoc, isNumeric, listOf, numericKind, toNumber, wholeNumber, type Doc } from './values.js'

interface PlannedPipeline {
  /** What the collection is asked for. */
  readonly spec: QuerySpec
  /** What is left to do with it, in memory. */
  readonly rest: readonly Doc[]
  /** What a pipeline without a collection starts from. */
  readonly given: readonly Doc[]
  /** For pipelines that only count, as countDocuments sends them: the answer for that many documents. */
  readonly countAs: ((n: number) => Doc) | undefined
  readonly world: Omit<PipelineWorld, 'find'>
}

/** The name under which pipelines without a collection run. */
export const NO_COLLECTION = '$cmd.aggregate'

/** Splits a pipeline into what the planner does and what is left. */
export function planPipeline(name: string, stages: readonly Doc[], body: Doc): PlannedPipeline {
  const isAlone = name === NO_COLLECTION
  const variables = docArg(body, 'let') ?? {}
  const world = { now: new Date(), variables, checkTime: stopwatch(timeArg(body)) }
  const { spec, rest } = isAlone
    ? { spec: { filter: {} }, rest: stages.slice(1) }
    : splitHead(stages)
  const given = isAlone ? documentsOf(stages[0], world) : []
  compileMatch(spec.filter, world)
  const whole = { ...spec, hint: body.hint ?? undefined, environment: world }
  return { spec: whole, rest, given, countAs: isAlone ? undefined : counting(rest), world }
}

/** `$documents`, which stands first where there is no collection, and nowhere else. */
function documentsOf(stage: Doc | undefined, world: Environment): Doc[] {
  const isGiven = stage !== undefined && '$documents' in stage && Object.keys(stage).length === 1
  insist(isGiven, 73, 'a pipeline without a collection starts with $documents')
  return listOf(compileExpression(stage.$documents, world)({})).map((one) => {
    const doc = asDoc(one)
    insist(doc, 40_228, '$documents takes a list of objects')
    return doc
  })
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
    if (others.length > 0) return true
    if (name === '$match' && doc && !isCut) filters.push(doc)
    else if (name === '$sort' && doc && !sort && !isCut && isPlainSort(doc)) sort = doc
    else if (name === '$skip' && limit === 0 && number >= 0) skip += number
    else if (name === '$limit' && number > 0) limit = limit === 0 ? number : Math.min(limit, number)
    else return true
    return false
  })
  const filter = filters.length > 1 ? { $and: filters } : (filters[0] ?? {})
  return { spec: { filter, sort, skip, limit }, rest: end < 0 ? [] : stages.slice(end) }
}

const isPlainSort = (sort: Doc) =>
  Object.keys(sort).length > 0 && Object.values(sort).every(isNumeric)

/** `[{ $count: 'n' }]` and `[{ $group: { _id: 1, n: { $sum: 1 } } }]`. */
function counting([stage, ...others]: readonly Doc[]): ((n: number) => Doc) | undefined {
  if (!stage || others.length > 0 || Object.keys(stage).length !== 1) return undefined
  const { $count } = stage
  if (typeof $count === 'string' && isPlainName($count)) return (n) => ({ [$count]: n })
  const { _id, ...fields }: Doc = asDoc(stage.$group) ?? {}
  const [first, ...more] = Object.entries(fields)
  const [field, spec] = first ?? ['', undefined]
  const sum = asDoc(spec)
  const isOne =
    sum &&
    Object.keys(sum).length === 1 &&
    isNumeric(sum.$sum) &&
    numericKind(sum.$sum) === 'int' &&
    toNumber(sum.$sum) === 1
  const isAll = isOne && more.length === 0 && isPlainName(field) && (_id === null || isNumeric(_id))
  return isAll ? (n) => ({ _id, [field]: n }) : undefined
}

const isPlainName = (name: string) => /^[^$.\0][^.\0]*$/.test(name)

/** Runs what is left of a pipeline over what the planner finds. */
export function pipelineSource(
  { engine, db }: Context,
  name: string,
  { spec, rest, given, world }: PlannedPipeline,
): Source<Uint8Array> {
  const opened = new Set<Query>()

  /** The documents of a query in one go, for stages that need them as they come. */
  function* find(from: string, asked: QuerySpec): Generator<Doc> {
    const collection = engine.catalog.find(db, from)
    if (!collection) return
    const query = new Query(engine, collection, { ...asked, environment: world })
    opened.add(query)
    let steps = 0
    for (const row of query.rows()) {
      steps += 1
      if ((steps & 63) === 0) world.checkTime()
      if (row) yield row.doc ?? parseDoc(row.bytes)
    }
    query.walk.park()
    opened.delete(query)
  }

  function* encoded(docs: Iterable<Doc>): Generator<Uint8Array> {
    for (const doc of docs) yield toBytes(doc)
  }

  const source = name === NO_COLLECTION ? given : find(name, spec)
  return {
    steps: encoded(runPipeline(source, rest, { ...world, find })),
    park() {
      for (const query of opened) query.walk.park()
    },
  }
}
