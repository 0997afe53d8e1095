import { insist, notSupported } from './error.js'
import { asDoc, flagOf, isNullish, isNumeric, toNumber, type Doc } from './values.js'

/** Reads one field; refuses a wrong type as MongoDB does. */
type Reader<T> = (value: unknown, name: string) => T

const typed =
  <T>(type: string, read: (value: unknown) => T | undefined): Reader<T> =>
  (value, name) => {
    const found = read(value)
    const said = `BSON field '${name}' is the wrong type, expected type '${type}'`
    insist(found !== undefined, 14, said)
    return found
  }

const text = typed('string', (value) => (typeof value === 'string' ? value : undefined))
const doc = typed('object', asDoc)
const list = typed('array', (value) => (Array.isArray(value) ? (value as unknown[]) : undefined))
const docs: Reader<Doc[]> = (value, name) => list(value, name).map((one) => doc(one, name))
const number = typed('number', (value) => (isNumeric(value) ? toNumber(value) : undefined))
const whole: Reader<number> = (value, name) => Math.trunc(number(value, name))
const flag = typed('bool', flagOf)

const count: Reader<number> = (value, name) => {
  const read = whole(value, name)
  insist(read >= 0, 51_024, `BSON field '${name}' value must be >= 0`)
  return read
}

/** In milliseconds; 0 stands for no limit. */
const time: Reader<number> = (value, name) => {
  const read = whole(value, name)
  insist(read >= 0 && read <= 2_147_483_647, 9, `${read} value for ${name} is out of range`)
  return read || Infinity
}

/** Only MongoDB's own binary order is kept here. */
const collation: Reader<undefined> = (value) => {
  const given = asDoc(value) ?? {}
  if (given.locale !== 'simple' && Object.keys(given).length > 0) throw notSupported('a collation')
}

/** What only a replica set can promise is refused. */
const concern: Reader<undefined> = (value) => {
  const { w = 1, level = 'local' } = asDoc(value) ?? {}
  const isLocal = ['local', 'available', 'majority'].includes(String(level))
  insist(isLocal, 123, 'node needs to be a replica set member to use read concern')
  insist(w === 'majority' || Number(w) <= 1, 2, "cannot use 'w' > 1 when a host is not replicated")
}

const transaction: Reader<undefined> = () => {
  insist(false, 20, 'Transaction numbers are only allowed on a replica set member or mongos')
}

const refused: Reader<undefined> = (value, name) => {
  const isAsked = Object.keys(asDoc(value) ?? [value]).length > 0 && value !== false
  if (isAsked) throw notSupported(`the option '${name}'`)
}

const asIs: Reader<unknown> = (value) => value
const each = <T, N extends string>(read: Reader<T>, ...names: N[]) =>
  Object.fromEntries(names.map((name) => [name, read])) as Record<N, Reader<T>>

/** What the fields of commands and of their statements are; those not named here are as they come, or of no effect. */
const FIELDS = {
  ...each(doc, 'filter', 'query', 'q', 'sort', 'projection', 'fields', 'let', 'cursor'),
  ...each(docs, 'pipeline', 'indexes', 'documents', 'updates', 'deletes', 'arrayFilters'),
  ...each(list, 'cursors'),
  ...each(text, 'key', 'collection'),
  ...each(count, 'skip', 'batchSize'),
  ...each(whole, 'limit'),
  ...each(time, 'maxTimeMS'),
  ...each(flag, 'multi', 'upsert', 'new', 'remove', 'ordered', 'singleBatch', 'nameOnly'),
  ...each(flag, 'bypassDocumentValidation', 'unique', 'sparse'),
  ...each(doc, 'partialFilterExpression'),
  ...each(number, 'expireAfterSeconds'),
  ...each(asIs, 'hint', 'u', 'update', 'index'),
  ...each(collation, 'collation'),
  ...each(concern, 'writeConcern', 'readConcern'),
  ...each(transaction, 'txnNumber', 'startTransaction'),
  ...each(refused, 'tailable', 'awaitData', 'returnKey', 'showRecordId', 'min', 'max', 'capped'),
  ...each(refused, 'timeseries', 'viewOn', 'validator', 'clusteredIndex', 'encryptedFields'),
  ...each(refused, 'hidden'),
}

/** The fields of a command, or of a statement in it, read and checked. */
export type Arguments = {
  readonly [N in keyof typeof FIELDS]?: ReturnType<(typeof FIELDS)[N]> | undefined
}

/** Reads all fields that are there and not null, but for `verb`, whose value is what the command works on. */
export function readArguments(fields: Doc, verb?: string): Arguments {
  const read: Doc = {}
  for (const [name, value] of Object.entries(fields))
    if (name !== verb && !isNullish(value) && Object.hasOwn(FIELDS, name))
      read[name] = FIELDS[name as keyof typeof FIELDS](value, name)
  return read
}

/** A field that the command can't do without. */
export function required<T>(value: T | undefined, name: string): T {
  insist(value !== undefined, 40_414, `BSON field '${name}' is missing but a required field`)
  return value
}

/** A function that throws MaxTimeMSExpired 50 once the time of the command is over. */
export function stopwatch(milliseconds = Infinity): () => void {
  const until = performance.now() + milliseconds
  return () => {
    insist(performance.now() <= until, 50, 'operation exceeded time limit')
  }
}
