import { CommandError, insist } from './error.js'
import { compileExpression, isTrue, type Environment } from './expression.js'
import { equals, matchesRegex, PREDICATES, type Predicate } from './match-operators.js'
import {
  asDoc,
  entryOf,
  fieldOf,
  isOperatorName,
  isRegex,
  operatorsOf,
  type Doc,
} from './values.js'

export interface Matcher {
  readonly test: (doc: Doc) => boolean
  /** Position of the matched element in the outermost array, for the positional `$`. */
  readonly arrayIndex: (doc: Doc) => number | undefined
}

/** Where the last match stood in the outermost array it went through: what positional `$` means. */
const trail: { index: number | undefined } = { index: undefined }

/** Compiles a filter once for many documents; refuses what MongoDB refuses with its codes. */
export function compileMatch(filter: Doc, environment: Partial<Environment> = {}): Matcher {
  const test = compileFilter(filter, environment)
  return {
    test,
    arrayIndex(doc) {
      trail.index = undefined
      return test(doc) ? trail.index : undefined
    },
  }
}

/** The first element of an array that meets `$elemMatch`'s operand, in a list of one; undefined when none does. */
export function compileFirstMatch(operand: unknown): (value: unknown) => unknown[] | undefined {
  const matches = elementMatch(operand)
  return (value) =>
    Array.isArray(value) && matches(value) ? [value[trail.index ?? 0] as unknown] : undefined
}

type Clause = (condition: unknown, environment: Partial<Environment>, name: string) => Predicate

const CLAUSES: Readonly<Record<string, Clause>> = {
  $and: (...given) => all(clauses(...given)),
  $or: (...given) => any(clauses(...given)),
  $nor: (...given) => negated(any(clauses(...given))),
  $expr: (condition, environment) => {
    const evaluate = compileExpression(condition, environment)
    return (doc) => isTrue(evaluate(doc as Doc))
  },
  $comment: () => () => true,
  $text: () => {
    throw new CommandError(27, 'text index required for $text query')
  },
}

function compileFilter(filter: Doc, environment: Partial<Environment> = {}): Predicate {
  return all(
    Object.entries(filter).map(([name, condition]) => {
      if (!isOperatorName(name)) return compileField(name, condition)
      const clause = entryOf(CLAUSES, name)
      insist(clause, 2, `unknown top level operator: ${name}`)
      return clause(condition, environment, name)
    }),
  )
}

function clauses(value: unknown, environment: Partial<Environment>, name: string): Predicate[] {
  insist(Array.isArray(value) && value.length > 0, 2, `${name} must be a nonempty array`)
  return (value as unknown[]).map((clause) => {
    const doc = asDoc(clause)
    insist(doc, 2, `${name} entries need to be full objects`)
    return compileFilter(doc, environment)
  })
}

function all(parts: readonly Predicate[]): Predicate {
  const [first] = parts
  if (first && parts.length === 1) return first
  return (value) => {
    for (const part of parts) if (!part(value)) return false
    return true
  }
}

const any =
  (parts: readonly Predicate[]): Predicate =>
  (value) =>
    parts.some((part) => part(value))

function negated(part: Predicate): Predicate {
  return (value) => {
    const before = trail.index
    const matched = part(value)
    trail.index = before
    return !matched
  }
}

/** A plain value a path must equal, a regular expression it must match, or operators. */
function compileField(path: string, condition: unknown): Predicate {
  const operators = operatorsOf(condition)
  if (operators) return compileOperators(path, operators)
  return compilePath(path, isRegex(condition) ? matchesRegex(condition) : equals(condition), true)
}

type Operator = (path: string, operand: unknown) => Predicate

const NEGATIONS: Readonly<Record<string, string>> = { $ne: '$eq', $nin: '$in' }

