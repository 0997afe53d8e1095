import { timeExceeded } from './cursors.js'
import { CommandError, failedToParse, typeMismatch } from './error.js'
import { asDoc, isNumeric, toNumber, type Doc } from './values.js'

/** Readers of command fields: each refuses a wrong type as MongoDB does. */
export function textArg(body: Doc, name: string): string {
  const value = body[name]
  if (typeof value === 'string') return value
  throw typeMismatch(`BSON field '${name}' is the wrong type, expected type 'string'`)
}

/** The collection name of a command; an empty one is InvalidNamespace 73. */
export function collectionArg(body: Doc, name: string): string {
  const value = body[name]
  if (typeof value !== 'string')
    throw new CommandError(73, 'InvalidNamespace', `collection name has invalid type for '${name}'`)
  if (value === '') throw new CommandError(73, 'InvalidNamespace', 'Invalid namespace specified')
  return value
}

export function docArg(body: Doc, name: string): Doc | undefined {
  const value = body[name]
  if (value === undefined || value === null) return undefined
  const doc = asDoc(value)
  if (!doc) throw typeMismatch(`BSON field '${name}' is the wrong type, expected type 'object'`)
  return doc
}

export function listArg(body: Doc, name: string): unknown[] {
  const value = body[name]
  if (Array.isArray(value)) return value
  throw typeMismatch(`BSON field '${name}' is missing or the wrong type, expected type 'array'`)
}

export function docsArg(body: Doc, name: string): Doc[] {
  return listArg(body, name).map((value) => {
    const doc = asDoc(value)
    if (!doc) throw typeMismatch(`BSON field '${name}' must hold objects`)
    return doc
  })
}

export function numberArg(body: Doc, name: string): number | undefined {
  const value = body[name]
  if (value === undefined || value === null) return undefined
  if (!isNumeric(value))
    throw typeMismatch(`BSON field '${name}' is the wrong type, expected a number`)
  return Math.trunc(toNumber(value))
}

/** A count such as skip or batchSize, which may not be negative. */
export function countArg(body: Doc, name: string): number | undefined {
  const value = numberArg(body, name)
  if (value !== undefined && value < 0)
    throw new CommandError(
      51024,
      'Location51024',
      `BSON field '${name}' value must be >= 0, actual value '${value}'`,
    )
  return value
}

export function flagArg(body: Doc, name: string): boolean {
  const value = body[name]
  if (value === undefined || value === null) return false
  if (typeof value === 'boolean') return value
  if (isNumeric(value)) return toNumber(value) !== 0
  throw typeMismatch(`BSON field '${name}' is the wrong type, expected type 'bool'`)
}

/** maxTimeMS in milliseconds; Infinity when it is absent or 0. */
export function timeArg(body: Doc): number {
  const limit = numberArg(body, 'maxTimeMS') ?? 0
  if (limit < 0 || limit > 2_147_483_647)
    throw failedToParse(`${limit} value for maxTimeMS is out of range`)
  return limit === 0 ? Infinity : limit
}

/** A function that throws MaxTimeMSExpired 50 once the time of the command is over. */
export function stopwatch(milliseconds: number): () => void {
  if (milliseconds === Infinity) return () => undefined
  const until = performance.now() + milliseconds
  return () => {
    if (performance.now() > until) throw timeExceeded()
  }
}
