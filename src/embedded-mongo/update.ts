import { Int32, Timestamp } from 'bson'
import { compilePipeline } from './aggregate.js'
import { topFields } from './codec.js'
import { compareValues, typeName, valuesEqual } from './encode.js'
import { insist } from './error.js'
import { compileElement, compileMatch } from './match.js'
import { calculate } from './numbers.js'
import { entryOf, memberOf, positionOf, setField } from './paths.js'
import { asDoc, isNumeric, isOperatorName, isRegex, listOf, operatorsOf } from './values.js'
import { toNumber, wholeNumber, type Doc } from './values.js'

/** Makes a new document that shares with the old one whatever it does not touch; `arrayIndex` is what positional `$` stands for. */
type Changer = (doc: Doc, context: { inserting: boolean; arrayIndex?: number | undefined }) => Doc

/** Compiles `{ $set: … }`, a replacement document or a pipeline; a changed `_id` is refused with 66. */
export function compileUpdate(update: unknown, arrayFilters: readonly Doc[] = []) {
  const doc = asDoc(update)
  insist(doc ?? Array.isArray(update), 9, 'Update argument must be an object or an array')
  const hasOperators = doc !== undefined && Object.keys(doc)[0]?.startsWith('$') === true
  insist(hasOperators || arrayFilters.length === 0, 9, 'arrayFilters are only for operators')
  const isReplacement = doc !== undefined && !hasOperators
  let change: Changer = () => doc ?? {}
  if (isReplacement) refuseDollar(Object.keys(doc))
  else change = doc ? compileModifiers(doc, arrayFilters) : compileStages(update as Doc[])
  const apply: Changer = (old, context) => keepId(old, change(old, context), !hasOperators)
  return { isReplacement, apply }
}

function refuseDollar(names: readonly (string | undefined)[]): void {
  const name = names.find(isOperatorName)
  insist(!name, 52, `The dollar ($) prefixed field '${name ?? ''}' is not allowed here.`)
}

const PIPELINE_STAGES = ['$addFields', '$set', '$project', '$unset']
function compileStages(stages: readonly Doc[]): Changer {
  for (const name of stages.flatMap((stage) => Object.keys(stage)))
    insist(PIPELINE_STAGES.includes(name), 72, `${name} is not allowed to be used within an update`)
  const run = compilePipeline(stages, { variables: {}, find: () => [] })
  return (doc) => [...run([doc])][0] ?? {}
}

/** `_id` stays first and as it was; on an upsert the update may bring one. */
function keepId(before: Doc, after: Doc, mayLeaveOut: boolean): Doc {
  const { _id = mayLeaveOut ? before._id : undefined } = after
  const isSame = before._id === undefined || (_id !== undefined && valuesEqual(before._id, _id))
  insist(isSame, 66, "the update would modify the immutable field '_id'")
  const isFirst = _id === undefined || Object.keys(after)[0] === '_id'
  return isFirst ? after : { _id, ...after }
}

/** One operator on one path. */
interface Modifier {
  readonly path: readonly string[]
  readonly leaf: Leaf
}

/** What `$[]` and each `$[name]` of a path says about the elements of the array there. */
type Tests = ReadonlyMap<string, (element: unknown) => boolean>

/** Checks every operator and path. */
function compileModifiers(update: Doc, arrayFilters: readonly Doc[]): Changer {
  const tests = arrayFilterTests(arrayFilters)
  const modifiers = Object.entries(update).flatMap(([operator, operands]) => {
    const compile = entryOf(LEAVES, operator)
    const doc = asDoc(operands)
    insist(compile, 9, `Unknown modifier: ${operator}`)
    insist(doc, 9, `Modifiers operate on fields: {${operator}: {<field>: ...}}`)
    return Object.entries(doc).map(([name, operand]) => {
      const leaf = compile(operand, `${operator} of '${name}'`)
      return { path: checkedPath(name, tests), leaf }
    })
  })
  const dry = modifiers.map(({ path }) => ({ path, leaf: () => undefined }))
  changer(true, 40)({}, dry)
  const used = new Set(modifiers.flatMap(({ path }) => path))
  const unused = [...tests.keys()].find((name) => name !== '$[]' && !used.has(name))
  insist(!unused, 9, `The array filter for ${unused ?? ''} was not used`)
  return (doc, { inserting, arrayIndex }) => {
    if (!inserting) refuseDollar(modifiers.map(({ path }) => path[0]))
    const change = changer(inserting, 40, (name, value) => {
      insist(name !== '$' || arrayIndex !== undefined, 2, 'The positional operator found no match')
      const test = tests.get(name)
      if (!test) return [name === '$' ? String(arrayIndex) : name]
      insist(Array.isArray(value), 2, `Cannot apply array updates to what is no array at '${name}'`)
      return [...value.keys()].filter((index) => test(value[index])).map(String)
    })
    return change(doc, modifiers) as Doc
  }
}

