import { CommandError, insist, notSupported } from './error.js'
import { asDoc, isNullish, isNumeric, toNumber, type Doc } from './values.js'

/** Readers of command fields: each refuses a wrong type as MongoDB does. */
const expect = (isRight: boolean, name: string, type: string) => {
  insist(isRight, 14, `BSON field '${name}' is the wrong type, expected type '${type}'`)
}

export function textArg(body: Doc, name: string): string {
  const value = body[name]
  expect(typeof value === 'string', name, 'string')
  return value as string
}

/** The collection a command names in its first field; a wrong or empty name is InvalidNamespace 73. */
export function collectionArg(body: Doc): string {
  const [name] = Object.values(body)
  insist(typeof name === 'string' && name !== '', 73, 'Invalid namespace specified')
  return name
}

export function docArg(body: Doc, name: string): Doc | undefined {
  const value = body[name]
  if (isNullish(value)) return undefined
  const doc = asDoc(value)
  expect(doc !== undefined, name, 'object')
  return doc
}

export function listArg(body: Doc, name: string): readonly unknown[] {
  const value = body[name]
  expect(Array.isArray(value), name, 'array')
  return value as unknown[]
}

export function docsArg(body: Doc, name: string): Doc[] {
  const docs = listArg(body, name).map(asDoc)
  expect(!docs.includes(undefined), name, 'array of objects')
  return docs as Doc[]
}

/** Without its fraction. */
export function numberArg(body: Doc, name: string): number | undefined {
  const value = body[name]
  if (isNullish(value)) return undefined
  expect(isNumeric(value), name, 'number')
  return Math.trunc(toNumber(value as number))
}

/** A count such as skip or batchSize, which may not be negative. */
export function countArg(body: Doc, name: string): number | undefined {
  const value = numberArg(body, name)
  insist(value === undefined || value >= 0, 51_024, `BSON field '${name}' value must be >= 0`)
  return value
}

export function flagArg(body: Doc, name: string): boolean {
  const value = body[name]
  expect(isNullish(value) || typeof value === 'boolean' || isNumeric(value), name, 'bool')
  return isNumeric(value) ? toNumber(value) !== 0 : value === true
}

/** maxTimeMS in milliseconds; Infinity when it is absent or 0. */
export function timeArg(body: Doc): number {
  const limit = numberArg(body, 'maxTimeMS') ?? 0
  insist(limit >= 0 && limit <= 2_147_483_647, 9, `${limit} value for maxTimeMS is out of range`)
  return limit === 0 ? Infinity : limit
}

export const timeExceeded = () => new CommandError(50, 'operation exceeded time limit')

/** A function that throws MaxTimeMSExpired 50 once the time of the command is over. */
export function stopwatch(milliseconds: number): () => void {
  const until = performance.now() + milliseconds
  return () => {
    if (performance.now() > until) throw timeExceeded()
  }
}

/** Only MongoDB's own binary order is kept here; any other collation is refused. */
export function checkCollation(body: Doc): void {
  const collation = asDoc(body.collation) ?? {}
  if (Object.keys(collation).length > 0 && collation.locale !== 'simple')
    throw notSupported('a collation')
}
