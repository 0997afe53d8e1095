import { failedToParse, located } from './error.js'
import { isNullish, isTrue, type Compile, type Evaluate, type Operators } from './operator.js'
import { typeName } from './match-operators.js'
import { asDoc, compareValues, type Doc } from './values.js'

const list = (operand: unknown) => (Array.isArray(operand) ? (operand as unknown[]) : [operand])

/** The named parts of an operator's document; a missing one or a stranger is refused. */
function named(
  operator: string,
  operand: unknown,
  required: readonly string[],
  optional: readonly string[] = [],
): Doc {
  const doc = asDoc(operand)
  if (!doc) throw failedToParse(`${operator} only supports an object as its argument`)
  for (const name of Object.keys(doc))
    if (!required.includes(name) && !optional.includes(name))
      throw failedToParse(`Unrecognized parameter to ${operator}: ${name}`)
  for (const name of required)
    if (!(name in doc)) throw failedToParse(`Missing '${name}' parameter to ${operator}`)
  return doc
}

function compileCondition(operand: unknown, compile: Compile): Evaluate {
  const parts = Array.isArray(operand)
    ? (operand as unknown[])
    : Object.values(pickCondition(operand))
  if (parts.length !== 3)
    throw located(
      16_020,
      `Expression $cond takes exactly 3 arguments. ${parts.length} were passed in.`,
    )
  const [test, yes, no] = parts.map((part) => compile(part)) as [Evaluate, Evaluate, Evaluate]
  return (scope) => (isTrue(test(scope)) ? yes(scope) : no(scope))
}

function pickCondition(operand: unknown): Doc {
  const doc = named('$cond', operand, ['if', 'then', 'else'])
  return { if: doc.if, then: doc.then, else: doc.else }
}

function compileSwitch(operand: unknown, compile: Compile): Evaluate {
  const { branches, default: otherwise } = named('$switch', operand, ['branches'], ['default'])
  if (!Array.isArray(branches)) throw located(40_061, "$switch expected an array for 'branches'")
  if (branches.length === 0) throw located(40_068, '$switch requires at least one branch.')
  const cases = branches.map((branch: unknown) => {
    const { case: test, then } = named('$switch', branch, ['case', 'then'])
    return [compile(test), compile(then)] as const
  })
  const last = otherwise === undefined ? undefined : compile(otherwise)
  return (scope) => {
    for (const [test, then] of cases) if (isTrue(test(scope))) return then(scope)
    if (last) return last(scope)
    throw located(
      40_066,
      '$switch could not find a matching branch for an input, and no default was specified.',
    )
  }
}

function compileIfNull(operand: unknown, compile: Compile): Evaluate {
  const parts = list(operand).map((part) => compile(part))
  if (parts.length < 2)
    throw located(1_257_300, `$ifNull needs at least two arguments, had: ${parts.length}`)
  return (scope) => {
    let value: unknown
    for (const part of parts) {
      value = part(scope)
      if (!isNullish(value)) return value
    }
    return value
  }
}

function compileLet(operand: unknown, compile: Compile): Evaluate {
  const { vars, in: body } = named('$let', operand, ['vars', 'in'])
  const parts = Object.entries(asDoc(vars) ?? {}).map(
    ([name, part]) => [name, compile(part)] as const,
  )
  for (const [name] of parts) checkVariable(name)
  const inside = compile(body, ...parts.map(([name]) => name))
  return (scope) => {
    const variables = { ...scope.variables }
    for (const [name, part] of parts) variables[name] = part(scope)
    return inside({ root: scope.root, variables })
  }
}

function checkVariable(name: unknown): string {
  if (typeof name !== 'string') throw failedToParse('a variable name must be a string')
  if (!/^[a-z\u0080-\uffff][\w\u0080-\uffff]*$/.test(name) && name !== 'CURRENT')
    throw failedToParse(`'${name}' starts with an invalid character for a user variable name`)
  return name
}

/** The items of `input`, each with the scope in which it goes by the chosen name. */
function compileEach(
  operator: string,
  operand: unknown,
  compile: Compile,
  body: string,
  more: string[] = [],
) {
  const doc = named(operator, operand, ['input', body], ['as', ...more])
  const name = doc.as === undefined ? 'this' : checkVariable(doc.as)
  return { doc, name, input: compile(doc.input), inside: compile(doc[body], name) }
}

function arrayOrNull(operator: string, code: number, value: unknown): unknown[] | null {
  if (isNullish(value)) return null
  if (Array.isArray(value)) return value as unknown[]
  throw located(code, `input to ${operator} must be an array not ${typeName(value)}`)
}

function compileMap(operand: unknown, compile: Compile): Evaluate {
  const { name, input, inside } = compileEach('$map', operand, compile, 'in')
  return (scope) => {
    const variables = { ...scope.variables }
    const inner = { root: scope.root, variables }
    const items = arrayOrNull('$map', 16_883, input(scope))
    return (
      items &&
      items.map((item) => {
        variables[name] = item
        return inside(inner) ?? null
      })
    )
  }
}

function compileFilter(operand: unknown, compile: Compile): Evaluate {
  const { doc, name, input, inside } = compileEach('$filter', operand, compile, 'cond', ['limit'])
  const limit = doc.limit === undefined ? undefined : compile(doc.limit)
  return (scope) => {
    const variables = { ...scope.variables }
    const inner = { root: scope.root, variables }
    const most = limit?.(scope)
    const items = arrayOrNull('$filter', 28_651, input(scope))
    const kept =
      items &&
      items.filter((item) => {
        variables[name] = item
        return isTrue(inside(inner))
      })
    return kept && !isNullish(most) ? kept.slice(0, Number(most)) : kept
  }
}

/** A missing value sorts as `undefined`, before null. */
const comparison = (test: (order: number) => boolean) =>
  [2, 2, (a: unknown, b: unknown) => test(compareValues(a, b))] as const

export const CONTROL_OPERATORS: Operators = {
  $literal: (operand) => () => operand,
  $expr: (operand, compile) => compile(operand),
  $cond: compileCondition,
  $switch: compileSwitch,
  $ifNull: compileIfNull,
  $let: compileLet,
  $map: compileMap,
  $filter: compileFilter,
  $and: (operand, compile) => {
    const parts = list(operand).map((part) => compile(part))
    return (scope) => parts.every((part) => isTrue(part(scope)))
  },
  $or: (operand, compile) => {
    const parts = list(operand).map((part) => compile(part))
    return (scope) => parts.some((part) => isTrue(part(scope)))
  },
  $not: [1, 1, (value) => !isTrue(value)],
  $eq: comparison((order) => order === 0),
  $ne: comparison((order) => order !== 0),
  $gt: comparison((order) => order > 0),
  $gte: comparison((order) => order >= 0),
  $lt: comparison((order) => order < 0),
  $lte: comparison((order) => order <= 0),
  $type: [1, 1, (value) => (value === undefined ? 'missing' : typeName(value))],
}
