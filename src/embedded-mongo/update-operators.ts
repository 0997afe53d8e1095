import { Timestamp } from 'bson'
import { compareValues, valuesEqual } from './encode.js'
import { insist, notSupported } from './error.js'
import { compileElement } from './match.js'
import { matchesRegex } from './match-operators.js'
import { calculate } from './numbers.js'
import { asDoc, isNumeric, isRegex, toNumber, typeName, wholeNumber, type Doc } from './values.js'

/** Gives the value to store at the end of a path; `undefined` stands for a missing field, both ways. */
export type Leaf = (old: unknown, inserting: boolean) => unknown

/** Checks an operand; `where` names the operator and the path in refusals. */
type Compiler = (operand: unknown, where: string) => Leaf

/** What each operator makes of the value at the end of its path. */
export const LEAVES: Readonly<Record<string, Compiler>> = {
  $set: (operand) => () => operand,
  $setOnInsert: (operand) => (old, inserting) => (inserting ? operand : old),
  $unset: () => () => undefined,
  $inc: arithmetic('add', (operand) => operand),
  $mul: arithmetic('multiply', (operand) => calculate('multiply', operand, 0)),
  $min: extreme(1),
  $max: extreme(-1),
  $currentDate: currentDate,
  $push: push,
  $addToSet: addToSet,
  $pop(operand, where) {
    const side = isNumeric(operand) ? toNumber(operand) : NaN
    insist(side === 1 || side === -1, 9, `${where} expects 1 or -1`)
    const pop = (list: readonly unknown[]) => (side === 1 ? list.slice(0, -1) : list.slice(1))
    return (old) => (old === undefined ? old : pop(arrayAt(old, where, 14)))
  },
  $pull: (operand, where) => without(pulled(operand), where),
  $pullAll(operand, where) {
    insist(Array.isArray(operand), 2, `${where} requires an array argument`)
    return without((item) => operand.some((value) => valuesEqual(item, value)), where)
  },
}

function arithmetic(
  operation: 'add' | 'multiply',
  start: (operand: Parameters<typeof calculate>[1]) => unknown,
): Compiler {
  return (operand, where) => {
    insist(isNumeric(operand), 14, `${where} takes a number, not ${typeName(operand)}`)
    return (old) => {
      if (old === undefined) return start(operand)
      insist(isNumeric(old), 14, `${where} cannot be applied to ${typeName(old)}`)
      const result = calculate(operation, old, operand)
      insist(result !== undefined, 2, `${where} overflows`)
      return result
    }
  }
}

function extreme(direction: 1 | -1): Compiler {
  return (operand) => (old) =>
    old === undefined || compareValues(operand, old) * direction < 0 ? operand : old
}

function currentDate(operand: unknown, where: string): Leaf {
  const type = typeof operand === 'boolean' ? 'date' : asDoc(operand)?.$type
  insist(type === 'date' || type === 'timestamp', 2, `${where}: $type is 'date' or 'timestamp'`)
  const now = new Date()
  const value = type === 'date' ? now : new Timestamp({ t: Math.floor(now.getTime() / 1000), i: 1 })
  return () => value
}

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
  if ($sort !== undefined) throw notSupported('$sort in $push')
  const [slice, position] = [$slice, $position].map((given) => {
    const number = wholeNumber(given)
    insist(given === undefined || number !== undefined, 2, `${where} needs whole numbers`)
    return number
  })
  return (old) => {
    const array = [...arrayAt(old, where)]
    array.splice(position ?? array.length, 0, ...$each)
    if (slice === undefined) return array
    return slice >= 0 ? array.slice(0, slice) : array.slice(slice)
  }
}

function addToSet(operand: unknown, where: string): Leaf {
  const { $each } = eachOf(operand, where, 14)
  return (old) => {
    const array = [...arrayAt(old, where)]
    for (const value of $each)
      if (!array.some((item) => valuesEqual(item, value))) array.push(value)
    return array
  }
}

function without(matches: (item: unknown) => boolean, where: string): Leaf {
  return (old) => (old === undefined ? old : arrayAt(old, where).filter((item) => !matches(item)))
}

/** A document is a filter over the elements' fields, operators test the element itself. */
function pulled(operand: unknown): (item: unknown) => boolean {
  const spec = asDoc(operand)
  if (spec) return compileElement(spec)
  return isRegex(operand) ? matchesRegex(operand) : (item) => valuesEqual(item, operand)
}
