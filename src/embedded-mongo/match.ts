import { CommandError, badValue } from './error.js'
import { compileExpression } from './expression.js'
import { isTrue, type Environment } from './operator.js'
import { compareOperators } from './match-bounds.js'
import {
  compares,
  equals,
  hasBits,
  hasRemainder,
  hasSize,
  hasType,
  isIn,
  isOperatorName,
  matchesRegex,
} from './match-operators.js'
import { isRegex } from './regex.js'
import { compilePath, trail, type Predicate } from './match-path.js'
import { asDoc, isNumeric, toNumber, type Doc } from './values.js'

export { boundsOf } from './match-bounds.js'

export interface Matcher {
  readonly test: (doc: Doc) => boolean
  /** Position of the matched element in the outermost array, for the positional `$`. */
  readonly arrayIndex: (doc: Doc) => number | undefined
}

/** Compiles a filter once for many documents; refuses what MongoDB refuses with its codes. */
export function compileMatch(filter: Doc, environment: Partial<Environment> = {}): Matcher {
  const predicate = compileFilter(filter, environment)
  return {
    test: predicate,
    arrayIndex(doc) {
      trail.index = undefined
      return predicate(doc) ? trail.index : undefined
    },
  }
}

const REFUSED: Record<string, string> = {
  $where: '$where is not allowed in this context',
  $jsonSchema: '$jsonSchema is not supported by this server',
}

function compileFilter(filter: Doc, environment: Partial<Environment> = {}): Predicate {
  const parts: Predicate[] = []
  for (const [name, condition] of Object.entries(filter)) {
    if (!isOperatorName(name)) parts.push(compileField(name, condition))
    else if (name === '$and') parts.push(all(clauses(name, condition, environment)))
    else if (name === '$or') parts.push(any(clauses(name, condition, environment)))
    else if (name === '$nor') parts.push(negated(any(clauses(name, condition, environment))))
    else if (name === '$expr') parts.push(compileExpr(condition, environment))
    else if (name === '$alwaysTrue') parts.push(() => true)
    else if (name === '$alwaysFalse') parts.push(() => false)
    else if (name === '$text')
      throw new CommandError(27, 'IndexNotFound', 'text index required for $text query')
    else if (name !== '$comment')
      throw badValue(REFUSED[name] ?? `unknown top level operator: ${name}`)
  }
  return all(parts)
}

function clauses(name: string, value: unknown, environment: Partial<Environment>): Predicate[] {
  if (!Array.isArray(value)) throw badValue(`${name} must be an array`)
  if (value.length === 0) throw badValue('$and/$or/$nor must be a nonempty array')
  return (value as unknown[]).map((clause) => {
    const doc = asDoc(clause)
    if (!doc) throw badValue('$or/$and/$nor entries need to be full objects')
    return compileFilter(doc, environment)
  })
}

function compileExpr(expression: unknown, environment: Partial<Environment>): Predicate {
  const evaluate = compileExpression(expression, environment)
  return (doc) => isTrue(evaluate(doc as Doc))
}

function all(parts: readonly Predicate[]): Predicate {
  const [first, second] = parts
  if (!first) return () => true
  if (!second) return first
  if (parts.length === 2) return (value) => first(value) && second(value)
  return (value) => {
    for (const part of parts) if (!part(value)) return false
    return true
  }
}

function any(parts: readonly Predicate[]): Predicate {
  return (value) => {
    for (const part of parts) if (part(value)) return true
    return false
  }
}

function negated(part: Predicate): Predicate {
  return (value) => {
    const before = trail.index
    const matched = part(value)
    trail.index = before
    return !matched
  }
}

/** The operators of `{ $gt: 1, $lt: 5 }`; undefined when the value is a plain one to be equal to. */
function operatorsOf(condition: unknown): Doc | undefined {
  const doc = asDoc(condition)
  if (!doc) return undefined
  return isOperatorName(Object.keys(doc)[0]) ? doc : undefined
}

function compileField(path: string, condition: unknown): Predicate {
  const operators = operatorsOf(condition)
  if (operators) return all(compileOperators(path, operators))
  const literal = isRegex(condition) ? matchesRegex(condition, undefined) : equals(condition)
  return compilePath(path, literal, true)
}

