import { compilePipeline } from './aggregate.js'
import { compareValues, valuesEqual } from './encode.js'
import { insist } from './error.js'
import { topFields } from './codec.js'
import { compileMatch } from './match.js'
import { LEAVES, type Leaf } from './update-operators.js'
import { entryOf, memberOf, positionOf, setField } from './paths.js'
import { asDoc, isOperatorName, isRegex, listOf, operatorsOf, type Doc } from './values.js'

export interface UpdateContext {
  /** Where the filter met an array: what the positional `$` stands for. */
  readonly arrayIndex?: number | undefined
  readonly inserting: boolean
}

/** Makes a new document that shares with the old one whatever it does not touch. */
type Changer = (doc: Doc, context: UpdateContext) => Doc

/** Compiles `{ $set: … }`, a replacement document or a pipeline; a changed `_id` is refused with 66. */
export function compileUpdate(
  update: unknown,
  arrayFilters: readonly Doc[] = [],
): { readonly apply: Changer; readonly isReplacement: boolean } {
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

/**
 * Makes all changes below a value in MongoDB's order of names; containers are copied once, and elements judged as they were.
 * Paths of which one leads to the other, and `$[…]` beside another name, are refused with `code`.
 */
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
    const value = name.startsWith('$') ? undefined : equalTo(condition)
    return value === undefined ? [] : [{ path: name.split('.'), leaf: () => value }]
  })
}

function equalTo(condition: unknown): unknown {
  if (isRegex(condition)) return undefined
  const operators = operatorsOf(condition) ?? { $eq: condition }
  if ('$eq' in operators) return operators.$eq
  const [only, ...others] = listOf(operators.$in ?? operators.$all)
  return others.length > 0 || isRegex(only) || operatorsOf(only) ? undefined : only
}