const OPERATORS: Readonly<Record<string, Operator>> = {
  $not(path, operand) {
    if (isRegex(operand)) return negated(compileField(path, operand))
    const operators = operatorsOf(operand)
    insist(operators, 2, '$not needs a regex or a document of operators')
    return negated(compileOperators(path, operators))
  },
  $exists(path, operand) {
    const exists = compilePath(path, (value) => value !== undefined, false)
    return isTrue(operand) ? exists : negated(exists)
  },
  $all(path, operand) {
    insist(Array.isArray(operand), 2, '$all needs an array')
    if (operand.length === 0) return () => false
    return all((operand as unknown[]).map((item) => compileMember(path, item)))
  },
  $elemMatch: (path, operand) => compilePath(path, elementMatch(operand), false),
}

function compileMember(path: string, item: unknown): Predicate {
  const operators = operatorsOf(item)
  insist(!operators || '$elemMatch' in operators, 2, 'no $ expressions in $all')
  return compileField(path, item)
}

function compileOperators(path: string, operators: Doc): Predicate {
  const { $options, $comment: _, ...given } = operators
  insist($options === undefined || '$regex' in given, 2, '$options needs a $regex')
  return all(
    Object.entries(given).map(([name, operand]) => {
      const special = entryOf(OPERATORS, name)
      if (special) return special(path, operand)
      const plain = entryOf(NEGATIONS, name) ?? name
      insist(plain === name || !isRegex(operand), 2, `Can't have regex as arg to ${name}.`)
      const compile = entryOf(PREDICATES, plain)
      insist(compile, 2, `unknown operator: ${name}`)
      const test = compilePath(path, compile(operand, plain, $options), name !== '$size')
      return plain === name ? test : negated(test)
    }),
  )
}

/** `$elemMatch` for filters over the element's fields and for operators over the element itself. */
function elementMatch(operand: unknown): Predicate {
  const spec = asDoc(operand)
  insist(spec, 2, '$elemMatch needs an Object')
  const [first] = Object.keys(spec)
  const overValue = isOperatorName(first) && !((first ?? '') in CLAUSES)
  const test = overValue ? compileElement(spec) : compileFilter(spec)
  return (value) => {
    if (!Array.isArray(value)) return false
    const index = value.findIndex((item: unknown) => {
      if (overValue) return test(item)
      const doc = Array.isArray(item) ? Object.fromEntries(item.entries()) : asDoc(item)
      return doc !== undefined && test(doc)
    })
    if (index >= 0) trail.index = index
    return index >= 0
  }
}

/** Operators over a bare element: it is put under a name so that paths need no second form. */
export function compileElement(operators: Doc): Predicate {
  const test = compileOperators('element', operators)
  return (element) => test({ element })
}

/**
 * Follows a dotted path the way MongoDB's filters do: through documents, through every document of
 * an array, and by array position. `intoLeaf` also offers each element of an array at the end.
 */
function compilePath(path: string, predicate: Predicate, intoLeaf: boolean): Predicate {
  const [first = '', ...rest] = path.split('.')
  let step = intoLeaf ? overElements(predicate) : predicate
  let whole = predicate
  for (const name of rest.reverse()) {
    step = intoField(name, step, whole)
    whole = step
  }
  return (doc) => step(fieldOf(doc as Doc, first))
}

function overElements(predicate: Predicate): Predicate {
  return (value) => {
    if (!Array.isArray(value)) return predicate(value)
    const index = value.findIndex(predicate)
    if (index >= 0) trail.index = index
    return index >= 0 || predicate(value)
  }
}

/** `whole` takes what stands at a position: an array there is one value, not looked into again. */
function intoField(name: string, next: Predicate, whole: Predicate): Predicate {
  const position = /^(0|[1-9]\d*)$/.test(name) ? Number(name) : -1
  const through = (value: unknown) => {
    const doc = asDoc(value)
    return doc !== undefined && next(fieldOf(doc, name))
  }
  return (value) => {
    if (!Array.isArray(value)) {
      const doc = asDoc(value)
      return next(doc && fieldOf(doc, name))
    }
    const index = value.findIndex(
      (item: unknown, at) => through(item) || (at === position && whole(item)),
    )
    if (index >= 0) trail.index = index
    return index >= 0
  }
}