function arrayFilterTests(filters: readonly Doc[]): Tests {
  const tests = new Map<string, (element: unknown) => boolean>([['$[]', () => true]])
  for (const filter of filters) {
    const [name = '', ...others] = topFields(filter) ?? []
    const isOne = name !== '' && others.length === 0 && !tests.has(`$[${name}]`)
    insist(isOne, 9, 'Every array filter needs one top-level field name of its own')
    insist(/^[a-z][a-zA-Z0-9]*$/.test(name), 2, `'${name}' must begin with a lowercase letter`)
    const test = compileMatch(filter)
    tests.set(`$[${name}]`, (element) => test({ [name]: element }))
  }
  return tests
}

function checkedPath(text: string, tests: Tests): readonly string[] {
  const path = text.split('.')
  insist(!path.includes(''), 56, `The update path '${text}' contains an empty field name.`)
  insist(!/^\$($|\.|\[)/.test(text), 2, `'${text}' begins with a positional element`)
  const unknown = path.find((part) => part.startsWith('$[') && !tests.has(part))
  insist(!unknown, 2, `No array filter found for ${unknown ?? ''}`)
  return path
}

/** Makes all changes below a value in MongoDB's order of names; containers are copied once, and elements judged as they were. Paths of which one leads to the other, and `$[…]` beside another name, are refused with `code`. */
function changer(
  inserting: boolean,
  code: number,
  namesOf: (name: string, value: unknown) => readonly string[] = (name) => [name],
) {
  return function changed(old: unknown, modifiers: readonly Modifier[], depth = 0): unknown {
    const [first, ...others] = modifiers
    const route = first?.path ?? []
    if (first && route.length === depth && others.length === 0) return first.leaf(old, inserting)
    const below = new Map<string, Modifier[]>()
    for (const modifier of modifiers) {
      const { [depth]: name = '', length } = modifier.path
      const isApart = length > depth && name.startsWith('$[') === route[depth]?.startsWith('$[')
      insist(isApart, code, `Updating '${modifier.path.join('.')}' would create a conflict`)
      for (const key of namesOf(name, old)) below.set(key, [...(below.get(key) ?? []), modifier])
    }
    let copy: unknown[] | Doc | undefined
    for (const [name, group] of [...below].sort(([a], [b]) => compareValues(a, b))) {
      const before = memberOf(old, name)
      const after = changed(before, group, depth + 1)
      if (after === before) continue
      const isContainer = old === undefined || Array.isArray(old) || asDoc(old)
      insist(
        isContainer,
        28,
        `Cannot create field '${name}' in '${route.slice(0, depth).join('.')}'`,
      )
      copy ??= Array.isArray(old) ? [...(old as unknown[])] : { ...asDoc(old) }
      if (Array.isArray(copy)) putItem(copy, name, after)
      else setField(copy, name, after)
    }
    return copy ?? old
  }
}

/** Beyond the end an array is filled with null; what is taken out of one leaves null. */
function putItem(list: unknown[], name: string, value: unknown = null): void {
  const index = positionOf(name)
  insist(index !== undefined, 28, `Cannot create field '${name}' in an array`)
  insist(index <= list.length + 1_500_000, 2, 'Cannot fill more than 1500000 elements')
  while (list.length < index) list.push(null)
  list[index] = value
}

/** The fields an upsert takes from its filter: equalities, also within `$and` and one-value `$in`. */
export function upsertSeed(filter: Doc): Doc {
  return changer(true, 54)({}, equalitiesOf(filter)) as Doc
}

function equalitiesOf(filter: Doc): Modifier[] {
  return Object.entries(filter).flatMap(([name, condition]) => {
    if (name === '$and' || (name === '$or' && listOf(condition).length === 1))
      return listOf(condition).flatMap((clause) => equalitiesOf(asDoc(clause) ?? {}))
    const values = name.startsWith('$') ? [] : equalTo(condition)
    return values.map((value) => ({ path: name.split('.'), leaf: () => value }))
  })
}

function equalTo(condition: unknown): readonly unknown[] {
  if (isRegex(condition)) return []
  const { $eq, $in, $all = [] } = operatorsOf(condition) ?? { $eq: condition }
  const listed = [...listOf($all), ...(listOf($in).length === 1 ? listOf($in) : [])]
  const plain = listed.filter((value) => !isRegex(value) && !operatorsOf(value))
  return [$eq, ...plain].filter((value) => value !== undefined)
}

/** Gives the value to store at the end of a path; `undefined` stands for a missing field, both ways. */
type Leaf = (old: unknown, inserting: boolean) => unknown

/** Checks an operand; `where` names the operator and the path in refusals. */
type LeafCompiler = (operand: unknown, where: string) => Leaf

/** What each operator makes of the value at the end of its path. */
const LEAVES: Readonly<Record<string, LeafCompiler>> = {
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
  $pull: (operand, where) => without(compileElement(operand, true), where),
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
