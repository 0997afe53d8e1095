import { Int32, Long } from 'bson'
import { docArg, docsArg, flagArg, numberArg, timeArg } from './arguments.js'
import { parseDoc } from './codec.js'
import type { Command } from './commands.js'
import { changeOf, writeError } from './commands-write.js'
import type { Engine } from './engine.js'
import { CommandError, badValue, failedToParse } from './error.js'
import { applyChange, applyDelete, checkWriteOptions, prepareDoc } from './modify.js'
import type { WriteJob } from './store.js'
import type { Doc } from './values.js'
import type { Request } from './wire.js'

const MOST_OPERATIONS = 100_000

interface Namespace {
  readonly db: string
  readonly name: string
}

/** What one operation did; `counts` go into the totals of the reply. */
interface Outcome {
  readonly row: Doc
  readonly counts: Partial<Record<keyof Totals, number>>
}

interface Totals {
  nErrors: number
  nInserted: number
  nMatched: number
  nModified: number
  nUpserted: number
  nDeleted: number
}

/** Inserts, updates and deletes over several collections in one command, as MongoDB 8 has it. */
export const bulkWrite: Command = async ({ engine, db }, body, request) => {
  if (db !== 'admin')
    throw new CommandError(
      13,
      'Unauthorized',
      'bulkWrite may only be run against the admin database.',
    )
  checkWriteOptions(body)
  const spaces = given(body, request, 'nsInfo').map(namespaceOf)
  const operations = given(body, request, 'ops')
  if (operations.length === 0 || operations.length > MOST_OPERATIONS)
    throw new CommandError(
      16,
      'InvalidLength',
      `Write batch sizes must be between 1 and ${MOST_OPERATIONS}. Got ${operations.length} operations.`,
    )
  const ordered = body.ordered !== false
  const run = () => applyAll(engine, operations, spaces, ordered, timeArg(body))
  const { totals, rows } = await engine.store.write(run)
  const shown = flagArg(body, 'errorsOnly') ? rows.filter((row) => row.ok === 0) : rows
  return {
    cursor: { id: Long.ZERO, firstBatch: shown, ns: 'admin.$cmd.bulkWrite' },
    ...totals,
    ok: 1,
  }
}

function given(body: Doc, request: Request, name: string): Doc[] {
  const sequence = request.sequences.get(name)
  return sequence ? sequence.map((bytes) => parseDoc(bytes)) : docsArg(body, name)
}

function namespaceOf(info: Doc): Namespace {
  const text = typeof info.ns === 'string' ? info.ns : ''
  const dot = text.indexOf('.')
  if (dot < 1 || dot === text.length - 1)
    throw new CommandError(73, 'InvalidNamespace', `Invalid namespace specified '${text}'`)
  return { db: text.slice(0, dot), name: text.slice(dot + 1) }
}

function* applyAll(
  engine: Engine,
  operations: readonly Doc[],
  spaces: readonly Namespace[],
  ordered: boolean,
  milliseconds: number,
): WriteJob<{ totals: Totals; rows: Doc[] }> {
  const totals = { nErrors: 0, nInserted: 0, nMatched: 0, nModified: 0, nUpserted: 0, nDeleted: 0 }
  const rows: Doc[] = []
  for (const [index, operation] of operations.entries()) {
    const idx = new Int32(index)
    try {
      const { row, counts } = yield* applyOne(engine, operation, spaces, milliseconds)
      for (const [name, count] of Object.entries(counts)) totals[name as keyof Totals] += count
      rows.push({ ok: 1, idx, ...row })
    } catch (error) {
      const { index: _index, ...refusal } = writeError(error, index)
      totals.nErrors += 1
      rows.push({ ok: 0, idx, n: 0, ...refusal })
      if (ordered) break
    }
    yield
  }
  return { totals, rows }
}

function* applyOne(
  engine: Engine,
  operation: Doc,
  spaces: readonly Namespace[],
  milliseconds: number,
): WriteJob<Outcome> {
  const [verb = ''] = Object.keys(operation)
  if (verb !== 'insert' && verb !== 'update' && verb !== 'delete')
    throw failedToParse(`BSON field 'bulkWrite.ops' holds an unknown operation: ${verb}`)
  const space = spaces[numberArg(operation, verb) ?? -1]
  if (!space) throw badValue('BulkWrite ops entry has an invalid nsInfo index')
  if (verb === 'insert') return insertOne(engine, space, operation)
  if (verb === 'update') return yield* updateOne(engine, space, operation, milliseconds)
  const change = changeOf({ ...operation, q: operation.filter, u: {} }, milliseconds)
  const { n } = yield* applyDelete(engine, space.db, space.name, change)
  return { row: { n }, counts: { nDeleted: n } }
}

function insertOne(engine: Engine, { db, name }: Namespace, operation: Doc): Outcome {
  const prepared = prepareDoc(docArg(operation, 'document') ?? {})
  engine.records.insert(engine.catalog.ensure(db, name), prepared.bytes, prepared.doc)
  return { row: { n: 1 }, counts: { nInserted: 1 } }
}

function* updateOne(
  engine: Engine,
  { db, name }: Namespace,
  operation: Doc,
  milliseconds: number,
): WriteJob<Outcome> {
  const statement = { ...operation, q: operation.filter, u: operation.updateMods }
  const changed = yield* applyChange(engine, db, name, changeOf(statement, milliseconds))
  const { matched, modified } = changed
  if (!('upsertedId' in changed))
    return {
      row: { n: matched, nModified: modified },
      counts: { nMatched: matched, nModified: modified },
    }
  const row = { n: 1, nModified: 0, upserted: { _id: changed.upsertedId } }
  return { row, counts: { nUpserted: 1 } }
}
