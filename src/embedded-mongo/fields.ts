import { asDoc, type Doc } from './values.js'

/** Top-level field names as they stand in BSON. */
type FieldNames = readonly Buffer[]

/** The top-level fields a filter or a sort looks at; undefined when it may look at any (`$expr`). */
export function topFields(filter: Doc): string[] | undefined {
  const names = Object.entries(filter).flatMap(([name, condition]) => {
    if (!name.startsWith('$')) return [name.split('.', 1)[0]]
    if (!Array.isArray(condition)) return name === '$comment' ? [] : [undefined]
    return condition.flatMap((clause) => topFields(asDoc(clause) ?? {}) ?? [undefined])
  })
  const known = names.filter((name) => name !== undefined)
  return known.length === names.length ? [...new Set(known)] : undefined
}

/** The same, for `cutFields`. */
export const fieldsOf = (filter: Doc): FieldNames | undefined =>
  topFields(filter)?.map((name) => Buffer.from(name))

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
  ...{ 0x01: 8, 0x07: 12, 0x08: 1, 0x09: 8, 0x10: 4, 0x11: 8, 0x12: 8, 0x13: 16 },
  ...{ 0x06: 0, 0x0a: 0, 0x7f: 0, 0xff: 0 },
}

/** Beside the length that a value begins with, so many bytes: those of the length itself, a subtype, an id. */
const BESIDE_LENGTH: Readonly<Record<number, number>> = {
  ...{ 0x02: 4, 0x03: 0, 0x04: 0, 0x05: 5, 0x0c: 16, 0x0d: 4, 0x0e: 4, 0x0f: 0 },
}

function sizeOfValue(bytes: Buffer, type: number, at: number): number {
  const fixed = FIXED[type]
  if (fixed !== undefined) return fixed
  const beside = BESIDE_LENGTH[type]
  if (beside !== undefined) return bytes.readInt32LE(at) + beside
  const pattern = bytes.indexOf(0, at)
  return bytes.indexOf(0, pattern + 1) + 1 - at
}
