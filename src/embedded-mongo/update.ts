import { compilePipeline } from './aggregate.js'
import { valueKey, valuesEqual } from './encode.js'
import { insist } from './error.js'
import { topFields } from './codec.js'
import { compileMatch } from './match.js'
import { LEAVES, type Leaf } from './update-operators.js'
import { entryOf, memberOf, planted, positionOf, setField } from './paths.js'
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
  const change = isPipeline
    ? compileStages(update)
    : hasOperators
      ? compileModifiers(update, arrayFilters)
      : replacing(update)
  return {
    isReplacement: !isPipeline && !hasOperators,
    apply: (doc, context) => keepId(doc, change(doc, context), !hasOperators),
  }
}

function replacing(update: Doc): Changer {
  refuseDollar(Object.keys(update))
  return () => update
}

function refuseDollar(names: readonly (string | undefined)[]): void {
  const name = names.find(isOperatorName)
  insist(!name, 52, `The dollar ($) prefixed field '${name ?? ''}' is not allowed here.`)
}

const PIPELINE_STAGES = '$addFields $set $project $unset $replaceRoot $replaceWith'.split(' ')

function compileStages(stages: readonly Doc[]): Changer {
  for (const name of stages.flatMap((stage) => Object.keys(stage)))
    insist(PIPELINE_STAGES.includes(name), 72, `${name} is not allowed to be used within an update`)
  const world = { now: new Date(), variables: {}, find: () => [], checkTime: () => undefined }
  const run = compilePipeline(stages, world)
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

type Path = readonly string[]

/** One operator on one path. */
interface Modifier {
  readonly path: Path
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
  const used = new Set(modifiers.flatMap(({ path }) => path))
  for (const name of tests.keys())
    insist(name === '$[]' || used.has(name), 9, `The array filter for '${name}' was not used`)
  const isPositional = [...used].some((part) => part.startsWith('$'))
  const tops = modifiers.map(({ path }) => path[0])
  return (doc, context) => {
    if (!context.inserting) refuseDollar(tops)
    const placed = ({ path, leaf }: Modifier) =>
      placesOf(doc, path, tests, context.arrayIndex).map((place) => ({ path: place, leaf }))
    const places = isPositional ? modifiers.flatMap(placed) : modifiers
    const changes = modifiers.length > 1 && isPositional ? inOrder(places, 40) : places
    const copies = new Set<unknown>()
    let result: unknown = doc
    for (const change of changes) result = changed(result, change, 0, context.inserting, copies)
    return result as Doc
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

function checkedPath(text: string, tests: Tests): Path {
  const path = text.split('.')
  insist(!path.includes(''), 56, `The update path '${text}' contains an empty field name.`)
  insist(!/^\$($|\.|\[)/.test(text), 2, `'${text}' begins with a positional element`)
  for (const part of path)
    insist(!part.startsWith('$[') || tests.has(part), 2, `No array filter found for ${part}`)
  return path
}

/**
 * In MongoDB's order of paths. Refuses two of which one is the other or leads to it, and `$[…]` beside fields or
 * positions at one place.
 */
function inOrder<T extends { readonly path: Path }>(
  list: readonly T[],
  code: number,
): readonly T[] {
  if (list.length < 2) return list
  const keyed = list.map((one) => ({ one, key: valueKey(one.path) }))
  const sorted = keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ one }) => one)
  for (const [at, { path }] of sorted.entries()) {
    const before = sorted[at - 1]?.path ?? []
    const fork = before.findIndex((name, depth) => name !== path[depth])
    const isApart = before[fork]?.startsWith('$[') === path[fork]?.startsWith('$[')
    const isOwn = at === 0 || (fork >= 0 && isApart)
    insist(isOwn, code, `Updating the path '${path.join('.')}' would create a conflict`)
  }
  return sorted
}

/** The paths that one with `$`, `$[]` or `$[name]` stands for in a value. */
function placesOf(
  value: unknown,
  [name, ...rest]: Path,
  tests: Tests,
  arrayIndex: number | undefined,
): Path[] {
  if (name === undefined) return [[]]
  insist(name !== '$' || arrayIndex !== undefined, 2, 'The positional operator found no match')
  const test = tests.get(name)
  let keys = [name === '$' ? String(arrayIndex) : name]
  if (test) {
    insist(Array.isArray(value), 2, `Cannot apply array updates to what is no array at '${name}'`)
    keys = [...value.keys()].filter((index) => test(value[index])).map(String)
  }
  return keys.flatMap((key) =>
    placesOf(memberOf(value, key), rest, tests, arrayIndex).map((place) => [key, ...place]),
  )
}

/** A value changed at a path. What is copied on the way joins `copies`, so that further changes need not copy it again. */
function changed(
  old: unknown,
  modifier: Modifier,
  depth: number,
  inserting: boolean,
  copies: Set<unknown>,
): unknown {
  const name = modifier.path[depth]
  if (name === undefined) return modifier.leaf(old, inserting)
  const before = memberOf(old, name)
  const after = changed(before, modifier, depth + 1, inserting, copies)
  if (after === before) return old
  const container = Array.isArray(old) ? (old as unknown[]) : old === undefined ? {} : asDoc(old)
  const place = modifier.path.slice(0, depth).join('.')
  insist(container, 28, `Cannot create field '${name}' in '${place}'`)
  const isList = Array.isArray(container)
  const copy = copies.has(old) ? container : isList ? [...container] : { ...container }
  copies.add(copy)
  put(copy, name, after)
  return copy
}

/** Beyond the end an array is filled with null; what is taken out of one leaves null. */
function put(container: Doc | unknown[], name: string, value: unknown): void {
  if (!Array.isArray(container)) {
    setField(container, name, value)
    return
  }
  const index = positionOf(name)
  insist(index !== undefined, 28, `Cannot create field '${name}' in an array`)
  insist(index <= container.length + 1_500_000, 2, 'Cannot fill more than 1500000 elements')
  while (container.length < index) container.push(null)
  container[index] = value ?? null
}

/** The fields an upsert takes from its filter: equalities, also within `$and` and one-value `$in`. */
export function upsertSeed(filter: Doc): Doc {
  const found = equalitiesOf(filter)
  inOrder(found, 54)
  const id = found.filter(({ path }) => path[0] === '_id')
  return [...id, ...found].reduce<Doc>((seed, { path, value }) => planted(seed, path, value), {})
}

function equalitiesOf(filter: Doc): { path: string[]; value: unknown }[] {
  return Object.entries(filter).flatMap(([name, condition]) => {
    if (name === '$and' || (name === '$or' && listOf(condition).length === 1))
      return listOf(condition).flatMap((clause) => equalitiesOf(asDoc(clause) ?? {}))
    const value = name.startsWith('$') ? undefined : equalTo(condition)
    return value === undefined ? [] : [{ path: name.split('.'), value }]
  })
}

function equalTo(condition: unknown): unknown {
  if (isRegex(condition)) return undefined
  const operators = operatorsOf(condition) ?? { $eq: condition }
  if ('$eq' in operators) return operators.$eq
  const [only, ...others] = listOf(operators.$in ?? operators.$all)
  return others.length > 0 || isRegex(only) || operatorsOf(only) ? undefined : only
}