function compileOperators(path: string, operators: Doc): Predicate[] {
  if ('$options' in operators && !('$regex' in operators)) throw badValue('$options needs a $regex')
  return Object.entries(operators)
    .filter(([name]) => name !== '$options' && name !== '$comment')
    .map(([name, operand]) => compileOperator(path, name, operand, operators))
}

function compileOperator(path: string, name: string, operand: unknown, beside: Doc): Predicate {
  if (compareOperators.has(name)) return compilePath(path, compares(name, operand), true)
  switch (name) {
    case '$eq':
      return compilePath(path, equals(operand), true)
    case '$ne':
      if (isRegex(operand)) throw badValue("Can't have regex as arg to $ne.")
      return negated(compilePath(path, equals(operand), true))
    case '$in':
      return compilePath(path, isIn(operand), true)
    case '$nin':
      if (!Array.isArray(operand)) throw badValue('$nin needs an array')
      return negated(compilePath(path, isIn(operand), true))
    case '$not':
      return negated(compileNot(path, operand))
    case '$exists':
      return compileExists(path, operand)
    case '$type':
      return compilePath(path, hasType(operand), true)
    case '$regex':
      return compilePath(path, matchesRegex(operand, beside.$options), true)
    case '$mod':
      return compilePath(path, hasRemainder(operand), true)
    case '$size':
      return compilePath(path, hasSize(operand), false)
    case '$all':
      return compileAll(path, operand)
    case '$elemMatch':
      return compilePath(path, elementMatch(operand), false)
    case '$bitsAllSet':
    case '$bitsAnySet':
    case '$bitsAllClear':
    case '$bitsAnyClear':
      return compilePath(path, hasBits(name, operand), true)
    default:
      throw badValue(`unknown operator: ${name}`)
  }
}

function compileNot(path: string, operand: unknown): Predicate {
  if (isRegex(operand)) return compilePath(path, matchesRegex(operand, undefined), true)
  const operators = asDoc(operand)
  if (!operators) throw badValue('$not needs a regex or a document')
  if (Object.keys(operators).length === 0) throw badValue('$not cannot be empty')
  if (!operatorsOf(operators))
    throw badValue(`unknown operator: ${Object.keys(operators)[0] ?? ''}`)
  return all(compileOperators(path, operators))
}

function compileExists(path: string, operand: unknown): Predicate {
  const wanted = isNumeric(operand)
    ? toNumber(operand) !== 0
    : operand !== false && operand !== null
  const exists = compilePath(path, (value) => value !== undefined, false)
  return wanted ? exists : negated(exists)
}

function compileAll(path: string, operand: unknown): Predicate {
  if (!Array.isArray(operand)) throw badValue('$all needs an array')
  if (operand.length === 0) return () => false
  return all(
    (operand as unknown[]).map((item) => {
      const operators = operatorsOf(item)
      if (operators && '$elemMatch' in operators)
        return compilePath(path, elementMatch(operators.$elemMatch), false)
      if (operators) throw badValue('no $ expressions in $all')
      return compilePath(path, isRegex(item) ? matchesRegex(item, undefined) : equals(item), true)
    }),
  )
}

const LOGICAL = new Set(['$and', '$or', '$nor', '$expr', '$comment', '$where'])

/** `$elemMatch` for filters over the element's fields and for operators over the element itself. */
export function elementMatch(operand: unknown): Predicate {
  const spec = asDoc(operand)
  if (!spec) throw badValue('$elemMatch needs an Object')
  const [first] = Object.keys(spec)
  const overValue = isOperatorName(first) && !LOGICAL.has(first ?? '')
  if ('$where' in spec) throw badValue('$elemMatch cannot contain $where expression')
  const test = overValue ? elementTest(spec) : compileFilter(spec)
  return (value) => {
    if (!Array.isArray(value)) return false
    for (let index = 0; index < value.length; index += 1) {
      const item: unknown = value[index]
      const subject = overValue
        ? item
        : (asDoc(item) ?? (Array.isArray(item) ? Object.fromEntries(item.entries()) : undefined))
      if (subject !== undefined && test(subject)) {
        trail.index = index
        return true
      }
    }
    return false
  }
}

/** Operators over a bare element: it is put under a name so that paths need no second form. */
function elementTest(operators: Doc): Predicate {
  const test = all(compileOperators('element', operators))
  return (element) => test({ element })
}
