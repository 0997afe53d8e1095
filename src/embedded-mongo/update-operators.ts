import { Int32, Timestamp } from 'bson'
import { compareValues, valuesEqual, typeName } from './encode.js'
import { insist } from './error.js'
import { compileElement } from './match.js'
import { calculate } from './numbers.js'
import { asDoc, isNumeric, toNumber, wholeNumber, type Doc } from './values.js'

/** Gives the value to store at the end of a path; `undefined` stands for a missing field, both ways. */
export type Leaf = (old: unknown, inserting: boolean) => unknown

/** Checks an operand; `where` names the operator and the path in refusals. */
type Compiler = (operand: unknown, where: string) => Leaf

/** What each operator makes of the value at the end of its path. */
export const LEAVES: Readonly<Record<string, Compiler>> = {
  $set: (operand) => () => operand,
  $setOnInsert: (operand) => (old, inserting) => (inserting ? operand : old),
  $unset: () => () => undefined,
  $inc: (operand, where) => arithmetic('add', operand, where),
  $mul: (operand, where) => arithmetic('multiply', operand, where),
  $min: (operand) => (old) =>
    old === undefined || compareValues(operand, old) < 0 ? operand : old,
  $max: (operand) => (old) =>
    old === undefined || compareValues(operand, old) > 0 ? operand : old,
  $currentDate(operand, where) {
    const type = typeof operand === 'boolean' ? 'date' : asDoc(operand)?.$type
    insist(type === 'date' || type === 'timestamp', 2, `${where}: $type is 'date' or 'timestamp'`)
    const now = new Date()
    const timestamp = new Timestamp({ t: Math.floor(now.getTime() / 1000), i: 1 })
    return () => (type === 'date' ? now : timestamp)
  },
  $push: push,
  $addToSet(operand, where) {
    const { $each } = eachOf(operand, where, 14)
    const isIn = (array: readonly unknown[], value: unknown) =>
      array.some((item) => valuesEqual(item, value))
    return (old) => {
      const array = [...arrayAt(old, where)]
      for (const value of $each) if (!isIn(array, value)) array.push(value)
      return array
    }
  },
  $pop(operand, where) {
    const side = isNumeric(operand) ? toNumber(operand) : NaN
    insist(side === 1 || side === -1, 9, `${where} expects 1 or -1`)
    const rest = side === 1 ? ([0, -1] as const) : ([1] as const)
    return (old) => (old === undefined ? old : arrayAt(old, where, 14).slice(...rest))
  },
  $pull: (operand, where) => without(compileElement(operand), where),
  $pullAll(operand, where) {
    insist(Array.isArray(operand), 2, `${where} requires an array argument`)
    return without((item) => operand.some((value) => valuesEqual(item, value)), where)
  },
}

/** A missing field counts as 0. */
function arithmetic(operation: 'add' | 'multiply', operand: unknown, where: string): Leaf {
  insist(isNumeric(operand), 14, `${where} takes a number, not ${typeName(operand)}`)
  return (old = ZERO) => {
    insist(isNumeric(old), 14, `${where} cannot be applied to ${typeName(old)}`)
    return calculate(operation, old, operand)
  }
}
const ZERO = new Int32(0)

/** The array at the path; an empty one when it is missing. */
function arrayAt(old: unknown = [], where: string, code = 2): readonly unknown[] {
  insist(Array.isArray(old), code, `${where} needs an array but found ${typeName(old)}`)
  return old
}

/** `{ $each: [...], …}`, or the value as the only one. */
function eachOf(operand: unknown, where: string, code: number): Doc & { $each: unknown[] } {
  const clauses = asDoc(operand) ?? {}
  if (!('$each' in clauses)) return { $each: [operand] }
  const { $each } = clauses
  insist(Array.isArray($each), code, `$each in ${where} must be an array`)
  return { ...clauses, $each }
}

function push(operand: unknown, where: string): Leaf {
  const { $each, $slice, $position, $sort, ...unknown } = eachOf(operand, where, 2)
  insist(Object.keys(unknown).length === 0, 2, `Unrecognized clause in ${where}`)
  insist($sort === undefined, 115, '$sort in $push is not supported by this server')
  const [slice, position] = [$slice, $position].map((given) => {
    const number = wholeNumber(given)
    insist(given === undefined || number !== undefined, 2, `${where} needs whole numbers`)
    return number
  })
  const [start, end] = slice === undefined || slice >= 0 ? [0, slice] : [slice]
  return (old) => {
    const array = [...arrayAt(old, where)]
    array.splice(position ?? array.length, 0, ...$each)
    return array.slice(start, end)
  }
}

function without(matches: (item: unknown) => boolean, where: string): Leaf {
  return (old) => (old === undefined ? old : arrayAt(old, where).filter((item) => !matches(item)))
}
