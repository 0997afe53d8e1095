import { encodeValue, inverted, valueKey } from './encode.js'
import { insist } from './error.js'
import { memberOf, positionOf } from './paths.js'
import { asDoc, isNumeric, toNumber, type Doc } from './values.js'

/** One indexed or sorted field. */
interface KeyField {
  readonly path: string
  readonly direction: 1 | -1
}

/** Is encoded as BSON undefined: an empty array sorts before null, while a missing field is null. */
const EMPTY_ARRAY = Symbol('empty array')

/** The key of values side by side; down is inverted. */
export function encodeKey(
  values: readonly unknown[],
  fields: readonly Pick<KeyField, 'direction'>[],
): Buffer {
  const parts = values.map(encodeValue)
  for (const [at, part] of parts.entries())
    if (fields[at]?.direction === -1) parts[at] = inverted(part)
  return (parts.length === 1 && parts[0]) || Buffer.concat(parts)
}

/** The values of every key of a document, one for each element of an array, and which paths meet arrays; two of these side by side are refused (171). */
export function indexRows(doc: Doc, fields: readonly KeyField[]) {
  const slots = slotsOf(doc, fields)
  const arrayPaths = fields.filter((_, at) => slots[at]?.rest).map(({ path }) => path)
  return { rows: expand(slots, 171), arrayPaths }
}

/** The text by which a document sorts for `{ a: 1, 'b.c': -1 }`; of an array it is that of the element that comes first. */
export function compileSort(spec: Doc): (doc: Doc) => string {
  const fields = Object.entries(spec).map(([path, value]) => {
    insist(!path.split('.').includes(''), 40_352, 'FieldPath field names may not be empty strings.')
    insist(!path.startsWith('$'), 16_410, "FieldPath field names may not start with '$'.")
    insist(!asDoc(value), 2, '$meta sorts are not supported by this server')
    const direction = isNumeric(value) ? toNumber(value) : NaN
    insist(direction === 1 || direction === -1, 15_975, '$sort key ordering must be 1 or -1')
    return { path, direction } as const
  })
  const textOf = (value: unknown = null, at: number) =>
    fields[at]?.direction === 1 ? valueKey(value) : inverted(encodeValue(value)).toString('latin1')
  return (doc) => {
    const keys = expand(slotsOf(doc, fields), 2).map((row) => row.map(textOf).join(''))
    return keys.reduce((first, key) => (key < first ? key : first))
  }
}

/** Sorts documents by that text; those with the same one stay as they were. */
export function sorted(docs: Iterable<Doc>, keyOf: (doc: Doc) => string): Doc[] {
  const rows = Array.from(docs, (doc) => ({ doc, key: keyOf(doc) }))
  return rows.sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key))).map(({ doc }) => doc)
}

/** Where a path has got to: a value, or an array whose elements go on with the `rest` of the path. */
interface Slot {
  readonly value: unknown
  readonly rest?: readonly string[]
}

function expand(slots: readonly Slot[], refusal: number): unknown[][] {
  const array = slots.find(({ rest }) => rest)?.value as unknown[] | undefined
  if (!array) return [slots.map(({ value }) => value)]
  const isShared = slots.every(({ value, rest }) => !rest || value === array)
  insist(isShared, refusal, 'cannot index or sort by parallel arrays')
  return (array.length === 0 ? [EMPTY_ARRAY] : array).flatMap((item) => {
    const inside = slots.map((slot) => (slot.rest ? itemSlot(slot.rest, item) : slot))
    return expand(inside, refusal)
  })
}

/** Inside an array only documents are looked into; an array there is one value. */
function itemSlot(rest: readonly string[], item: unknown): Slot {
  if (rest.length === 0) return { value: item }
  return asDoc(item) ? descend(item, rest) : { value: undefined }
}

const slotsOf = (doc: Doc, fields: readonly KeyField[]) =>
  fields.map(({ path }) => descend(doc, path.split('.')))

/** Follows the path through documents (and array positions it names) up to a value or an array. */
function descend(start: unknown, path: readonly string[]): Slot {
  let value = start
  for (const [index, name] of path.entries()) {
    if (Array.isArray(value)) {
      const isField = value.some((item) => Object.hasOwn(asDoc(item) ?? {}, name))
      const isPlain = !isField || (positionOf(name) ?? Infinity) >= value.length
      insist(isPlain, 16_746, `Ambiguous field name found in array: '${name}'`)
      if (isField || positionOf(name) === undefined) return { value, rest: path.slice(index) }
    }
    value = memberOf(value, name)
  }
  return Array.isArray(value) ? { value, rest: [] } : { value }
}
