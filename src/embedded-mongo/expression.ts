import { COMPARISONS, compareValues } from './encode.js'
import { insist } from './error.js'
import {
  asDoc,
  entryOf,
  fieldOf,
  isNullish,
  isNumeric,
  listOf,
  setField,
  toNumber,
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
  const parts = listOf(spec[name]).map(compile)
  const [least, most, run] = operator
  const isRight = parts.length >= least && parts.length <= most
  const code = least === most ? 16_020 : 28_667
  insist(isRight, code, `Expression ${name} got ${parts.length} arguments, takes ${least}-${most}`)
  return (doc) => run(parts, doc)
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

/** All values a path leads to, through arrays and positions in them; of an array at its end the elements. */
export function valuesAt(value: unknown, names: readonly string[]): unknown[] {
  const [name, ...rest] = names
  if (name === undefined) {
    if (Array.isArray(value)) return value as unknown[]
    return value === undefined ? [] : [value]
  }
  if (!Array.isArray(value)) return valuesAt(fieldOf(asDoc(value) ?? {}, name), rest)
  const inside = value.flatMap((item) => (asDoc(item) ? valuesAt(item, names) : []))
  return /^\d+$/.test(name) ? [...inside, ...valuesAt(value[Number(name)], rest)] : inside
}

/** How many arguments an operator takes, and what it makes of them; it evaluates what it needs. */
type Operator = readonly [
  least: number,
  most: number,
  run: (parts: readonly Evaluate[], doc: Doc) => unknown,
]

/** A missing value compares as `undefined`, before null. */
const comparisons = Object.entries(COMPARISONS).map(([name, accepts]): [string, Operator] => [
  name,
  [2, 2, ([a, b], doc) => accepts(compareValues(a?.(doc), b?.(doc)))],
])

const OPERATORS: Readonly<Record<string, Operator>> = {
  ...Object.fromEntries(comparisons),
  $and: [0, Infinity, (parts, doc) => parts.every((part) => isTrue(part(doc)))],
  $or: [0, Infinity, (parts, doc) => parts.some((part) => isTrue(part(doc)))],
  $not: [1, 1, ([part], doc) => !isTrue(part?.(doc))],
  $cond: [3, 3, ([test, yes, no], doc) => (isTrue(test?.(doc)) ? yes?.(doc) : no?.(doc))],
}
