import { Double, Int32, Long } from 'bson'
import { SIMPLE } from './accumulate.js'
import { compareValues, valuesEqual } from './encode.js'
import { CommandError, insist } from './error.js'
import { calculate, refuseDecimals, Sum } from './numbers.js'
import {
  asDoc,
  entryOf,
  fieldOf,
  isNullish,
  isNumeric,
  listOf,
  setField,
  toNumber,
  typeName,
  wholeNumber,
  type Doc,
} from './values.js'

export interface Environment {
  readonly now: Date
  /** Values of `let`; their names are the only ones `$$name` may use besides the built-in ones. */
  readonly variables: Doc
}

/** `undefined` is MongoDB's "missing": it leaves a field out where null would write one. */
export type Evaluate = (doc: Doc) => unknown

/** MongoDB's truth: everything but false, 0, null and missing. */
export function isTrue(value: unknown): boolean {
  if (isNumeric(value)) return toNumber(value) !== 0
  return value !== false && !isNullish(value)
}

/** Compiles an aggregation expression once; operators that don't exist here are refused with 168. */
export function compileExpression(
  expression: unknown,
  environment: Partial<Environment> = {},
): Evaluate {
  const compile = (part: unknown) => compileExpression(part, environment)
  if (typeof expression === 'string' && expression.startsWith('$'))
    return compileReference(expression, environment)
  if (Array.isArray(expression)) {
    const parts = expression.map(compile)
    return (doc) => parts.map((part) => part(doc) ?? null)
  }
  const spec = asDoc(expression)
  if (!spec) return () => expression
  const [name, ...others] = Object.keys(spec)
  if (!name?.startsWith('$')) return compileObject(spec, compile)
  insist(others.length === 0, 15_983, 'An expression must have exactly one operator')
  if (name === '$literal') return () => spec.$literal
  insist(isOperator(name), 168, `Unrecognized expression '${name}'`)
  const parts = partsOf(name, spec[name]).map(compile)
  const lazy = entryOf(LAZY, name)
  if (lazy) return (doc) => lazy(parts, doc)
  const run = entryOf(OPERATORS, name)?.[2]
  return (doc) => run?.(...parts.map((part) => part(doc)))
}

/** Whether an aggregation expression of that name exists here. */
export const isOperator = (name: string): boolean =>
  name === '$literal' || Object.hasOwn(OPERATORS, name)

function compileObject(spec: Doc, compile: (part: unknown) => Evaluate): Evaluate {
  const fields = Object.entries(spec).map(([name, part]) => {
    insist(!name.includes('.'), 16_412, `FieldPath field names may not contain '.': ${name}`)
    return [name, compile(part)] as const
  })
  return (doc) => {
    const result: Doc = {}
    for (const [name, part] of fields) setField(result, name, part(doc))
    return result
  }
}

/** A field path `$a.b` or a variable `$$name.b`. */
function compileReference(text: string, { now, variables = {} }: Partial<Environment>): Evaluate {
  const [head = '', ...rest] = text.split('.')
  if (!head.startsWith('$$')) {
    const parts = [head.slice(1), ...rest]
    insist(!parts.includes(''), 40_353, 'A field path may not have empty parts')
    return (doc) => valueAt(doc, parts)
  }
  const name = head.slice(2)
  if (name === 'ROOT' || name === 'CURRENT') return (doc) => valueAt(doc, rest)
  if (name === 'REMOVE') return () => undefined
  const known = { NOW: now ?? new Date(), ...variables }
  insist(Object.hasOwn(known, name), 17_276, `Use of undefined variable: ${name}`)
  return () => valueAt(fieldOf(known, name), rest)
}

/** The value at a path in expressions: through an array it is the array of what its elements hold. */
export function valueAt(value: unknown, parts: readonly string[]): unknown {
  const [name, ...rest] = parts
  if (name === undefined) return value
  if (Array.isArray(value))
    return value
      .map((item: unknown) => (Array.isArray(item) ? undefined : valueAt(item, parts)))
      .filter((item) => item !== undefined)
  const doc = asDoc(value)
  return doc && valueAt(fieldOf(doc, name), rest)
}

/** The arguments of an operator, as many as it takes; those of `$cond` may have names. */
function partsOf(name: string, operand: unknown): readonly unknown[] {
  const named = name === '$cond' ? asDoc(operand) : undefined
  const parts = named ? [named.if, named.then, named.else] : listOf(operand)
  const unknown = Object.keys(named ?? {}).find((key) => !['if', 'then', 'else'].includes(key))
  insist(unknown === undefined, 17_083, `Unrecognized parameter to $cond: ${unknown ?? ''}`)
  insist(!named || !parts.includes(undefined), 17_080, '$cond needs if, then and else')
  const [least, most] = entryOf(OPERATORS, name) ?? [1, 1]
  const given = `Expression ${name} got ${parts.length} arguments`
  insist(least !== most || parts.length === least, 16_020, `${given}, takes exactly ${least}`)
  insist(
    parts.length >= least && parts.length <= most,
    28_667,
    `${given}, takes ${least} to ${most}`,
  )
  return parts
}

