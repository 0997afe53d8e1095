import { COMPARISONS, compareValues } from './encode.js'
import { insist } from './error.js'
import { entryOf, fieldIn, fieldOf, setField } from './paths.js'
import { asDoc, flagOf, isNullish, listOf, type Doc } from './values.js'

/** `undefined` is MongoDB's "missing": it leaves a field out where null would write one. */
export type Evaluate = (doc: Doc) => unknown

/** MongoDB's truth: everything but false, 0, null and missing. */
export const isTrue = (value: unknown): boolean => flagOf(value) ?? !isNullish(value)

/** Compiles an aggregation expression once, with what `let` has named; operators that don't exist here are refused with 168. */
export function compileExpression(expression: unknown, variables: Doc = {}): Evaluate {
  if (typeof expression === 'string' && expression.startsWith('$'))
    return compileReference(expression, variables)
  const compile = (part: unknown) => compileExpression(part, variables)
  if (Array.isArray(expression)) {
    const items = expression.map(compile)
    return (doc) => items.map((item) => item(doc) ?? null)
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
  const [takes, run] = operator
  const isRight = takes === 'any' || takes === parts.length
  insist(isRight, 16_020, `Expression ${name} got ${parts.length} arguments`)
  return (doc) => run(...parts.map((part) => part(doc)))
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
function compileReference(text: string, variables: Doc): Evaluate {
  const [head = '', ...rest] = text.slice(1).split('.')
  insist(head !== '' && !rest.includes(''), 40_353, 'A field path may not have empty parts')
  if (!head.startsWith('$')) return (doc) => valueAt(doc, [head, ...rest])
  const name = head.slice(1)
  if (name === 'ROOT' || name === 'CURRENT') return (doc) => valueAt(doc, rest)
  const isKnown = name === 'REMOVE' || Object.hasOwn(variables, name)
  insist(isKnown, 17_276, `Use of undefined variable: ${name}`)
  return () => valueAt(fieldOf(variables, name), rest)
}

/** The value at a path in expressions: through an array it is the array of what its elements hold. */
function valueAt(value: unknown, path: readonly string[], depth = 0): unknown {
  const name = path[depth]
  if (name === undefined) return value
  if (!Array.isArray(value)) return valueAt(fieldIn(value, name), path, depth + 1)
  return value
    .map((item: unknown) => (Array.isArray(item) ? undefined : valueAt(item, path, depth)))
    .filter((item) => item !== undefined)
}

/** How many arguments an operator takes, and what it makes of their values. */
type Operator = readonly [takes: number | 'any', run: (...values: unknown[]) => unknown]

/** A missing value compares as `undefined`, before null. */
const comparisons = Object.entries(COMPARISONS).map(([name, accepts]): [string, Operator] => [
  name,
  [2, (left, right) => accepts(compareValues(left, right))],
])

const OPERATORS: Readonly<Record<string, Operator>> = {
  ...Object.fromEntries(comparisons),
  $and: ['any', (...values) => values.every(isTrue)],
  $or: ['any', (...values) => values.some(isTrue)],
  $not: [1, (value) => !isTrue(value)],
  $cond: [3, (test, yes, no) => (isTrue(test) ? yes : no)],
}
