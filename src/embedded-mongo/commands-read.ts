import { Int32, Long } from 'bson'
import { compilePipeline, splitHead } from './aggregate.js'
import { readArguments, required, stopwatch, type Arguments } from './arguments.js'
import { checkSize, cursorReply, parseDoc, toBytes } from './codec.js'
import type { Command, Context } from './commands.js'
import { drain, type Source } from './cursors.js'
import { compareValues, valueKey } from './encode.js'
import { insist } from './error.js'
import { compileSort } from './keys.js'
import { valuesAt } from './match.js'
import type { Plan } from './planner.js'
import { compileProjection } from './project.js'
import { openQuery, type Query, type QuerySpec, type Row } from './query.js'
import { asDoc, isNumeric, toNumber, type Doc } from './values.js'

/** The query part of a command; all but find call the filter a query. */
function querySpec({ limit = 0, ...given }: Arguments): QuerySpec {
  const { filter, query = {}, sort, skip, hint, let: variables = {} } = given
  return { filter: filter ?? query, sort, skip, limit: Math.abs(limit), hint, variables }
}

/** How many rows there are; where `keysWillDo`, from the catalog or from index keys alone if the filter allows it. */
async function countRows(query: Query | undefined, given: Arguments, keysWillDo = true) {
  let total = 0
  const counted = keysWillDo ? query?.countKeys() : undefined
  const check = stopwatch(given.maxTimeMS)
  if (query && counted === undefined) await drain(query.rows(), check, () => (total += 1))
  return counted ?? total
}

function* shown(query?: Query, show?: (bytes: Buffer) => Uint8Array): Source<Uint8Array> {
  for (const row of query?.rows() ?? []) yield row && show ? show(row.bytes) : row?.bytes
}

const COUNT = toBytes({ $group: { _id: new Int32(1), n: { $sum: new Int32(1) } } })

/** Whether these stages only count, as countDocuments does. */
const isCount = ([stage, ...others]: readonly Doc[]): boolean =>
  stage !== undefined && others.length === 0 && toBytes(stage).equals(COUNT)

/** Compiles stages that run over what a query finds. */
function compileRest(
  { engine, db }: Context,
  stages: readonly Doc[],
  { let: variables = {}, maxTimeMS }: Arguments,
): (query: Query | undefined) => Source<Uint8Array> {
  const checkTime = stopwatch(maxTimeMS)
  /** The documents of a query in one go, for stages that need them as they come. */
  function* documents(query: Query | undefined): Generator<Doc> {
    for (const row of query?.rows() ?? []) {
      checkTime()
      if (row) yield row.doc ?? parseDoc(row.bytes)
    }
  }
  const find = (name: string, spec: QuerySpec) => documents(openQuery({ engine, db, name }, spec))
  const run = compilePipeline(stages, { variables, find })
  return function* encoded(query) {
    for (const doc of run(documents(query))) yield checkSize(toBytes(doc))
  }
}

/** Reads what is found in batches from now on. */
async function batched(context: Context, source: Source<Uint8Array>, given: Arguments) {
  const { cursors } = context.engine
  const { batchSize = 101, maxTimeMS, singleBatch = false, limit = 0 } = given
  const cursor = cursors.make(`${context.db}.${context.name}`, source, maxTimeMS)
  const { docs, id } = await cursors.read(cursor, batchSize, singleBatch || limit < 0)
  return cursorReply('firstBatch', docs, id, cursor.namespace)
}

function cursorId(value: unknown): bigint {
  insist(isNumeric(value), 9, 'a cursor id must be a number')
  return value instanceof Long ? value.toBigInt() : BigInt(Math.trunc(toNumber(value)))
}

