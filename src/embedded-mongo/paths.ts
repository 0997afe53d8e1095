import { asDoc, type Doc } from './values.js'

/** What a table has under a name that came from outside; nothing of the prototype. */
export const entryOf = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined

/** One field of a document; names such as `constructor` never reach the prototype. */
export function fieldOf(doc: Doc, name: string): unknown {
  const value = doc[name]
  return value !== undefined && name in Object.prototype && !Object.hasOwn(doc, name)
    ? undefined
    : value
}

/** One field of what may be a document. */
export function fieldIn(value: unknown, name: string): unknown {
  const doc = asDoc(value)
  return doc && fieldOf(doc, name)
}

/** A field of a document or an element of an array. */
export const memberOf = (value: unknown, name: string): unknown =>
  Array.isArray(value) ? (value[positionOf(name) ?? -1] as unknown) : fieldIn(value, name)

/** Sets a field as an own property whatever its name, `__proto__` included; `undefined` takes it out. */
export function setField(doc: Doc, name: string, value: unknown): void {
  if (value === undefined) Reflect.deleteProperty(doc, name)
  else if (name !== '__proto__') doc[name] = value
  else Object.defineProperty(doc, name, { ...ORDINARY, value })
}
const ORDINARY = { enumerable: true, configurable: true, writable: true }

/** A copy with one path set anew; `undefined` takes the field out. */
export function planted(doc: Doc, [name = '', ...rest]: readonly string[], value: unknown): Doc {
  const copy = { ...doc }
  const inner = rest.length > 0 ? planted(asDoc(fieldOf(doc, name)) ?? {}, rest, value) : value
  setField(copy, name, inner)
  return copy
}

/** An array position as it stands in a path; undefined for every other name. */
export const positionOf = (name: string): number | undefined =>
  /^(0|[1-9]\d*)$/.test(name) ? Number(name) : undefined
