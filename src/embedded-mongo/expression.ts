import { Double, Int32 } from 'bson'
import { COMPARISONS, compareValues, valuesEqual } from './encode.js'
import { insist, notSupported } from './error.js'
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
  type Doc,
  type Numeric,
} from './values.js'

export interface Environment {
  readonly now: Date
  /** Values of `let`; their names are the only ones `$$name` may use besides the built-in ones. */
  readonly variables: Doc
}

/** `undefined` is MongoDB's "missing": it leaves a field out where null would write one. */
export type Evaluate = (doc: Doc) => unknown

/** MongoDB's truth: everything but false, 0, null and missing. */
export const isTrue = (value: unknown): boolean =>
  isNumeric(value) ? toNumber(value) !== 0 : value !== false && !isNullish(value)

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
  const operator = entryOf(OPERATORS, name)
  insist(operator, 168, `Unrecognized expression '${name}'`)
  const [least, most, run] = operator
  const parts = partsOf(name, spec[name])
  const isRight = parts.length >= least && parts.length <= most
  const code = least === most ? 16_020 : 28_667
  insist(isRight, code, `Expression ${name} got ${parts.length} arguments, takes ${least}-${most}`)
  const compiled = parts.map(compile)
  return (doc) => run(compiled, doc)
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
function compileReference(text: string, { now, variables }: Partial<Environment>): Evaluate {
  const [head = '', ...rest] = text.split('.')
  const isVariable = head.startsWith('$$')
  const name = head.slice(isVariable ? 2 : 1)
  insist(name !== '' && !rest.includes(''), 40_353, 'A field path may not have empty parts')
  if (!isVariable) return (doc) => valueAt(doc, [name, ...rest])
  if (name === 'ROOT' || name === 'CURRENT') return (doc) => valueAt(doc, rest)
  const known: Doc = { REMOVE: undefined, NOW: now ?? new Date(), ...variables }
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

/** The arguments of an operator; those of `$cond` may have names. */
function partsOf(name: string, operand: unknown): readonly unknown[] {
  const named = name === '$cond' ? asDoc(operand) : undefined
  if (!named) return listOf(operand)
  const { if: test, then, else: otherwise, ...unknown } = named
  insist(Object.keys(unknown).length === 0, 17_083, 'Unrecognized parameter to $cond')
  const parts = [test, then, otherwise]
  insist(!parts.includes(undefined), 17_080, '$cond needs if, then and else')
  return parts
}

/** How many arguments an operator takes, and what it makes of them; it evaluates what it needs. */
type Operator = readonly [
  least: number,
  most: number,
  run: (parts: readonly Evaluate[], doc: Doc) => unknown,
]

const strict =
  (run: (...values: unknown[]) => unknown): Operator[2] =>
  (parts, doc) =>
    run(...parts.map((part) => part(doc)))

/** Null when a value is null or missing; computing with dates is left out (115). */
const numeric = (run: (...values: Numeric[]) => unknown): Operator[2] =>
  strict((...values) => {
    if (values.some(isNullish)) return null
    if (values.some((value) => value instanceof Date)) throw notSupported('arithmetic with dates')
    return run(
      ...values.map((value) => {
        insist(isNumeric(value), 14, `cannot compute with ${typeName(value)}`)
        return value
      }),
    )
  })

/** A long that overflows goes on as a double. */
const exact = (operation: 'subtract' | 'multiply') => (a: Numeric, b: Numeric) =>
  calculate(operation, a, b) ?? calculate(operation, new Double(toNumber(a)), b) ?? a

/** A missing value compares as `undefined`, before null. */
const comparisons = Object.entries(COMPARISONS).map(([name, accepts]): [string, Operator] => [
  name,
  [2, 2, strict((a, b) => accepts(compareValues(a, b)))],
])

const OPERATORS: Readonly<Record<string, Operator>> = {
  ...Object.fromEntries(comparisons),
  $and: [0, Infinity, (parts, doc) => parts.every((part) => isTrue(part(doc)))],
  $or: [0, Infinity, (parts, doc) => parts.some((part) => isTrue(part(doc)))],
  $not: [1, 1, strict((value) => !isTrue(value))],
  $cond: [3, 3, ([test, yes, no], doc) => (isTrue(test?.(doc)) ? yes?.(doc) : no?.(doc))],
  $ifNull: [2, Infinity, strict((...values) => values.find((v) => !isNullish(v)) ?? values.at(-1))],
  $add: [0, Infinity, numeric((...values) => Sum.of(values))],
  $subtract: [2, 2, numeric(exact('subtract'))],
  $multiply: [0, Infinity, numeric((...values) => values.reduce(exact('multiply'), new Int32(1)))],
  $divide: [2, 2, numeric(divide)],
  $concat: [0, Infinity, strict(concat)],
  $size: [1, 1, strict((list) => new Int32(arrayOf(17_124, '$size', list).length))],
  $in: [2, 2, strict((one, list) => arrayOf(40_081, '$in', list).some((o) => valuesEqual(o, one)))],
}

function arrayOf(code: number, name: string, value: unknown): unknown[] {
  insist(Array.isArray(value), code, `${name} requires an array, found: ${typeName(value)}`)
  return value
}

/** Always a double. */
function divide(a: Numeric = 0, b: Numeric = 0): unknown {
  refuseDecimals(a, b)
  insist(toNumber(b) !== 0, 2, "can't $divide by zero")
  return new Double(toNumber(a) / toNumber(b))
}

function concat(...values: unknown[]): unknown {
  if (values.some(isNullish)) return null
  const isText = values.every((value) => typeof value === 'string')
  insist(isText, 16_702, `$concat only supports strings, not ${values.map(typeName).join()}`)
  return values.join('')
}
