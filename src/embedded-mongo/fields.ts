import { flagOf } from './project.js'
import { asDoc, type Doc } from './values.js'

/** Top-level field names as they stand in BSON. */
type FieldNames = readonly Buffer[]

const namesOf = (fields: Iterable<string>): FieldNames =>
  [...new Set(fields)].map((field) => Buffer.from(field))

/** The top-level fields a filter looks at; undefined when it may look at any (`$expr`). */
export function fieldsOf(filter: Doc): FieldNames | undefined {
  const fields = new Set<string>()
  return gather(filter, fields) ? namesOf(fields) : undefined
}

function gather(filter: Doc, fields: Set<string>): boolean {
  return Object.entries(filter).every(([name, condition]) => {
    if (!name.startsWith('$')) fields.add(name.split('.', 1)[0] ?? name)
    else if (Array.isArray(condition))
      return condition.every((clause) => gather(asDoc(clause) ?? {}, fields))
    else return name === '$comment'
    return true
  })
}

/**
 * A valid projection that only takes or leaves whole top-level fields, as a cut of the stored bytes: nothing is decoded to
 * be encoded again. Undefined for every other projection.
 */
export function compileCut(projection: Doc): ((bytes: Buffer) => Buffer) | undefined {
  const flags = Object.entries(projection).map(([name, value]) => ({ name, flag: flagOf(value) }))
  if (flags.some(({ name, flag }) => flag === undefined || /[.$]/.test(name))) return undefined
  const others = flags.filter(({ name }) => name !== '_id')
  const id = flags.find(({ name }) => name === '_id')?.flag
  const keep = others[0]?.flag ?? id === true
  const withId = keep === (id ?? true)
  const names = namesOf([...(withId ? ['_id'] : []), ...others.map(({ name }) => name)])
  return (bytes) => cutFields(bytes, names, keep)
}

/** The document with only these fields (`keep`), or with all others, in the order in which they stand. */
export function cutFields(bytes: Buffer, names: FieldNames, keep: boolean): Buffer {
  const cut = Buffer.allocUnsafe(bytes.length)
  let size = 4
  let at = 4
  while (bytes[at] !== 0) {
    const nameEnd = bytes.indexOf(0, at + 1)
    const next = nameEnd + 1 + sizeOfValue(bytes, bytes[at] ?? 0, nameEnd + 1)
    if (isNamed(bytes, at + 1, nameEnd, names) === keep) size += bytes.copy(cut, size, at, next)
    at = next
  }
  cut[size] = 0
  cut.writeInt32LE(size + 1, 0)
  return cut.subarray(0, size + 1)
}

function isNamed(bytes: Buffer, start: number, end: number, names: FieldNames): boolean {
  for (const name of names)
    if (name.length === end - start && name.compare(bytes, start, end) === 0) return true
  return false
}

/** Bytes of a value by its BSON type, where the length does not stand in the value itself. */
const FIXED: Readonly<Record<number, number>> = {
  0x01: 8,
  0x06: 0,
  0x07: 12,
  0x08: 1,
  0x09: 8,
  0x0a: 0,
  0x10: 4,
  0x11: 8,
  0x12: 8,
  0x13: 16,
  0x7f: 0,
  0xff: 0,
}

/** Beside the length that a value begins with, so many bytes: those of the length itself, a subtype, an id. */
const BESIDE_LENGTH: Readonly<Record<number, number>> = {
  0x02: 4,
  0x03: 0,
  0x04: 0,
  0x05: 5,
  0x0c: 16,
  0x0d: 4,
  0x0e: 4,
  0x0f: 0,
}

function sizeOfValue(bytes: Buffer, type: number, at: number): number {
  const fixed = FIXED[type]
  if (fixed !== undefined) return fixed
  const beside = BESIDE_LENGTH[type]
  if (beside !== undefined) return bytes.readInt32LE(at) + beside
  const pattern = bytes.indexOf(0, at)
  return bytes.indexOf(0, pattern + 1) + 1 - at
}
