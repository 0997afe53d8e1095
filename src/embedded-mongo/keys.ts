import { CommandError } from './error.js'
import { EMPTY_ARRAY, Whole, encodeValues } from './key-bytes.js'
import { asDoc, fieldOf, type Doc } from './values.js'

export { encodeKey, valueKey } from './key-bytes.js'

/** One indexed field. */
interface KeyField {
  readonly path: string
  readonly direction: 1 | -1
}

/** `cut` says a value was too long and ends in a hash: its key no longer sorts exactly. */
interface IndexKeys {
  readonly keys: Buffer[]
  readonly multikey: boolean
  readonly allMissing: boolean
  readonly cut: boolean
}

/** Every key a document has in an index; two array fields side by side are refused with 171. */
export function indexKeys(doc: Doc, fields: readonly KeyField[]): IndexKeys {
  const directions = fields.map((field) => field.direction)
  const simple = simpleValues(doc, fields)
  if (simple) return oneKey(simple, directions)
  const found: Found = { rows: [], multikey: false, present: false }
  expand(
    fields.map((field) => ({ value: doc, rest: field.path.split('.') })),
    found,
  )
  let cut = false
  const keys = new Map<string, Buffer>()
  for (const row of found.rows) {
    const encoded = encodeValues(row, directions)
    cut ||= encoded.cut
    keys.set(encoded.key.toString('latin1'), encoded.key)
  }
  return { keys: [...keys.values()], multikey: found.multikey, allMissing: !found.present, cut }
}

function oneKey(values: unknown[], directions: (1 | -1)[]): IndexKeys {
  const { key, cut } = encodeValues(values, directions)
  const allMissing = values.every((value) => value === undefined)
  return { keys: [key], multikey: false, allMissing, cut }
}

/** The usual case without arrays: one value per field; undefined as soon as an array is met. */
function simpleValues(doc: Doc, fields: readonly KeyField[]): unknown[] | undefined {
  const values: unknown[] = []
  for (const { path } of fields) {
    if (path.includes('.')) {
      let value: unknown = doc
      for (const name of path.split('.')) {
        const inner = asDoc(value)
        value = inner && fieldOf(inner, name)
        if (Array.isArray(value)) return undefined
      }
      values.push(value)
    } else {
      const value = fieldOf(doc, path)
      if (Array.isArray(value)) return undefined
      values.push(value)
    }
  }
  return values
}

interface Slot {
  readonly value: unknown
  readonly rest: readonly string[]
}

interface Found {
  readonly rows: unknown[][]
  multikey: boolean
  present: boolean
}

function expand(slots: readonly Slot[], found: Found): void {
  let array: unknown[] | undefined
  const walked = slots.map((slot) => {
    const next = descend(slot)
    if (Array.isArray(next.value)) {
      if (array && array !== next.value)
        throw new CommandError(171, 'CannotIndexParallelArrays', 'cannot index parallel arrays')
      array = next.value
    }
    return next
  })
  if (!array) {
    found.rows.push(walked.map((slot) => slot.value))
    found.present ||= walked.some((slot) => slot.value !== undefined)
    return
  }
  found.multikey = true
  const shared = array
  for (const item of shared.length === 0 ? [EMPTY_ARRAY] : shared)
    expand(
      walked.map((slot) => (slot.value === shared ? itemSlot(slot, item) : slot)),
      found,
    )
}

/** Follows the path through documents (and array positions it names) up to a value or an array. */
function descend({ value, rest }: Slot): Slot {
  let current = value
  let index = 0
  for (; index < rest.length; index += 1) {
    const name = rest[index] ?? ''
    if (Array.isArray(current)) {
      if (!namesPosition(current, name)) break
      current = current[Number(name)] as unknown
    } else {
      const doc = asDoc(current)
      current = doc && fieldOf(doc, name)
      if (current === undefined) return { value: undefined, rest: [] }
    }
  }
  return { value: current, rest: rest.slice(index) }
}

function namesPosition(array: readonly unknown[], name: string): boolean {
  return (
    /^(0|[1-9]\d*)$/.test(name) &&
    !array.some((item) => {
      const doc = asDoc(item)
      return doc !== undefined && Object.hasOwn(doc, name)
    })
  )
}

/** Inside an array only documents are looked into. */
function itemSlot(slot: Slot, item: unknown): Slot {
  if (slot.rest.length === 0) {
    if (Array.isArray(item)) return { value: new Whole(item), rest: [] }
    return { value: item, rest: [] }
  }
  return asDoc(item) ? { value: item, rest: slot.rest } : { value: undefined, rest: [] }
}
