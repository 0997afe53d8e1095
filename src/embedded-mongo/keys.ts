import { encodeValue, keyPart, longestValue } from './encode.js'
import { CommandError } from './error.js'
import { asDoc, fieldOf, RANK, type Doc } from './values.js'

/** One indexed field. */
interface KeyField {
  readonly path: string
  readonly direction: 1 | -1
}

/** The keys a document has in an index. */
export interface IndexKeys {
  readonly keys: readonly Buffer[]
  /** Fields whose path meets an array. */
  readonly arrayPaths: readonly string[]
  readonly allMissing: boolean
  /** A value was too long and ends in a hash: its key no longer sorts exactly. */
  readonly cut: boolean
}

/** In an index an empty array sorts as BSON undefined, before null, while a missing field is null. */
const EMPTY_ARRAY = Symbol('empty array')
const EMPTY_ARRAY_BYTES = Buffer.from([RANK.undefined])

/** `values` are those of the first fields: their keys are where the keys of all the fields begin. */
export function encodeKey(values: readonly unknown[], directions: readonly (1 | -1)[]): Buffer {
  return Buffer.concat(partsOf(values, directions).parts)
}

function partsOf(values: readonly unknown[], directions: readonly (1 | -1)[]) {
  const longest = longestValue(directions.length)
  let cut = false
  const parts = values.map((value, index) => {
    const bytes = value === EMPTY_ARRAY ? EMPTY_ARRAY_BYTES : encodeValue(value)
    cut ||= bytes.length > longest
    return keyPart(bytes, longest, directions[index] ?? 1)
  })
  return { parts, cut }
}

/** Every key of a document: one for each element of an array; two arrays side by side are refused (171). */
export function indexKeys(doc: Doc, fields: readonly KeyField[]): IndexKeys {
  const directions = fields.map((field) => field.direction)
  const slots = fields.map(({ path }) => descend(doc, path.split('.')))
  const arrayPaths = fields.filter((_, index) => slots[index]?.array).map(({ path }) => path)
  const rows: unknown[][] = []
  expand(slots, rows)
  const allMissing = rows.every((row) => row.every((value) => value === undefined))
  const encoded = rows.map((row) => partsOf(row, directions))
  const keys = encoded.map(({ parts }) => (parts.length === 1 && parts[0]) || Buffer.concat(parts))
  const distinct = new Map(keys.map((key) => [key.toString('latin1'), key]))
  return {
    keys: keys.length === 1 ? keys : [...distinct.values()],
    arrayPaths,
    allMissing,
    cut: encoded.some(({ cut }) => cut),
  }
}

/** Where a path has got to: a value, or an array whose elements go on with the rest of the path. */
interface Slot {
  readonly value: unknown
  readonly array?: readonly unknown[]
  readonly rest: readonly string[]
}

/** What a sort compares: a row for each element of an array, missing as null, an empty array as `undefined`. */
export function sortRows(doc: Doc, paths: readonly (readonly string[])[]): unknown[][] {
  const rows: unknown[][] = []
  expand(
    paths.map((parts) => descend(doc, parts)),
    rows,
    2,
  )
  return rows.map((row) => row.map((one) => (one === EMPTY_ARRAY ? undefined : (one ?? null))))
}

function expand(slots: readonly Slot[], rows: unknown[][], refusal = 171): void {
  const arrays = new Set(slots.flatMap(({ array }) => (array ? [array] : [])))
  if (arrays.size > 1) throw new CommandError(refusal, 'cannot index or sort by parallel arrays')
  const [shared] = arrays
  if (!shared) rows.push(slots.map(({ value }) => value))
  for (const item of shared?.length === 0 ? [EMPTY_ARRAY] : (shared ?? []))
    expand(
      slots.map((slot) => (slot.array ? itemSlot(slot.rest, item) : slot)),
      rows,
      refusal,
    )
}

/** Inside an array only documents are looked into; an array there is one value. */
function itemSlot(rest: readonly string[], item: unknown): Slot {
  if (rest.length === 0) return { value: item, rest }
  return asDoc(item) ? descend(item, rest) : { value: undefined, rest: [] }
}

/** Follows the path through documents (and array positions it names) up to a value or an array. */
function descend(start: unknown, parts: readonly string[]): Slot {
  let value = start
  for (const [index, name] of parts.entries()) {
    if (Array.isArray(value)) {
      if (!namesPosition(value, name)) return { value, array: value, rest: parts.slice(index) }
      value = value[Number(name)]
    } else {
      const doc = asDoc(value)
      value = doc && fieldOf(doc, name)
    }
  }
  return Array.isArray(value) ? { value, array: value, rest: [] } : { value, rest: [] }
}

function namesPosition(array: readonly unknown[], name: string): boolean {
  const isOwn = (item: unknown) => Object.hasOwn(asDoc(item) ?? {}, name)
  return /^(0|[1-9]\d*)$/.test(name) && !array.some(isOwn)
}