export const readCommands: Record<string, Command> = {
  find(context, given) {
    const query = openQuery(context, querySpec(given))
    return batched(context, shown(query, compileProjection(given.projection)?.ofBytes), given)
  },
  async count(context, given) {
    return { n: await countRows(openQuery(context, querySpec(given)), given) }
  },
  /** Values of a path in the matching documents, array elements one by one, in value order. */
  async distinct(context, given) {
    const path = required(given.key, 'key')
    const seen = new Map<string, unknown>()
    const rows = openQuery(context, querySpec(given))?.rows() ?? [].values()
    await drain(rows, stopwatch(given.maxTimeMS), ({ bytes, doc }: Row) => {
      for (const value of valuesAt(doc ?? parseDoc(bytes), path)) {
        const key = valueKey(value)
        if (!seen.has(key)) seen.set(key, value)
      }
    })
    return { values: [...seen.values()].sort(compareValues) }
  },
  async aggregate(context, given) {
    const { cursor, pipeline, hint, let: variables = {} } = given
    insist(cursor, 9, "The 'cursor' option is required")
    const { spec, rest } = splitHead(required(pipeline, 'pipeline'))
    const source = compileRest(context, rest, given)
    const query = openQuery(context, { ...spec, hint, variables })
    compileSort(spec.sort ?? {})
    const options = { ...given, ...readArguments(cursor) }
    if (!isCount(rest))
      return batched(context, (rest.length === 0 ? shown : source)(query), options)
    const n = await countRows(query, given)
    const counted = n > 0 ? [toBytes({ _id: 1, n })] : []
    return batched(context, counted.values(), options)
  },
  async getMore({ engine: { cursors }, db, body }, { collection, batchSize }) {
    const namespace = `${db}.${required(collection, 'collection')}`
    const cursor = cursors.need(cursorId(body.getMore), namespace)
    const { docs, id } = await cursors.read(cursor, batchSize || Infinity)
    return cursorReply('nextBatch', docs, id, namespace)
  },
  killCursors({ engine }, { cursors }) {
    const [killed, notFound]: [Long[], Long[]] = [[], []]
    for (const id of required(cursors, 'cursors').map(cursorId))
      (engine.cursors.kill(id) ? killed : notFound).push(Long.fromBigInt(id))
    const rest = { cursorsAlive: [], cursorsUnknown: [] }
    return { cursorsKilled: killed, cursorsNotFound: notFound, ...rest }
  },
  /** The plan of a command and, unless only that is asked for, what running its query examined. */
  async explain({ engine, db, body }) {
    const { verbosity = 'allPlansExecution', explain } = body
    const command = asDoc(explain) ?? {}
    const [[verb, target] = ['']] = Object.entries(command)
    insist(EXPLAINED.test(verb), 59, `Explain failed due to unknown command: ${verb}`)
    insist(VERBOSITY.test(String(verbosity)), 2, `unknown verbosity ${String(verbosity)}`)
    const given = readArguments(command, verb)
    const spec = given.pipeline ? splitHead(given.pipeline).spec : querySpec(given)
    const query = openQuery({ engine, db, name: String(target) }, spec)
    const winningPlan = query ? planDoc(query.plan, query.unsorted) : { stage: 'EOF' }
    const namespace = `${db}.${String(target)}`
    const queryPlanner = { namespace, parsedQuery: spec.filter, winningPlan, rejectedPlans: [] }
    const reply = { explainVersion: '1', queryPlanner, command }
    if (verbosity === 'queryPlanner') return reply
    const started = performance.now()
    const nReturned = await countRows(query, given, verb === 'count')
    const executionStats = {
      executionSuccess: true,
      nReturned,
      executionTimeMillis: Math.round(performance.now() - started),
      totalKeysExamined: query?.keysExamined ?? 0,
      totalDocsExamined: query?.docsExamined ?? 0,
      executionStages: { ...winningPlan, nReturned },
    }
    return { ...reply, executionStats }
  },
}

const EXPLAINED = /^(find|count|distinct|aggregate|findAndModify)$/
const VERBOSITY = /^(queryPlanner|executionStats|allPlansExecution)$/

function planDoc({ index, reverse }: Plan, sort: Doc | undefined): Doc {
  const direction = reverse ? 'backward' : 'forward'
  const scan = index && {
    stage: 'IXSCAN',
    keyPattern: index.spec.key,
    indexName: index.name,
    isMultiKey: index.arrayPaths.length > 0,
    direction,
  }
  const found = scan ? { stage: 'FETCH', inputStage: scan } : { stage: 'COLLSCAN', direction }
  return sort ? { stage: 'SORT', sortPattern: sort, inputStage: found } : found
}
