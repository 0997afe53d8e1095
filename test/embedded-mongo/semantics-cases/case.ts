import { Binary, Decimal128, Double, Int32, Long, ObjectId } from 'bson'

export type Row = Record<string, unknown>

/** What is asked of the documents; exactly one of `right`, `ids` and `refused` says what comes. */
export interface Case {
  readonly name: string
  readonly docs?: readonly Row[]
  readonly filter?: Row
  readonly sort?: Row
  readonly projection?: Row
  readonly update?: Row | Row[]
  readonly arrayFilters?: Row[]
  readonly upsert?: true
  readonly pipeline?: Row[]
  /** Other collections by name, for `$lookup` and its like. */
  readonly beside?: Readonly<Record<string, readonly Row[]>>
  /** MongoDB's documented result, types included. */
  readonly right?: readonly Row[]
  /** The `_id`s found, in order. */
  readonly ids?: readonly unknown[]
  /** The documented error code. */
  readonly refused?: number
}

export const long = (text: string) => Long.fromString(text)
export const decimal = (text: string) => Decimal128.fromString(text)
export const double = (value: number) => new Double(value)
export const int = (value: number) => new Int32(value)
export const bytes = (hex: string, subtype = 0) => new Binary(Buffer.from(hex, 'hex'), subtype)
export const id = (last: string) => new ObjectId(last.padStart(24, '0'))
export const day = (text: string) => new Date(text)

/** Documents `{ _id: 1, a: … }`, `{ _id: 2, a: … }` … */
export const withA = (...values: unknown[]): Row[] =>
  values.map((a, index) => (a === undefined ? { _id: index + 1 } : { _id: index + 1, a }))
