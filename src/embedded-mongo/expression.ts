import { CommandError, located } from './error.js'
import { ACCUMULATOR_OPERATORS } from './accumulate.js'
import { ARRAY_OPERATORS } from './expression-array.js'
import { CONTROL_OPERATORS } from './expression-control.js'
import { NUMBER_OPERATORS } from './expression-number.js'
import { TEXT_OPERATORS } from './expression-text.js'
import type { Compile, Environment, Evaluate, Special, Strict } from './operator.js'
import { asDoc, fieldOf, setField, type Doc } from './values.js'

const OPERATORS = new Map<string, Strict | Special>(
  [
    CONTROL_OPERATORS,
    NUMBER_OPERATORS,
    TEXT_OPERATORS,
    ARRAY_OPERATORS,
    ACCUMULATOR_OPERATORS,
  ].flatMap((table) => Object.entries(table)),
)

/** Whether an aggregation expression of that name exists here. */
export const isOperator = (name: string) => OPERATORS.has(name)

const BUILT_IN = ['ROOT', 'CURRENT', 'REMOVE', 'NOW']

/** Compiles an aggregation expression once; unknown operators are refused with 168. */
export function compileExpression(
  expression: unknown,
  environment: Partial<Environment> = {},
): (doc: Doc) => unknown {
  const scoped = compileScoped(environment)
  const evaluate = scoped(expression)
  return (doc) => evaluate({ root: doc, variables: scoped.variables })
}

/** A compiler for several expressions of one stage, with the variables they are evaluated in. */
export function compileScoped(
  environment: Partial<Environment>,
): Compile & { readonly variables: Doc } {
  const variables = { ...environment.variables, NOW: environment.now ?? new Date() }
  const known = new Set([...Object.keys(variables), ...BUILT_IN])
  return Object.assign((expression: unknown) => compile(expression, known), { variables })
}

function compile(expression: unknown, known: ReadonlySet<string>): Evaluate {
  if (typeof expression === 'string' && expression.startsWith('$'))
    return compilePathExpression(expression, known)
  const inner: Compile = (part, ...names) => compile(part, new Set([...known, ...names]))
  if (Array.isArray(expression)) {
    const parts = expression.map((part) => compile(part, known))
    return (scope) => parts.map((part) => part(scope) ?? null)
  }
  const doc = asDoc(expression)
  if (!doc) return () => expression
  const [first] = Object.keys(doc)
  if (first?.startsWith('$')) return compileOperator(doc, first, inner)
  return compileObject(doc, inner)
}

function compileObject(doc: Doc, inner: Compile): Evaluate {
  const fields = Object.entries(doc).map(([name, part]) => {
    if (name.includes('.'))
      throw located(16_412, `FieldPath field names may not contain '.'. Found: ${name}`)
    return [name, inner(part)] as const
  })
  return (scope) => {
    const result: Doc = {}
    for (const [name, part] of fields) {
      const value = part(scope)
      if (value !== undefined) setField(result, name, value)
    }
    return result
  }
}

function compilePathExpression(text: string, known: ReadonlySet<string>): Evaluate {
  const [head = '', ...rest] = text.split('.')
  if (!head.startsWith('$$')) {
    const parts = [head.slice(1), ...rest]
    if (parts.includes('')) throw located(40_353, "'$' by itself is not a valid FieldPath")
    const [only = ''] = parts
    if (parts.length === 1) return ({ root }) => fieldOf(root as Doc, only)
    return ({ root }) => valueAt(root, parts, 0)
  }
  const name = head.slice(2)
  if (!known.has(name)) throw located(17_276, `Use of undefined variable: ${name}`)
  if (name === 'ROOT' || name === 'CURRENT') return ({ root }) => valueAt(root, rest, 0)
  if (name === 'REMOVE') return () => undefined
  return ({ variables }) => valueAt(variables[name], rest, 0)
}

/** The value at a path in expressions: through an array it is the array of what its elements hold. */
export function valueAt(value: unknown, parts: readonly string[], depth: number): unknown {
  if (depth === parts.length) return value
  if (Array.isArray(value))
    return value
      .map((item: unknown) => (Array.isArray(item) ? undefined : valueAt(item, parts, depth)))
      .filter((item) => item !== undefined)
  const doc = asDoc(value)
  return doc && valueAt(fieldOf(doc, parts[depth] ?? ''), parts, depth + 1)
}

function compileOperator(doc: Doc, name: string, inner: Compile): Evaluate {
  if (Object.keys(doc).length > 1)
    throw located(15_983, `An object representing an expression must have exactly one field`)
  const operator = OPERATORS.get(name)
  const operand = doc[name]
  if (!operator)
    throw new CommandError(168, 'InvalidPipelineOperator', `Unrecognized expression '${name}'`)
  if (typeof operator === 'function') return operator(operand, inner)
  const [least, most, run] = operator
  const parts = (Array.isArray(operand) ? operand : [operand]).map((part) => inner(part))
  if (parts.length < least || parts.length > most) throw wrongCount(name, operator, parts.length)
  const [a, b] = parts
  if (a && parts.length === 1) return (scope) => run(a(scope))
  if (a && b && parts.length === 2) return (scope) => run(a(scope), b(scope))
  return (scope) => run(...parts.map((part) => part(scope)))
}

function wrongCount(name: string, [least, most]: Strict, given: number): CommandError {
  return least === most
    ? located(
        16_020,
        `Expression ${name} takes exactly ${least} arguments. ${given} were passed in.`,
      )
    : located(
        28_667,
        `Expression ${name} takes at least ${least} arguments, and at most ${most}, but ${given} were passed in.`,
      )
}
