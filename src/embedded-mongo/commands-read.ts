import { Long } from 'bson'
import { readArguments, required, type Arguments } from './arguments.js'
import { cursorReply, parseDoc, toBytes } from './codec.js'
import type { Command, Context } from './commands.js'
import { allowance, drain, type Source } from './cursors.js'
import { compareValues, valueKey } from './encode.js'
import { insist } from './error.js'
import { valuesAt } from './expression.js'
import { compileMatch } from './match.js'
import { pipelineSource, planPipeline } from './pipeline.js'
import { compileProjection } from './project.js'
import { Query, type QuerySpec, type Row } from './query.js'
import { isNumeric, toNumber, type Doc } from './values.js'

/** The query part of find, count, distinct and findAndModify; all but the first call the filter a query. */
export function querySpec({ limit = 0, ...given }: Arguments): QuerySpec {
  const { filter, query, sort, skip, hint, let: variables = {} } = given
  const environment = { now: new Date(), variables }
  return { filter: filter ?? query ?? {}, sort, skip, limit: Math.abs(limit), hint, environment }
}

/** A query on the collection of a command; a filter is checked also where there is nothing to find. */
export function openQuery({ engine, db, name }: Context, spec: QuerySpec): Query | undefined {
  const collection = engine.catalog.find(db, name)
  if (collection) return new Query(engine, collection, spec)
  compileMatch(spec.filter, spec.environment)
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

function projected(context: Context, spec: QuerySpec, projection?: Doc): Source<Uint8Array> {
  const show = compileProjection(projection)?.ofBytes
  return shown(openQuery(context, spec), show)
}

function* shown(
  query: Query | undefined,
  show: ((bytes: Buffer) => Uint8Array) | undefined,
): Generator<Uint8Array | undefined> {
  for (const row of query?.rows() ?? []) yield row && show ? show(row.bytes) : row?.bytes
}

async function firstBatch(
  { engine, db, name }: Context,
  source: Source<Uint8Array>,
  { batchSize, maxTimeMS, singleBatch = false, limit = 0 }: Arguments,
): Promise<Buffer> {
  const namespace = `${db}.${name}`
  const options = { size: batchSize, milliseconds: maxTimeMS, single: singleBatch || limit < 0 }
  const { docs, id } = await engine.cursors.start(namespace, source, options)
  return cursorReply('firstBatch', docs, id, namespace)
}

export const find: Command = (context, given) => {
  const source = projected(context, querySpec(given), given.projection)
  return firstBatch(context, source, given)
}

export const getMore: Command = async ({ engine, db, body }, { collection, batchSize }) => {
  const namespace = `${db}.${required(collection, 'collection')}`
  const id = cursorId(body.getMore)
  const batch = await engine.cursors.more(id, namespace, batchSize || Infinity)
  return cursorReply('nextBatch', batch.docs, batch.id, namespace)
}

function cursorId(value: unknown): bigint {
  insist(isNumeric(value), 9, "Field 'getMore' must be a cursor id")
  return value instanceof Long ? value.toBigInt() : BigInt(Math.trunc(toNumber(value)))
}

export const killCursors: Command = ({ engine }, { cursors }) => {
  const cursorsKilled: Long[] = []
  const cursorsNotFound: Long[] = []
  for (const id of required(cursors, 'cursors').map(cursorId)) {
    const list = engine.cursors.kill(id) ? cursorsKilled : cursorsNotFound
    list.push(Long.fromBigInt(id))
  }
  return { cursorsKilled, cursorsNotFound, cursorsAlive: [], cursorsUnknown: [] }
}

export const count: Command = async (context, given) => ({
  n: await countRows(openQuery(context, querySpec(given)), given),
})

/** Counts from the catalog or from index keys alone where the filter allows it. */
async function countRows(query: Query | undefined, given: Arguments): Promise<number> {
  let total = 0
  const counted = query?.countKeys()
  if (counted === undefined) await visit(query, given, () => (total += 1))
  return counted ?? total
}

/** Values of a path in the matching documents, array elements one by one, in value order. */
export const distinct: Command = async (context, given) => {
  const names = required(given.key, 'key').split('.')
  const seen = new Map<string, unknown>()
  await visit(openQuery(context, querySpec(given)), given, ({ bytes, doc }) => {
    for (const value of valuesAt(doc ?? parseDoc(bytes), names)) {
      const key = valueKey(value)
      if (!seen.has(key)) seen.set(key, value)
    }
  })
  return { values: [...seen.values()].sort(compareValues) }
}

export const aggregate: Command = async (context, given) => {
  const { cursor, pipeline } = given
  insist(cursor, 9, "The 'cursor' option is required")
  const plan = planPipeline(required(pipeline, 'pipeline'), given)
  const rest = plan.rest.length === 0 ? undefined : pipelineSource(context, plan)
  insist(context.name !== '', 73, 'this pipeline needs a collection')
  if (plan.isCount) {
    const n = await countRows(openQuery(context, plan.spec), given)
    const counted = n > 0 ? [toBytes({ _id: 1, n })] : []
    return cursorReply('firstBatch', counted, 0n, `${context.db}.${context.name}`)
  }
  return firstBatch(context, rest ?? projected(context, plan.spec), {
    ...given,
    ...readArguments(cursor),
  })
}
