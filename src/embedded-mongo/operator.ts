import { Int32 } from 'bson'
import { isNumeric, toNumber, type Doc } from './values.js'

/** What an expression is evaluated against: the document and the variables around it. */
export interface Scope {
  readonly root: unknown
  readonly variables: Record<string, unknown>
}

/** `undefined` is MongoDB's "missing": it leaves a field out where null would write one. */
export type Evaluate = (scope: Scope) => unknown

export interface Environment {
  readonly now: Date
  /** Values of `let`; their names are the only ones `$$name` may use besides the built-in ones. */
  readonly variables: Doc
}

/** Compiles an inner expression; `names` are the variables it may use on top of those outside. */
export type Compile = (expression: unknown, ...names: string[]) => Evaluate

/** An operator over values: smallest and largest number of arguments, and the function itself. */
export type Strict = readonly [number, number, (...values: unknown[]) => unknown]

/** An operator that decides itself when its parts are evaluated. */
export type Special = (operand: unknown, compile: Compile) => Evaluate

export type Operators = Record<string, Strict | Special>

/** MongoDB's truth: everything but false, 0, null and missing. */
export function isTrue(value: unknown): boolean {
  if (isNumeric(value)) return toNumber(value) !== 0
  return value !== false && value !== null && value !== undefined
}

export function isNullish(value: unknown): value is null | undefined {
  return value === null || value === undefined
}

export const int = (value: number) => new Int32(value)
