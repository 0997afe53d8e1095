import { Long } from 'bson'
import {
  collectionArg,
  countArg,
  docArg,
  docsArg,
  flagArg,
  listArg,
  numberArg,
  stopwatch,
  textArg,
  timeArg,
} from './arguments.js'
import { cursorReply, parseDoc, toBytes } from './codec.js'
import type { Command, Context } from './commands.js'
import type { Source } from './cursors.js'
import type { Engine } from './engine.js'
import { badValue, CommandError, failedToParse } from './error.js'
import { explainQuery } from './explain.js'
import { checkCollation } from './index-spec.js'
import { distinctValues } from './distinct.js'
import { compileCut } from './fields.js'
import { compileMatch } from './match.js'
import { NO_COLLECTION, pipelineSource, planPipeline } from './pipeline.js'
import { compileProjection } from './project.js'
import { Query, type QuerySpec } from './query.js'
import { isNumeric, toNumber, type Doc } from './values.js'

export const find: Command = async (context, body) => {
  const name = collectionArg(body, 'find')
  const spec = findSpec(body)
  const batchSize = countArg(body, 'batchSize')
  const limit = numberArg(body, 'limit') ?? 0
  const single = flagArg(body, 'singleBatch') || limit < 0
  const source = findSource(context.engine, context.db, name, spec, docArg(body, 'projection'))
  return answer(context, name, source, batchSize, single, timeArg(body))
}

/** The query part of a find or a find-like explain. */
export function findSpec(body: Doc): QuerySpec {
  for (const option of ['tailable', 'awaitData', 'returnKey', 'showRecordId', 'min', 'max'])
    if (body[option] !== undefined && body[option] !== false)
      throw new CommandError(115, 'CommandNotSupported', `find option '${option}' is not supported`)
  checkCollation(body.collation)
  return {
    filter: docArg(body, 'filter') ?? {},
    sort: docArg(body, 'sort'),
    skip: countArg(body, 'skip') ?? 0,
    limit: Math.abs(numberArg(body, 'limit') ?? 0),
    hint: body.hint ?? undefined,
    environment: { now: new Date(), variables: docArg(body, 'let') ?? {} },
  }
}

const NOTHING: Source = { documents: [][Symbol.iterator](), park: () => undefined }

function findSource(
  engine: Engine,
  db: string,
  name: string,
  spec: QuerySpec,
  projection: Doc | undefined,
): Source {
  const project = compileProjection(projection, spec.filter)
  const collection = engine.catalog.find(db, name)
  if (!collection) {
    compileMatch(spec.filter, spec.environment)
    return NOTHING
  }
  const query = new Query(engine, collection, spec)
  const shown =
    project && (compileCut(projection ?? {}) ?? ((bytes) => toBytes(project(parseDoc(bytes)))))
  return { documents: projected(query, shown), park: () => query.walk.park() }
}

function* projected(
  query: Query,
  shown: ((bytes: Buffer) => Buffer) | undefined,
): Generator<Uint8Array | undefined> {
  for (const row of query.rows()) yield row && (shown ? shown(row.bytes) : row.bytes)
}

async function answer(
  context: Context,
  name: string,
  source: Source,
  batchSize: number | undefined,
  single: boolean,
  milliseconds: number,
): Promise<Buffer> {
  const { cursors } = context.engine
  const namespace = `${context.db}.${name}`
  const cursor = cursors.start(namespace, source, milliseconds)
  const { docs, finished } = await cursors.read(cursor, batchSize, true, single)
  return cursorReply('firstBatch', docs, finished ? 0n : cursor.id, namespace)
}

export const getMore: Command = async (context, body) => {
  const { cursors } = context.engine
  const namespace = `${context.db}.${textArg(body, 'collection')}`
  const id = cursorId(body.getMore)
  const cursor = cursors.find(id, namespace)
  const { docs, finished } = await cursors.read(
    cursor,
    countArg(body, 'batchSize') || undefined,
    false,
  )
  return cursorReply('nextBatch', docs, finished ? 0n : id, namespace)
}

function cursorId(value: unknown): bigint {
  if (value instanceof Long) return value.toBigInt()
  if (isNumeric(value)) return BigInt(Math.trunc(toNumber(value)))
  throw failedToParse("Field 'getMore' must be a cursor id")
}

