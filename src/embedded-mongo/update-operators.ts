import { Int32, Timestamp } from 'bson'
import { badValue, failedToParse, notSupported, typeMismatch } from './error.js'
import { compileMatch } from './match.js'
import { matchesRegex, typeName, wholeNumber } from './match-operators.js'
import { isRegex } from './regex.js'
import { calculate, type Arithmetic } from './numbers.js'
import { compileSort } from './sort.js'
import {
  asDoc,
  compareValues,
  isNumeric,
  toNumber,
  valuesEqual,
  type Doc,
  type Numeric,
} from './values.js'

export interface UpdateContext {
  readonly arrayIndex?: number | undefined
  readonly inserting: boolean
  readonly now: Date
}

/** What a leaf answers instead of a value. */
export const REMOVE = Symbol('remove')
export const KEEP = Symbol('keep')

/** Gives the value to store at the end of a path; `undefined` comes in for a missing field. */
export type Leaf = (old: unknown, context: UpdateContext) => unknown

type LeafCompiler = (path: string, operand: unknown) => Leaf

export function compileLeaf(operator: string): LeafCompiler {
  const compiler = COMPILERS[operator]
  if (operator === '$bit') throw notSupported('$bit')
  if (!compiler)
    throw failedToParse(
      `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`,
    )
  return compiler
}

const COMPILERS: Record<string, LeafCompiler> = {
  $set: (_path, operand) => () => operand,
  $setOnInsert: (_path, operand) => () => operand,
  $unset: () => (old) => (old === undefined ? KEEP : REMOVE),
  $rename: () => () => KEEP,
  $inc: (path, operand) => arithmetic('$inc', path, operand),
  $mul: (path, operand) => arithmetic('$mul', path, operand),
  $min: (_path, operand) => (old) =>
    old === undefined || compareValues(operand, old) < 0 ? operand : KEEP,
  $max: (_path, operand) => (old) =>
    old === undefined || compareValues(operand, old) > 0 ? operand : KEEP,
  $currentDate: currentDate,
  $push: push,
  $addToSet: addToSet,
  $pop: pop,
  $pull: pull,
  $pullAll: pullAll,
}

function arithmetic(operator: '$inc' | '$mul', path: string, operand: unknown): Leaf {
  if (!isNumeric(operand))
    throw typeMismatch(
      `Cannot ${operator === '$inc' ? 'increment' : 'multiply'} with non-numeric argument: {${path}: ${JSON.stringify(operand)}}`,
    )
  const kind: Arithmetic = operator === '$inc' ? 'add' : 'multiply'
  return (old) => {
    if (old === undefined) return operator === '$inc' ? operand : zeroLike(operand)
    if (!isNumeric(old))
      throw typeMismatch(
        `Cannot apply ${operator} to a value of non-numeric type. The field '${path}' is of non-numeric type ${typeName(old)}`,
      )
    const result = calculate(kind, old, operand)
    if (result === undefined)
      throw badValue(`Failed to apply ${operator} operations to current value (${old.toString()})`)
    return result
  }
}

function zeroLike(operand: Numeric): unknown {
  return calculate('multiply', operand, new Int32(0))
}

function currentDate(path: string, operand: unknown): Leaf {
  if (typeof operand === 'boolean') return (_old, context) => context.now
  const type = asDoc(operand)?.$type
  if (type === 'date') return (_old, context) => context.now
  if (type === 'timestamp')
    return (_old, { now }) => new Timestamp({ t: Math.floor(now.getTime() / 1000), i: 1 })
  throw badValue(
    `The '$type' string field is required to be 'date' or 'timestamp': {$currentDate: {${path}: {$type: ...}}}`,
  )
}

function arrayAt(operator: string, path: string, old: unknown): readonly unknown[] {
  if (old === undefined) return []
  if (Array.isArray(old)) return old as unknown[]
  throw badValue(
    operator === '$push'
      ? `The field '${path}' must be an array but is of type ${typeName(old)}`
      : `Cannot apply ${operator} to non-array field. Field named '${path}' has non-array type ${typeName(old)}`,
  )
}

function eachOf(operator: string, operand: unknown): readonly unknown[] {
  const doc = asDoc(operand)
  if (!doc || !('$each' in doc)) return [operand]
  if (!Array.isArray(doc.$each))
    throw (operator === '$push' ? badValue : typeMismatch)(
      `The argument to $each in ${operator} must be an array but it was of type: ${typeName(doc.$each)}`,
    )
  return doc.$each as unknown[]
}

