import { Timestamp } from 'bson'
import { compareValues, valuesEqual } from './encode.js'
import { CommandError, insist } from './error.js'
import { compileElement, compileMatch } from './match.js'
import { matchesRegex } from './match-operators.js'
import { calculate } from './numbers.js'
import { compileSort } from './sort.js'
import type { UpdateContext } from './update-paths.js'
import {
  asDoc,
  isNumeric,
  isOperatorName,
  isRegex,
  toNumber,
  typeName,
  wholeNumber,
  type Doc,
} from './values.js'

/** Gives the value to store at the end of a path; `undefined` stands for a missing field, both ways. */
export type Leaf = (old: unknown, context: UpdateContext) => unknown

type LeafCompiler = (operand: unknown, path: string, operator: string) => Leaf

const set: LeafCompiler = (operand) => () => operand

const extreme =
  (direction: 1 | -1): LeafCompiler =>
  (operand) =>
  (old) =>
    old === undefined || compareValues(operand, old) * direction < 0 ? operand : old

/** Compilers of what each operator does to the value at the end of its path. */
export const LEAVES: Readonly<Record<string, LeafCompiler>> = {
  $set: set,
  $setOnInsert: set,
  $unset: () => () => undefined,
  $rename: set,
  $inc: arithmetic,
  $mul: arithmetic,
  $min: extreme(1),
  $max: extreme(-1),
  $currentDate: currentDate,
  $push: push,
  $addToSet: addToSet,
  $pop: pop,
  $pull: pull,
  $pullAll: pullAll,
}

function arithmetic(operand: unknown, path: string, operator: string): Leaf {
  const verb = operator === '$inc' ? 'increment' : 'multiply'
  insist(
    isNumeric(operand),
    14,
    `Cannot ${verb} with non-numeric argument: {${path}: ${String(operand)}}`,
  )
  const operation = operator === '$inc' ? 'add' : 'multiply'
  return (old) => {
    if (old === undefined)
      return operator === '$inc' ? operand : calculate('subtract', operand, operand)
    insist(isNumeric(old), 14, `Cannot apply ${operator} to a value of non-numeric type: ${path}`)
    const result = calculate(operation, old, operand)
    insist(
      result !== undefined,
      2,
      `Failed to apply ${operator} operations to current value: ${path}`,
    )
    return result
  }
}

function currentDate(operand: unknown, path: string): Leaf {
  const type = typeof operand === 'boolean' ? 'date' : asDoc(operand)?.$type
  if (type === 'date') return (_old, { now }) => now
  insist(
    type === 'timestamp',
    2,
    `The '$type' of $currentDate must be 'date' or 'timestamp': ${path}`,
  )
  return (_old, { now }) => new Timestamp({ t: Math.floor(now.getTime() / 1000), i: 1 })
}

/** The array at the path; an empty one when it is missing. */
function arrayAt(operator: string, path: string, old: unknown, code = 2): readonly unknown[] {
  if (old === undefined) return []
  insist(
    Array.isArray(old),
    code,
    `The field '${path}' must be an array for ${operator} but is of type ${typeName(old)}`,
  )
  return old as unknown[]
}

function eachOf(operand: unknown, operator: string): readonly unknown[] {
  const doc = asDoc(operand) ?? {}
  if (!('$each' in doc)) return [operand]
  const { $each } = doc
  insist(
    Array.isArray($each),
    operator === '$push' ? 2 : 14,
    `$each in ${operator} must be an array`,
  )
  return $each as unknown[]
}

const CLAUSES = ['$each', '$slice', '$sort', '$position']

function push(operand: unknown, path: string, operator: string): Leaf {
  const values = eachOf(operand, operator)
  const doc = asDoc(operand) ?? {}
  const clauses: Doc = '$each' in doc ? doc : {}
  for (const name of Object.keys(clauses))
    insist(CLAUSES.includes(name), 2, `Unrecognized clause in $push: ${name}`)
  for (const name of ['$slice', '$position'])
    insist(
      !(name in clauses) || wholeNumber(clauses[name]) !== undefined,
      2,
      `${name} must be an integer`,
    )
  const slice = wholeNumber(clauses.$slice)
  const position = wholeNumber(clauses.$position)
  const order = clauses.$sort === undefined ? undefined : elementOrder(clauses.$sort)
  return (old) => {
    const array = [...arrayAt(operator, path, old)]
    array.splice(position ?? array.length, 0, ...values)
    if (order) array.sort(order)
    if (slice === undefined) return array
    return slice >= 0 ? array.slice(0, slice) : array.slice(slice)
  }
}

function elementOrder(sort: unknown): (a: unknown, b: unknown) => number {
  const spec = asDoc(sort)
  insist(!spec || Object.keys(spec).length > 0, 2, 'The $sort pattern is empty')
  const direction = isNumeric(sort) ? toNumber(sort) : 0
  insist(spec ?? Math.abs(direction) === 1, 2, 'The $sort element value must be either 1 or -1')
  if (!spec) return (a, b) => compareValues(a, b) * direction
  const compare = compileSort(spec)
  return (a, b) => compare(asDoc(a) ?? {}, asDoc(b) ?? {})
}

function addToSet(operand: unknown, path: string, operator: string): Leaf {
  const values = eachOf(operand, operator)
  return (old) => {
    const array = [...arrayAt(operator, path, old)]
    for (const value of values)
      if (!array.some((item) => valuesEqual(item, value))) array.push(value)
    return array
  }
}

function pop(operand: unknown, path: string, operator: string): Leaf {
  const side = isNumeric(operand) ? toNumber(operand) : NaN
  insist(side === 1 || side === -1, 9, `$pop expects 1 or -1, found: ${String(operand)}`)
  return (old) => {
    const array = arrayAt(operator, path, old, 14)
    return old === undefined ? undefined : side === 1 ? array.slice(0, -1) : array.slice(1)
  }
}

const removing =
  (matches: (item: unknown) => boolean, path: string, operator: string): Leaf =>
  (old) => {
    const left = arrayAt(operator, path, old).filter((item) => !matches(item))
    return old === undefined ? undefined : left
  }

/** A document is a filter over the elements' fields, operators test the element itself. */
function pull(operand: unknown, path: string, operator: string): Leaf {
  const spec = asDoc(operand)
  const [first = ''] = Object.keys(spec ?? {})
  const isTest = isOperatorName(first) && !['$and', '$or', '$nor', '$expr'].includes(first)
  let matches: (item: unknown) => boolean
  if (isRegex(operand)) matches = matchesRegex(operand)
  else if (!spec) matches = (item) => valuesEqual(item, operand)
  else if (isTest) matches = compileElement(spec)
  else {
    const matcher = compileMatch(spec)
    matches = (item) => {
      const doc = asDoc(item)
      return doc !== undefined && matcher.test(doc)
    }
  }
  return removing(matches, path, operator)
}

function pullAll(operand: unknown, path: string, operator: string): Leaf {
  if (!Array.isArray(operand)) throw new CommandError(2, '$pullAll requires an array argument')
  const values = operand as unknown[]
  return removing((item) => values.some((value) => valuesEqual(item, value)), path, operator)
}
