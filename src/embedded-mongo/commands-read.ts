import { Long } from 'bson'
import {
  checkCollation,
  collectionArg,
  countArg,
  docArg,
  docsArg,
  flagArg,
  listArg,
  numberArg,
  textArg,
  timeArg,
} from './arguments.js'
import { cursorReply, parseDoc, toBytes } from './codec.js'
import type { Command, Context } from './commands.js'
import { allowance, drain, type Source } from './cursors.js'
import { compareValues, valueKey } from './encode.js'
import { insist, notSupported } from './error.js'
import { compileMatch } from './match.js'
import { pipelineSource, planPipeline } from './pipeline.js'
import { compileProjection } from './project.js'
import { Query, type QuerySpec, type Row } from './query.js'
import { asDoc, fieldOf, isNumeric, toNumber, type Doc } from './values.js'

const REFUSED_OPTIONS = ['tailable', 'awaitData', 'returnKey', 'showRecordId', 'min', 'max']

export const find: Command = async (context, body) => {
  const name = collectionArg(body)
  const spec = findSpec(body)
  const single = flagArg(body, 'singleBatch') || (numberArg(body, 'limit') ?? 0) < 0
  const source = findSource(context, name, spec, docArg(body, 'projection'))
  return answer(context, name, source, countArg(body, 'batchSize'), timeArg(body), single)
}

/** The query part of a find or of a count, distinct or explain, which call the filter a query. */
export function findSpec(body: Doc): QuerySpec {
  for (const option of REFUSED_OPTIONS)
    if (body[option]) throw notSupported(`find option '${option}'`)
  checkCollation(body)
  return {
    filter: docArg(body, 'filter') ?? docArg(body, 'query') ?? {},
    sort: docArg(body, 'sort'),
    skip: countArg(body, 'skip') ?? 0,
    limit: Math.abs(numberArg(body, 'limit') ?? 0),
    hint: body.hint ?? undefined,
    environment: { now: new Date(), variables: docArg(body, 'let') ?? {} },
  }
}

/** A query on a collection; a filter is checked also where there is nothing to find. */
export function openQuery(
  { engine, db }: Context,
  name: string,
  spec: QuerySpec,
): Query | undefined {
  const collection = engine.catalog.find(db, name)
  if (collection) return new Query(engine, collection, spec)
  compileMatch(spec.filter, spec.environment)
  return undefined
}

function findSource(
  context: Context,
  name: string,
  spec: QuerySpec,
  projection: Doc | undefined,
): Source<Uint8Array> {
  const show = compileProjection(projection, spec.filter)?.ofBytes
  const query = openQuery(context, name, spec)
  function* shown(): Generator<Uint8Array | undefined> {
    if (!query) return
    for (const row of query.rows()) yield row && show ? show(row.bytes) : row?.bytes
  }
  return { steps: shown(), park: () => query?.walk.park() }
}

async function answer(
  context: Context,
  name: string,
  source: Source<Uint8Array>,
  batchSize: number | undefined,
  milliseconds: number,
  single = false,
): Promise<Buffer> {
  const { cursors } = context.engine
  const namespace = `${context.db}.${name}`
  const cursor = cursors.start(namespace, source, milliseconds)
  const { docs, finished } = await cursors.read(cursor, batchSize, single)
  return cursorReply('firstBatch', docs, finished ? 0n : cursor.id, namespace)
}

export const getMore: Command = async ({ engine, db }, body) => {
  const namespace = `${db}.${textArg(body, 'collection')}`
  const id = cursorId(body.getMore)
  const cursor = engine.cursors.find(id, namespace)
  const batch = await engine.cursors.read(cursor, countArg(body, 'batchSize') || Infinity)
  return cursorReply('nextBatch', batch.docs, batch.finished ? 0n : id, namespace)
}

function cursorId(value: unknown): bigint {
  insist(isNumeric(value), 9, "Field 'getMore' must be a cursor id")
  return value instanceof Long ? value.toBigInt() : BigInt(Math.trunc(toNumber(value)))
}

export const killCursors: Command = ({ engine }, body) => {
  const cursorsKilled: Long[] = []
  const cursorsNotFound: Long[] = []
  for (const id of listArg(body, 'cursors').map(cursorId)) {
    const list = engine.cursors.kill(id) ? cursorsKilled : cursorsNotFound
    list.push(Long.fromBigInt(id))
  }
  return { cursorsKilled, cursorsNotFound, cursorsAlive: [], cursorsUnknown: [], ok: 1 }
}

export const count: Command = async (context, body) => {
  const n = await countMatching(context, collectionArg(body), findSpec(body), timeArg(body))
  return { n, ok: 1 }
}

/** Counts from the catalog or from index keys alone where the filter allows it. */
async function countMatching(
  context: Context,
  name: string,
  spec: QuerySpec,
  milliseconds: number,
): Promise<number> {
  const query = openQuery(context, name, spec)
  const counted = query?.countKeys()
  if (counted !== undefined) return counted
  let total = 0
  await eachRow(query, milliseconds, () => (total += 1))
  return total
}

/** Visits every row, giving way to other requests and watching the time limit. */
async function eachRow(
  query: Query | undefined,
  milliseconds: number,
  visit: (row: Row) => void,
): Promise<void> {
  if (!query) return
  const park = () => query.walk.park()
  try {
    await drain({ steps: query.rows(), park }, allowance(milliseconds), (row) => {
      visit(row)
      return true
    })
  } finally {
    park()
  }
}

/** Values of a path in the matching documents, array elements one by one, in value order. */
export const distinct: Command = async (context, body) => {
  const names = textArg(body, 'key').split('.')
  const query = openQuery(context, collectionArg(body), findSpec(body))
  const seen = new Map<string, unknown>()
  await eachRow(query, timeArg(body), ({ bytes, doc }) => {
    for (const value of valuesAt(doc ?? parseDoc(bytes), names)) {
      const key = valueKey(value)
      if (!seen.has(key)) seen.set(key, value)
    }
  })
  return { values: [...seen.values()].sort(compareValues), ok: 1 }
}

function valuesAt(value: unknown, names: readonly string[]): unknown[] {
  const [name, ...rest] = names
  if (name === undefined) {
    if (Array.isArray(value)) return value as unknown[]
    return value === undefined ? [] : [value]
  }
  if (!Array.isArray(value)) return valuesAt(fieldOf(asDoc(value) ?? {}, name), rest)
  const inside = value.flatMap((item) => (asDoc(item) ? valuesAt(item, names) : []))
  return /^\d+$/.test(name) ? [...inside, ...valuesAt(value[Number(name)], rest)] : inside
}

export const aggregate: Command = async (context, body) => {
  checkCollation(body)
  const stages = docsArg(body, 'pipeline')
  const options = docArg(body, 'cursor')
  insist(options ?? flagArg(body, 'explain'), 9, "The 'cursor' option is required")
  const name = collectionArg(body)
  const pipeline = planPipeline(stages, body)
  if (pipeline.isCount) {
    const n = await countMatching(context, name, pipeline.spec, timeArg(body))
    const counted = n > 0 ? [toBytes({ _id: 1, n })] : []
    return cursorReply('firstBatch', counted, 0n, `${context.db}.${name}`)
  }
  const isFind = pipeline.rest.length === 0
  const source = isFind
    ? findSource(context, name, pipeline.spec, undefined)
    : pipelineSource(context, name, pipeline)
  return answer(context, name, source, options && countArg(options, 'batchSize'), timeArg(body))
}