/** Operators that decide themselves which of their parts are evaluated. */
const LAZY: Readonly<Record<string, (parts: readonly Evaluate[], doc: Doc) => unknown>> = {
  $and: (parts, doc) => parts.every((part) => isTrue(part(doc))),
  $or: (parts, doc) => parts.some((part) => isTrue(part(doc))),
  $cond: ([test, yes, no], doc) => (isTrue(test?.(doc)) ? yes?.(doc) : no?.(doc)),
  $ifNull(parts, doc) {
    let value: unknown
    for (const part of parts) if (!isNullish((value = part(doc)))) break
    return value
  },
}

type Operator = readonly [least: number, most: number, run?: (...values: unknown[]) => unknown]

/** A missing value compares as `undefined`, before null. */
const comparison = (test: (order: number) => boolean): Operator => [
  2,
  2,
  (a, b) => test(compareValues(a, b)),
]

/** Accumulators over their arguments, or over the one argument that is an array. */
const overList = (name: string): Operator => [
  0,
  Infinity,
  (...values) => {
    const state = SIMPLE[name]?.()
    for (const value of values.length === 1 ? listOf(values[0]) : values) state?.add(value)
    return state?.result()
  },
]

const OPERATORS: Readonly<Record<string, Operator>> = {
  $and: [0, Infinity],
  $or: [0, Infinity],
  $cond: [3, 3],
  $ifNull: [2, Infinity],
  $not: [1, 1, (value) => !isTrue(value)],
  $eq: comparison((order) => order === 0),
  $ne: comparison((order) => order !== 0),
  $gt: comparison((order) => order > 0),
  $gte: comparison((order) => order >= 0),
  $lt: comparison((order) => order < 0),
  $lte: comparison((order) => order <= 0),
  $add: [0, Infinity, add],
  $subtract: [2, 2, subtract],
  $multiply: [0, Infinity, (...values) => values.reduce(multiply, new Int32(1))],
  $divide: [2, 2, divide],
  $concat: [0, Infinity, concat],
  $size: [1, 1, (value) => new Int32(arrayOf(17_124, '$size', value).length)],
  $in: [2, 2, (value, list) => arrayOf(40_081, '$in', list).some((one) => valuesEqual(one, value))],
  $arrayElemAt: [2, 2, elementAt],
  $first: [1, 1, (list) => (isNullish(list) ? null : arrayOf(28_689, '$first', list).at(0))],
  $last: [1, 1, (list) => (isNullish(list) ? null : arrayOf(28_689, '$last', list).at(-1))],
  $sum: overList('$sum'),
  $avg: overList('$avg'),
  $min: overList('$min'),
  $max: overList('$max'),
}

function arrayOf(code: number, name: string, value: unknown): unknown[] {
  insist(Array.isArray(value), code, `${name} requires an array, found: ${typeName(value)}`)
  return value
}

function elementAt(list: unknown, index: unknown): unknown {
  if (isNullish(list) || isNullish(index)) return null
  const at = wholeNumber(index)
  insist(at !== undefined, 28_691, '$arrayElemAt requires an integral index')
  return arrayOf(28_689, '$arrayElemAt', list).at(at)
}

const wrongType = (name: string, value: unknown) =>
  new CommandError(14, `${name} does not support type ${typeName(value)}`)

function add(...values: unknown[]): unknown {
  const sum = new Sum()
  let date: Date | undefined
  for (const value of values) {
    if (isNullish(value)) return null
    if (value instanceof Date) {
      insist(!date, 16_612, 'only one date allowed in an $add expression')
      date = value
    } else if (isNumeric(value)) sum.add(value)
    else throw wrongType('$add', value)
  }
  const total = sum.result()
  return date ? new Date(date.getTime() + Math.round(toNumber(total))) : total
}

function subtract(a: unknown, b: unknown): unknown {
  if (isNullish(a) || isNullish(b)) return null
  if (a instanceof Date && b instanceof Date) return Long.fromNumber(a.getTime() - b.getTime())
  if (a instanceof Date && isNumeric(b)) return new Date(a.getTime() - Math.round(toNumber(b)))
  if (isNumeric(a) && isNumeric(b))
    return calculate('subtract', a, b) ?? new Double(toNumber(a) - toNumber(b))
  throw wrongType('$subtract', isNumeric(a) ? b : a)
}

function multiply(a: unknown, b: unknown): unknown {
  if (isNullish(a) || isNullish(b)) return null
  if (!isNumeric(a) || !isNumeric(b)) throw wrongType('$multiply', isNumeric(a) ? b : a)
  return calculate('multiply', a, b) ?? new Double(toNumber(a) * toNumber(b))
}

/** Always a double. */
function divide(a: unknown, b: unknown): unknown {
  if (isNullish(a) || isNullish(b)) return null
  if (!isNumeric(a) || !isNumeric(b)) throw wrongType('$divide', isNumeric(a) ? b : a)
  refuseDecimals(a, b)
  insist(toNumber(b) !== 0, 2, "can't $divide by zero")
  return new Double(toNumber(a) / toNumber(b))
}

function concat(...values: unknown[]): unknown {
  if (values.some(isNullish)) return null
  for (const value of values)
    insist(
      typeof value === 'string',
      16_702,
      `$concat only supports strings, not ${typeName(value)}`,
    )
  return values.join('')
}