function push(path: string, operand: unknown): Leaf {
  const values = eachOf('$push', operand)
  const clauses = values.length === 1 && values[0] === operand ? {} : (asDoc(operand) ?? {})
  const unknown = Object.keys(clauses).find(
    (name) => !['$each', '$slice', '$sort', '$position'].includes(name),
  )
  if (unknown !== undefined) throw badValue(`Unrecognized clause in $push: ${unknown}`)
  const slice = clauses.$slice === undefined ? undefined : wholeNumber('$slice', clauses.$slice)
  const position =
    clauses.$position === undefined ? undefined : wholeNumber('$position', clauses.$position)
  const order = clauses.$sort === undefined ? undefined : elementOrder(clauses.$sort)
  return (old) => {
    const array = [...arrayAt('$push', path, old)]
    array.splice(position ?? array.length, 0, ...values)
    if (order) array.sort(order)
    if (slice === undefined) return array
    return slice >= 0 ? array.slice(0, slice) : array.slice(slice)
  }
}

function elementOrder(sort: unknown): (a: unknown, b: unknown) => number {
  const spec = asDoc(sort)
  if (spec) {
    if (Object.keys(spec).length === 0)
      throw badValue('The $sort pattern is empty when it should be a set of fields.')
    const compare = compileSort(spec)
    return (a, b) => compare(asDoc(a) ?? {}, asDoc(b) ?? {})
  }
  const direction = isNumeric(sort) ? toNumber(sort) : 0
  if (direction !== 1 && direction !== -1)
    throw badValue('The $sort element value must be either 1 or -1')
  return (a, b) => compareValues(a, b) * direction
}

function addToSet(path: string, operand: unknown): Leaf {
  const values = eachOf('$addToSet', operand)
  return (old) => {
    const array = [...arrayAt('$addToSet', path, old)]
    for (const value of values)
      if (!array.some((item) => valuesEqual(item, value))) array.push(value)
    return old !== undefined && array.length === (old as unknown[]).length ? KEEP : array
  }
}

function pop(path: string, operand: unknown): Leaf {
  const side = isNumeric(operand) ? toNumber(operand) : NaN
  if (side !== 1 && side !== -1)
    throw failedToParse(`$pop expects 1 or -1, found: ${String(operand)}`)
  return (old) => {
    if (old === undefined) return KEEP
    if (!Array.isArray(old))
      throw typeMismatch(`Path '${path}' contains an element of non-array type '${typeName(old)}'`)
    const array = old as unknown[]
    return side === 1 ? array.slice(0, -1) : array.slice(1)
  }
}

function removing(operator: string, matches: (item: unknown) => boolean): Leaf {
  return (old) => {
    if (old === undefined) return KEEP
    if (!Array.isArray(old)) throw badValue(`Cannot apply ${operator} to a non-array value`)
    const left = (old as unknown[]).filter((item) => !matches(item))
    return left.length === old.length ? KEEP : left
  }
}

/** A document is a filter over the elements' fields, operators test the element itself. */
function pull(_path: string, operand: unknown): Leaf {
  if (isRegex(operand)) return removing('$pull', matchesRegex(operand, undefined))
  const spec = asDoc(operand)
  if (!spec) return removing('$pull', (item) => valuesEqual(item, operand))
  if (isElementTest(spec)) {
    const matcher = compileMatch({ element: spec })
    return removing('$pull', (element) => matcher.test({ element }))
  }
  const matcher = compileMatch(spec)
  return removing('$pull', (item) => {
    const doc = asDoc(item)
    return doc !== undefined && matcher.test(doc)
  })
}

function isElementTest(spec: Doc): boolean {
  const [first] = Object.keys(spec)
  return (
    first !== undefined &&
    first.startsWith('$') &&
    !['$and', '$or', '$nor', '$expr', '$ref', '$id'].includes(first)
  )
}

function pullAll(_path: string, operand: unknown): Leaf {
  if (!Array.isArray(operand))
    throw badValue('$pullAll requires an array argument but was given a ' + typeName(operand))
  const values = operand as unknown[]
  return removing('$pullAll', (item) => values.some((value) => valuesEqual(item, value)))
}
