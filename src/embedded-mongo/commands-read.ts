import { Long } from 'bson'
import { readArguments, required, type Arguments } from './arguments.js'
import { cursorReply, parseDoc, toBytes } from './codec.js'
import type { Command, Context } from './commands.js'
import { allowance, drain, type Source } from './cursors.js'
import { compareValues, valueKey } from './encode.js'
import { insist } from './error.js'
import { compileSort } from './keys.js'
import { compileMatch, valuesAt } from './match.js'
import { pipelineSource, planPipeline, splitHead } from './pipeline.js'
import type { Plan } from './planner.js'
import { compileProjection } from './project.js'
import { Query, type QuerySpec, type Row } from './query.js'
import { asDoc, isNumeric, toNumber, type Doc } from './values.js'

/** The query part of commands and statements, which call their filter by different names. */
function querySpec({ limit = 0, ...given }: Arguments): QuerySpec {
  const { filter, query, q, sort, skip, hint, let: variables = {} } = given
  const wanted = filter ?? query ?? q ?? {}
  return { filter: wanted, sort, skip, limit: Math.abs(limit), hint, variables }
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
async function visit(
  query: Query | undefined,
  { maxTimeMS }: Arguments,
  each: (row: Row) => void,
): Promise<void> {
  if (!query) return
  await drain(query.rows(), allowance(maxTimeMS), (row) => {
    each(row)
    return true
  })
}

/** Counts from the catalog or from index keys alone where the filter allows it. */
async function countRows(query: Query | undefined, given: Arguments): Promise<number> {
  let total = 0
  const counted = query?.countKeys()
  if (counted === undefined) await visit(query, given, () => (total += 1))
  return counted ?? total
}

function* shown(
  query: Query | undefined,
  show?: (bytes: Buffer) => Uint8Array,
): Generator<Uint8Array | undefined> {
  for (const row of query?.rows() ?? []) yield row && show ? show(row.bytes) : row?.bytes
}

async function firstBatch(
  { engine: { cursors }, db, name }: Context,
  source: Source<Uint8Array>,
  { batchSize = 101, maxTimeMS, singleBatch = false, limit = 0 }: Arguments,
): Promise<Buffer> {
  const cursor = cursors.make(`${db}.${name}`, source, maxTimeMS)
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
    return firstBatch(context, shown(query, compileProjection(given.projection)?.ofBytes), given)
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
    return firstBatch(context, rest ?? shown(query), { ...given, ...readArguments(cursor) })
  },

  async getMore({ engine: { cursors }, db, body }, { collection, batchSize }) {
    const namespace = `${db}.${required(collection, 'collection')}`
    const cursor = cursors.need(cursorId(body.getMore), namespace)
    const { docs, id } = await cursors.read(cursor, batchSize || Infinity)
    return cursorReply('nextBatch', docs, id, namespace)
  },

  killCursors({ engine }, { cursors }) {
    const cursorsKilled: Long[] = []
    const cursorsNotFound: Long[] = []
    for (const id of required(cursors, 'cursors').map(cursorId)) {
      const list = engine.cursors.kill(id) ? cursorsKilled : cursorsNotFound
      list.push(Long.fromBigInt(id))
    }
    return { cursorsKilled, cursorsNotFound, cursorsAlive: [], cursorsUnknown: [] }
  },

  /** The plan of a command and, unless only that is asked for, what running its query examined. */
  explain(context) {
    const { verbosity = 'allPlansExecution', explain } = context.body
    const command = asDoc(explain)
    insist(command, 2, "the 'explain' command needs a command to explain")
    const isKnown = /^(queryPlanner|executionStats|allPlansExecution)$/.test(String(verbosity))
    insist(isKnown, 2, 'verbosity must be queryPlanner, executionStats or allPlansExecution')
    const [[verb, target] = ['']] = Object.entries(command)
    const name = String(target)
    const spec = explainedSpec(verb, command)
    const query = openQuery({ ...context, name }, spec)
    const winningPlan = query ? planDoc(query.plan, query.unsorted) : { stage: 'EOF' }
    const namespace = `${context.db}.${name}`
    const queryPlanner = { namespace, parsedQuery: spec.filter, winningPlan, rejectedPlans: [] }
    const reply: Doc = { explainVersion: '1', queryPlanner, command }
    if (verbosity === 'queryPlanner') return reply
    const started = performance.now()
    const counted = verb === 'count' ? query?.countKeys() : undefined
    let nReturned = counted ?? 0
    if (query && counted === undefined) for (const row of query.rows()) nReturned += row ? 1 : 0
    reply.executionStats = {
      executionSuccess: true,
      nReturned,
      executionTimeMillis: Math.round(performance.now() - started),
      totalKeysExamined: query?.keysExamined ?? 0,
      totalDocsExamined: query?.docsExamined ?? 0,
      executionStages: { ...winningPlan, nReturned },
    }
    return reply
  },
}

function explainedSpec(verb: string, command: Doc): QuerySpec {
  const isKnown = /^(find|count|distinct|aggregate|update|delete|findAndModify)$/.test(verb)
  insist(isKnown, 59, `Explain failed due to unknown command: ${verb}`)
  const given = readArguments(command, verb)
  if (given.pipeline) return splitHead(given.pipeline).spec
  const [statement] = given.updates ?? given.deletes ?? []
  return querySpec(statement ? readArguments(statement) : given)
}

function planDoc({ index, reverse, ranges }: Plan, sort: Doc | undefined): Doc {
  const direction = reverse ? 'backward' : 'forward'
  const scan = index && {
    stage: 'IXSCAN',
    keyPattern: index.spec.key,
    indexName: index.name,
    isMultiKey: index.arrayPaths.size > 0,
    isUnique: index.unique,
    isSparse: index.sparse,
    isPartial: index.partial !== undefined,
    direction,
    ranges: ranges.length,
  }
  const found = scan ? { stage: 'FETCH', inputStage: scan } : { stage: 'COLLSCAN', direction }
  return sort ? { stage: 'SORT', sortPattern: sort, inputStage: found } : found
}

export const readCommands = { onCollection, others }
