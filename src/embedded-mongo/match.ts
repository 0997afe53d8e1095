import { insist } from './error.js'
import { compileExpression, isTrue } from './expression.js'
import { equals, matchesRegex, PREDICATES, type Predicate } from './match-operators.js'
import { entryOf, fieldIn, fieldOf, positionOf } from './paths.js'
import { asDoc, isOperatorName, isRegex, listOf, operatorsOf, type Doc } from './values.js'

/** Where the last match stood in the outermost array it went through: what positional `$` means. */
const trail: { index: number | undefined } = { index: undefined }

/** That position in a document; undefined where it does not match, or without an array. */
export function arrayIndexOf(test: Predicate, doc: Doc): number | undefined {
  trail.index = undefined
  return test(doc) ? trail.index : undefined
}

/** One filter that asks for all of these. */
export function allOf(filters: readonly Doc[]): Doc {
  const names = filters.flatMap(Object.keys)
  const isOne = new Set(names).size === names.length
  return isOne ? filters.reduce((whole, one) => ({ ...whole, ...one }), {}) : { $and: filters }
}

/** The first element of an array that meets `$elemMatch`'s operand, in a list of one; undefined when none does. */
export function compileFirstMatch(operand: unknown): (value: unknown) => unknown[] | undefined {
  const matches = elementMatch(operand)
  return (value) =>
    Array.isArray(value) && matches(value) ? [value[trail.index ?? 0] as unknown] : undefined
}

/** Tests array elements as `$pull` and `$elemMatch` do: their fields by a filter, or themselves by operators or a value. Into arrays among them the operators look only in `$pull`, fields only in `$elemMatch`. */
export function compileElement(spec: unknown, isPull: boolean): Predicate {
  const filter = asDoc(spec)
  if (!filter) return isRegex(spec) ? matchesRegex(spec) : equals(spec)
  const [first = ''] = Object.keys(filter)
  if (isOperatorName(first) && !(first in CLAUSES)) {
    const test = compileOperators(isPull ? 'element' : undefined, filter)
    return isPull ? (element) => test({ element }) : test
  }
  const test = compileMatch(filter)
  return (item) => {
    const isList = Array.isArray(item) && !isPull
    const doc = isList ? Object.fromEntries(item.entries()) : asDoc(item)
    return doc !== undefined && test(doc)
  }
}

/** Undefined where the value itself is meant. */
type Path = string | undefined
type Clause = (operand: unknown, name: string, variables: Doc) => Predicate

const CLAUSES: Readonly<Record<string, Clause>> = {
  $and: (...given) => all(clauses(...given)),
  $or(...given) {
    const parts = clauses(...given)
    // As in MongoDB, one of several says nothing about positions.
    return parts.length > 1 ? negated(all(parts.map(negated))) : all(parts)
  },
  $nor: (...given) => all(clauses(...given).map(negated)),
  $expr(operand, _name, variables) {
    const evaluate = compileExpression(operand, variables)
    return (doc) => isTrue(evaluate(doc as Doc))
  },
  $comment: () => () => true,
}

function clauses(operand: unknown, name: string, variables: Doc): readonly Predicate[] {
  insist(Array.isArray(operand) && operand.length > 0, 2, `${name} must be a nonempty array`)
  return operand.map((clause) => {
    const filter = asDoc(clause)
    insist(filter, 2, `${name} entries need to be full objects`)
    return compileMatch(filter, variables)
  })
}

/** Compiles a filter once for many documents; refuses what MongoDB refuses with its codes. */
export const compileMatch = (filter: Doc, variables: Doc = {}): Predicate =>
  all(
    Object.entries(filter).map(([name, operand]) => {
      if (!isOperatorName(name)) return compileField(name, operand)
      const clause = entryOf(CLAUSES, name)
      insist(clause, name === '$text' ? 27 : 2, `unknown top level operator: ${name}`)
      return clause(operand, name, variables)
    }),
  )

function all(parts: readonly Predicate[]): Predicate {
  const [first] = parts
  if (first && parts.length === 1) return first
  return (value) => {
    for (const part of parts) if (!part(value)) return false
    return true
  }
}

