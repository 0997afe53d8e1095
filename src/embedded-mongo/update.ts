import { compilePipeline } from './aggregate.js'
import { valueKey, valuesEqual } from './encode.js'
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
  update: Doc | Doc[],
  arrayFilters: readonly Doc[] = [],
): { readonly apply: Changer; readonly isReplacement: boolean } {
  const isPipeline = Array.isArray(update)
  const hasOperators = !isPipeline && Object.keys(update)[0]?.startsWith('$') === true
  insist(hasOperators || arrayFilters.length === 0, 9, 'arrayFilters are only for operators')
  const isReplacement = !isPipeline && !hasOperators
  if (isReplacement) refuseDollar(Object.keys(update))
  let change: Changer = () => update as Doc
  if (isPipeline) change = compileStages(update)
  if (hasOperators) change = compileModifiers(update, arrayFilters)
  const apply: Changer = (doc, context) => keepId(doc, change(doc, context), !hasOperators)
  return { isReplacement, apply }
}

function refuseDollar(names: readonly (string | undefined)[]): void {
  const name = names.find(isOperatorName)
  insist(!name, 52, `The dollar ($) prefixed field '${name ?? ''}' is not allowed here.`)
}

const PIPELINE_STAGES = '$addFields $set $project $unset $replaceRoot $replaceWith'.split(' ')

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

/** Checks every operator and path; the places that positional paths stand for are found before anything is changed. */
function compileModifiers(update: Doc, arrayFilters: readonly Doc[]): Changer {
  const tests = arrayFilterTests(arrayFilters)
  const given = Object.entries(update).flatMap(([operator, operands]) => {
    const compile = entryOf(LEAVES, operator)
    const doc = asDoc(operands)
    insist(compile, 9, `Unknown modifier: ${operator}`)
    insist(doc, 9, `Modifiers operate on fields: {${operator}: {<field>: ...}}`)
    return Object.entries(doc).map(([name, operand]) => {
      const leaf = compile(operand, `${operator} of '${name}'`)
      return { path: checkedPath(name, tests), leaf }
    })
  })
  const modifiers = inOrder(given, 40)
  const tops = modifiers.map(({ path }) => path[0])
  const used = new Set(modifiers.flatMap(({ path }) => path))
  const isPositional = [...used].some((part) => part.startsWith('$'))
  const unused = [...tests.keys()].find((name) => name !== '$[]' && !used.has(name))
  insist(!unused, 9, `The array filter for ${unused ?? ''} was not used`)
  return (doc, { inserting, arrayIndex }) => {
    if (!inserting) refuseDollar(tops)
    const places = isPositional
      ? modifiers.flatMap((modifier) => placesOf(doc, modifier, 0, tests, arrayIndex))
      : modifiers
    const changes = isPositional ? inOrder(places, 40) : places
    return changedAll(doc, changes, inserting)
  }
}

function arrayFilterTests(filters: readonly Doc[]): Tests {
  const tests = new Map<string, (element: unknown) => boolean>([['$[]', () => true]])
  for (const filter of filters) {
    const [name = '', ...others] = topFields(filter) ?? []
    const isOne = name !== '' && others.length === 0 && !tests.has(`$[${name}]`)
    insist(isOne, 9, 'Every array filter needs one top-level field name of its own')
    insist(/^[a-z][a-zA-Z0-9]*$/.test(name), 2, `'${name}' must begin with a lowercase letter`)
    const { test } = compileMatch(filter)
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

/** In MongoDB's order of paths. Refuses two of which one leads to the other, and `$[…]` beside other names at one place. */
function inOrder(list: readonly Modifier[], code: number): readonly Modifier[] {
  if (list.length < 2) return list
  const keyed = list.map((one) => ({ one, key: valueKey(one.path) }))
  const sorted = keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ one }) => one)
  for (const [at, { path }] of sorted.slice(1).entries()) {
    const before = sorted[at]?.path ?? []
    const fork = before.findIndex((name, depth) => name !== path[depth])
    const isApart = fork >= 0 && before[fork]?.startsWith('$[') === path[fork]?.startsWith('$[')
    insist(isApart, code, `Updating the path '${path.join('.')}' would create a conflict`)
  }
  return sorted
}

/** A modifier for each path that one with `$`, `$[]` or `$[name]` stands for in a document. */
function placesOf(
  value: unknown,
  { path, leaf }: Modifier,
  depth: number,
  tests: Tests,
  arrayIndex: number | undefined,
): Modifier[] {
  const name = path[depth]
  if (name === undefined) return [{ path, leaf }]
  insist(name !== '$' || arrayIndex !== undefined, 2, 'The positional operator found no match')
  const test = tests.get(name)
  let keys = [name === '$' ? String(arrayIndex) : name]
  if (test) {
    insist(Array.isArray(value), 2, `Cannot apply array updates to what is no array at '${name}'`)
    keys = [...value.keys()].filter((index) => test(value[index])).map(String)
  }
  return keys.flatMap((key) => {
    const placed = { path: path.with(depth, key), leaf }
    return placesOf(memberOf(value, key), placed, depth + 1, tests, arrayIndex)
  })
}

/** A document with all changes made one after the other; every container is copied once. */
function changedAll(doc: Doc, changes: readonly Modifier[], inserting: boolean): Doc {
  const copies = new Set<unknown>()
  function changed(old: unknown, { path, leaf }: Modifier, depth: number): unknown {
    const name = path[depth]
    if (name === undefined) return leaf(old, inserting)
    const before = memberOf(old, name)
    const after = changed(before, { path, leaf }, depth + 1)
    if (after === before) return old
    const container = Array.isArray(old) ? (old as unknown[]) : old === undefined ? {} : asDoc(old)
    insist(container, 28, `Cannot create field '${name}' in '${path.slice(0, depth).join('.')}'`)
    const isList = Array.isArray(container)
    const copy = copies.has(old) ? container : isList ? [...container] : { ...container }
    copies.add(copy)
    if (Array.isArray(copy)) putItem(copy, name, after)
    else setField(copy, name, after)
    return copy
  }
  return changes.reduce<unknown>((result, change) => changed(result, change, 0), doc) as Doc
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
  const found = equalitiesOf(filter)
  inOrder(found, 54)
  return changedAll({}, found, true)
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
