import { Long } from 'bson'
import { readArguments, required, stopwatch, type Arguments } from './arguments.js'
import { cursorReply, parseDoc, toBytes } from './codec.js'
import type { Command, Context } from './commands.js'
import { drain, type Source } from './cursors.js'
import { compareValues, valueKey } from './encode.js'
import { insist } from './error.js'
import { compileSort } from './keys.js'
import { compileMatch, valuesAt } from './match.js'
import { pipelineSource, planPipeline, splitHead } from './pipeline.js'
import type { Plan } from './planner.js'
import { compileProjection } from './project.js'
import { Query, type QuerySpec, type Row } from './query.js'
import { asDoc, isNumeric, toNumber, type Doc } from './values.js'

/** The query part of a command; all but find call the filter a query. */
function querySpec({ limit = 0, ...given }: Arguments): QuerySpec {
  const { filter, query = {}, sort, skip, hint, let: variables = {} } = given
  return { filter: filter ?? query, sort, skip, limit: Math.abs(limit), hint, variables }
}

/** A query on the collection of a command; it is checked also where there is nothing to find. */
function openQuery({ engine, db, name }: Context, spec: QuerySpec): Query | undefined {
  const collection = engine.catalog.find(db, name)
  if (collection) return new Query(engine, collection, spec)
  compileMatch(spec.filter, spec.variables)
  compileSort(spec.sort ?? {})
  return undefined
}

/** Visits every row, giving way to other requests and watching the time limit. */
async function visit(query: Query | undefined, given: Arguments, each: (row: Row) => void) {
  const take = (row: Row) => {
    each(row)
    return true
  }
  if (query) await drain(query.rows(), stopwatch(given.maxTimeMS), take)
}

/** Counts from the catalog or from index keys alone where the filter allows it. */
async function countRows(query: Query | undefined, given: Arguments): Promise<number> {
  let total = 0
  const counted = query?.countKeys()
  if (counted === undefined) await visit(query, given, () => (total += 1))
  return counted ?? total
}

function* shown(query?: Query, show?: (bytes: Buffer) => Uint8Array): Source<Uint8Array> {
  for (const row of query?.rows() ?? []) yield row && show ? show(row.bytes) : row?.bytes
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

const onCollection: Record<string, Command> = {
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
    await visit(openQuery(context, querySpec(given)), given, ({ bytes, doc }) => {
      for (const value of valuesAt(doc ?? parseDoc(bytes), path)) {
        const key = valueKey(value)
        if (!seen.has(key)) seen.set(key, value)
      }
    })
    return { values: [...seen.values()].sort(compareValues) }
  },
}

const others: Record<string, Command> = {
  async aggregate(context, given) {
    const { cursor, pipeline } = given
    insist(cursor, 9, "The 'cursor' option is required")
    const plan = planPipeline(required(pipeline, 'pipeline'), given)
    const rest = plan.rest.length === 0 ? undefined : pipelineSource(context, plan)
    insist(context.name !== '', 73, 'this pipeline needs a collection')
    const query = !rest || plan.isCount ? openQuery(context, plan.spec) : undefined
    if (plan.isCount) {
      const n = await countRows(query, given)
      const counted = n > 0 ? [toBytes({ _id: 1, n })] : []
      return cursorReply('firstBatch', counted, 0n, `${context.db}.${context.name}`)
    }
    compileSort(plan.spec.sort ?? {})
    return batched(context, rest ?? shown(query), { ...given, ...readArguments(cursor) })
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
  explain(context) {
    const { verbosity = 'allPlansExecution', explain } = context.body
    const command = asDoc(explain) ?? {}
    const [[verb, target] = ['']] = Object.entries(command)
    insist(EXPLAINED.test(verb), 59, `Explain failed due to unknown command: ${verb}`)
    insist(VERBOSITY.test(String(verbosity)), 2, `unknown verbosity ${String(verbosity)}`)
    const given = readArguments(command, verb)
    const spec = given.pipeline ? splitHead(given.pipeline).spec : querySpec(given)
    const query = openQuery({ ...context, name: String(target) }, spec)
    const winningPlan = query ? planDoc(query.plan, query.unsorted) : { stage: 'EOF' }
    const namespace = `${context.db}.${String(target)}`
    const queryPlanner = { namespace, parsedQuery: spec.filter, winningPlan, rejectedPlans: [] }
    const reply = { explainVersion: '1', queryPlanner, command }
    if (verbosity === 'queryPlanner') return reply
    const started = performance.now()
    const counted = verb === 'count' ? query?.countKeys() : undefined
    let nReturned = counted ?? 0
    if (query && counted === undefined) for (const row of query.rows()) nReturned += row ? 1 : 0
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
    isMultiKey: index.arrayPaths.size > 0,
    direction,
  }
  const found = scan ? { stage: 'FETCH', inputStage: scan } : { stage: 'COLLSCAN', direction }
  return sort ? { stage: 'SORT', sortPattern: sort, inputStage: found } : found
}

export const readCommands = { onCollection, others }