export const killCursors: Command = ({ engine }, body) => {
  const killed: Long[] = []
  const missing: Long[] = []
  for (const value of listArg(body, 'cursors')) {
    const id = cursorId(value)
    ;(engine.cursors.kill(id) ? killed : missing).push(Long.fromBigInt(id))
  }
  return {
    cursorsKilled: killed,
    cursorsNotFound: missing,
    cursorsAlive: [],
    cursorsUnknown: [],
    ok: 1,
  }
}

export const count: Command = async (context, body) => {
  const name = collectionArg(body, 'count')
  checkCollation(body.collation)
  const spec = {
    filter: docArg(body, 'query') ?? {},
    skip: countArg(body, 'skip') ?? 0,
    limit: Math.abs(numberArg(body, 'limit') ?? 0),
    hint: body.hint ?? undefined,
  }
  return { n: await countMatching(context, name, spec, timeArg(body)), ok: 1 }
}

/** Counts from the catalog or from index keys alone where the filter allows it. */
async function countMatching(
  { engine, db }: Context,
  name: string,
  spec: QuerySpec,
  milliseconds: number,
): Promise<number> {
  const collection = engine.catalog.find(db, name)
  if (!collection) {
    compileMatch(spec.filter, spec.environment)
    return 0
  }
  const query = new Query(engine, collection, spec)
  const counted = query.countKeys()
  if (counted !== undefined) return counted
  let total = 0
  await eachRow(query, milliseconds, () => {
    total += 1
  })
  return total
}

const SLICE_MILLISECONDS = 12

/** Visits every row, giving way to other requests and watching the time limit. */
export async function eachRow(
  query: Query,
  milliseconds: number,
  visit: (row: { bytes: Buffer; doc?: Doc | undefined }) => void,
): Promise<void> {
  const check = stopwatch(milliseconds)
  let steps = 0
  let sliceStart = performance.now()
  try {
    for (const row of query.rows()) {
      if (row) visit(row)
      steps += 1
      if ((steps & 31) !== 0 || performance.now() - sliceStart < SLICE_MILLISECONDS) continue
      check()
      query.walk.park()
      await new Promise((resume) => setImmediate(resume))
      sliceStart = performance.now()
    }
  } finally {
    query.walk.park()
  }
}

export const distinct: Command = async (context, body) => {
  const name = collectionArg(body, 'distinct')
  checkCollation(body.collation)
  const path = textArg(body, 'key')
  const spec = { filter: docArg(body, 'query') ?? {}, hint: body.hint ?? undefined }
  const collection = context.engine.catalog.find(context.db, name)
  compileMatch(spec.filter)
  const values = collection
    ? await distinctValues(context.engine, collection, spec, path, timeArg(body))
    : []
  return { values, ok: 1 }
}

export const aggregate: Command = async (context, body) => {
  checkCollation(body.collation)
  const stages = docsArg(body, 'pipeline')
  const options = docArg(body, 'cursor')
  if (!options && !flagArg(body, 'explain'))
    throw failedToParse(
      "The 'cursor' option is required, except for aggregate with the explain argument",
    )
  const name = aggregateName(body, 'aggregate')
  const pipeline = planPipeline(context, name, stages, body)
  if (pipeline.countAs) {
    const n = await countMatching(context, name, pipeline.spec, timeArg(body))
    const counted = n > 0 ? [toBytes(pipeline.countAs(n))] : []
    return cursorReply('firstBatch', counted, 0n, `${context.db}.${name}`)
  }
  const source =
    pipeline.rest.length === 0 && name !== NO_COLLECTION
      ? findSource(context.engine, context.db, name, pipeline.spec, undefined)
      : pipelineSource(context, name, pipeline)
  const batchSize = options && countArg(options, 'batchSize')
  return answer(context, name, source, batchSize, false, timeArg(body))
}

/** The collection of a command that names it in its first field. */
export function aggregateName(command: Doc, verb: string): string {
  return typeof command[verb] === 'string' ? collectionArg(command, verb) : NO_COLLECTION
}

export const explain: Command = (context, body) => {
  const inner = docArg(body, 'explain')
  if (!inner) throw badValue("the 'explain' command needs a command to explain")
  const verbosity = body.verbosity ?? 'allPlansExecution'
  if (!['queryPlanner', 'executionStats', 'allPlansExecution'].includes(verbosity as string))
    throw badValue(
      `verbosity string must be one of {'queryPlanner', 'executionStats', 'allPlansExecution'}`,
    )
  return explainQuery(context, inner, verbosity as string)
}
