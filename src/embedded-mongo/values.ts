import { BSONRegExp, DBRef, Decimal128, Double, Int32, Long } from 'bson'

/** A BSON document as `parseDoc` gives it: numbers, binaries and regular expressions keep their wrappers, dates are Date. */
export type Doc = Record<string, unknown>

export type Numeric = number | Int32 | Double | Long | Decimal128

/** By their very class: bson's Timestamp is a kind of Long. */
const NUMBERS = new Set<unknown>([Double, Number, Long, Decimal128].map((one) => one.prototype))

export const isNumeric = (value: unknown): value is Numeric =>
  value instanceof Int32 || (!isNullish(value) && NUMBERS.has(Object.getPrototypeOf(value)))

/** The nearest double; for limits, sizes and other places where MongoDB itself takes a double. */
export function toNumber(value: Numeric): number {
  if (typeof value === 'number') return value
  return value instanceof Int32 || value instanceof Double ? value.value : Number(value.toString())
}

/** The whole number in a value that is one; undefined for fractions, huge numbers and whatever is no number. */
export function wholeNumber(value: unknown): number | undefined {
  const number = isNumeric(value) ? toNumber(value) : NaN
  return Number.isSafeInteger(number) ? number : undefined
}

/** What a boolean or a number says; undefined for anything else. */
export const flagOf = (value: unknown): boolean | undefined =>
  isNumeric(value) ? toNumber(value) !== 0 : typeof value === 'boolean' ? value : undefined

/** The document in a value: plain objects as they are, a DBRef by its fields, otherwise undefined. */
export function asDoc(value: unknown): Doc | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null) return value as Doc
  if (!(value instanceof DBRef)) return undefined
  const { collection: $ref, oid: $id, db: $db, fields } = value
  return { $ref, $id, ...($db !== undefined && { $db }), ...fields }
}

/** The list in a value, or the value as the only one. */
export const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? (value as unknown[]) : [value]

export const isNullish = (value: unknown): value is null | undefined =>
  value === null || value === undefined
export const isRegex = (value: unknown): value is BSONRegExp => value instanceof BSONRegExp

/** Whether a field name is an operator; a DBRef's own fields are not. */
export const isOperatorName = (name: string | undefined): boolean =>
  name?.startsWith('$') === true && !['$ref', '$id', '$db'].includes(name)

/** The operators of `{ $gt: 1, $lt: 5 }`; undefined when the value is a plain one. */
export function operatorsOf(value: unknown): Doc | undefined {
  const doc = asDoc(value)
  return doc && isOperatorName(Object.keys(doc)[0]) ? doc : undefined
}