/** What does not match says nothing about positions. */
function negated(part: Predicate): Predicate {
  return (value) => {
    const before = trail.index
    const matched = part(value)
    trail.index = before
    return !matched
  }
}

/** A plain value must be equal, a regular expression must match. */
function compileField(path: Path, condition: unknown): Predicate {
  const plain = { [isRegex(condition) ? '$regex' : '$eq']: condition }
  return compileOperators(path, operatorsOf(condition) ?? plain)
}

function compileOperators(path: Path, operators: Doc): Predicate {
  const { $options, $comment: _, ...given } = operators
  insist($options === undefined || '$regex' in given, 2, '$options needs a $regex')
  return all(
    Object.entries(given).map(([name, operand]) => {
      const special = entryOf(OPERATORS, name)
      if (special) return special(path, operand)
      const compile = entryOf(PREDICATES, name)
      insist(compile, 2, `unknown operator: ${name}`)
      return compilePath(path, compile(operand, $options), name !== '$size')
    }),
  )
}

/** Operators that do more than test each value a path leads to. */
const OPERATORS: Readonly<Record<string, (path: Path, operand: unknown) => Predicate>> = {
  $ne(path, operand) {
    insist(!isRegex(operand), 2, "Can't have regex as arg to $ne.")
    return negated(compileOperators(path, { $eq: operand }))
  },
  $nin: (path, operand) => negated(compileOperators(path, { $in: operand })),
  $not(path, operand) {
    const isRight = isRegex(operand) || operatorsOf(operand)
    insist(isRight, 2, '$not needs a regex or a document of operators')
    return negated(compileField(path, operand))
  },
  $exists(path, operand) {
    const exists = compilePath(path, (value) => value !== undefined, false)
    return isTrue(operand) ? exists : negated(exists)
  },
  $all(path, operand) {
    insist(Array.isArray(operand), 2, '$all needs an array')
    const isRight = operand.map(operatorsOf).every((item) => !item || '$elemMatch' in item)
    insist(isRight, 2, 'no $ expressions in $all')
    return operand.length > 0 ? all(operand.map((item) => compileField(path, item))) : () => false
  },
  $elemMatch: (path, operand) => compilePath(path, elementMatch(operand), false),
}

function elementMatch(operand: unknown): Predicate {
  insist(asDoc(operand), 2, '$elemMatch needs an Object')
  return foundIn(compileElement(operand, false))
}

/** Whether an element of an array meets the test; remembers which. */
function foundIn(test: (item: unknown, at: number) => boolean): Predicate {
  return (value) => {
    const index = Array.isArray(value) ? value.findIndex(test) : -1
    if (index >= 0) trail.index = index
    return index >= 0
  }
}

/** All values a path leads to, as in a filter; of an array at its end the elements. */
export function valuesAt(doc: Doc, path: string): unknown[] {
  const found: unknown[] = []
  const collect = (value: unknown) => {
    if (value !== undefined) for (const item of listOf(value)) found.push(item)
    return false
  }
  compilePath(path, collect, false)(doc)
  return found
}

/** Follows a path through documents, every document of an array and positions; `intoLeaf` offers the elements of the end too. */
function compilePath(path: Path, predicate: Predicate, intoLeaf: boolean): Predicate {
  if (path === undefined) return predicate
  const [first = '', ...rest] = path.split('.')
  const inside = foundIn(predicate)
  let step = intoLeaf
    ? (value: unknown) => (Array.isArray(value) && inside(value)) || predicate(value)
    : predicate
  let whole = predicate
  for (const name of rest.reverse()) {
    const inner = intoField(name, step, whole)
    step = inner
    whole = (value) => (Array.isArray(value) || asDoc(value) !== undefined) && inner(value)
  }
  return (doc) => step(fieldOf(doc as Doc, first))
}

/** `whole` takes what stands at a position: an array there is one value, not looked into again. */
function intoField(name: string, next: Predicate, whole: Predicate): Predicate {
  const position = positionOf(name)
  const inside = foundIn((item, at) => {
    const doc = asDoc(item)
    return (doc !== undefined && next(fieldOf(doc, name))) || (at === position && whole(item))
  })
  return (value) => (Array.isArray(value) ? inside(value) : next(fieldIn(value, name)))
}
