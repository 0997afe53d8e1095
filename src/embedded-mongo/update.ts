import { compileStages } from './aggregate.js'
import { valuesEqual } from './encode.js'
import { insist } from './error.js'
import { compileMatch } from './match.js'
import { compileModifiers, applyModifiers, type UpdateContext } from './update-paths.js'
import { asDoc, isOperatorName, isRegex, listOf, operatorsOf, planted, type Doc } from './values.js'

interface CompiledUpdate {
  /** A new document; the given one is never changed. Refuses a changed `_id` with 66. */
  apply(doc: Doc, context: UpdateContext): Doc
  readonly isReplacement: boolean
}

/** Compiles `{ $set: … }`, a replacement document or a pipeline of `$set $unset $replaceWith …`. */
export function compileUpdate(
  update: Doc | Doc[],
  { arrayFilters = [] }: { arrayFilters?: readonly Doc[] | undefined } = {},
): CompiledUpdate {
  const isPipeline = Array.isArray(update)
  if (!isPipeline && Object.keys(update)[0]?.startsWith('$')) {
    const modifiers = compileModifiers(update, arrayFilterTests(arrayFilters))
    const dollar = modifiers.map(({ parts }) => parts[0] ?? '').find(isOperatorName)
    return {
      isReplacement: false,
      apply(doc, context) {
        if (!context.inserting) refuseDollar(dollar)
        return keepId(doc, applyModifiers(doc, modifiers, context), false)
      },
    }
  }
  insist(arrayFilters.length === 0, 9, 'arrayFilters are only for updates by operators')
  if (isPipeline) return compilePipelineUpdate(update)
  refuseDollar(Object.keys(update).find((name) => name.startsWith('$')))
  return { isReplacement: true, apply: (doc) => keepId(doc, update, true) }
}

/** A field at the top may begin with a dollar only in a document that is new. */
function refuseDollar(name: string | undefined): void {
  insist(
    name === undefined,
    52,
    `The dollar ($) prefixed field '${name ?? ''}' is not allowed here.`,
  )
}

const PIPELINE_STAGES = '$addFields $set $project $unset $replaceRoot $replaceWith'.split(' ')

function compilePipelineUpdate(stages: readonly Doc[]): CompiledUpdate {
  for (const name of stages.flatMap((stage) => Object.keys(stage)))
    insist(PIPELINE_STAGES.includes(name), 72, `${name} is not allowed to be used within an update`)
  let compiledFor = new Date(0)
  let run = compileStages(stages, compiledFor)
  return {
    isReplacement: false,
    apply(doc, { now }) {
      if (compiledFor !== now) run = compileStages(stages, now)
      compiledFor = now
      return keepId(doc, run(doc), true)
    },
  }
}

/** `_id` stays first and as it was; on an upsert the update may bring one. */
function keepId(before: Doc, after: Doc, mayLeaveOut: boolean): Doc {
  const id = before._id
  const next = after._id === undefined && mayLeaveOut ? id : after._id
  const isSame = id === undefined || (next !== undefined && valuesEqual(id, next))
  insist(isSame, 66, "the update would modify the immutable field '_id'")
  if (next === undefined || Object.keys(after)[0] === '_id') return { ...after }
  const { _id, ...fields } = after
  return { _id: next, ...fields }
}

/** One test per identifier, called with the array element. */
function arrayFilterTests(filters: readonly Doc[]): Map<string, (element: unknown) => boolean> {
  const tests = new Map<string, (element: unknown) => boolean>()
  for (const filter of filters) {
    const [name = '', ...others] = new Set(identifiersOf(filter))
    insist(name !== '', 9, 'Cannot use an array filter without a top-level field name')
    insist(
      others.length === 0,
      9,
      `Expected one top-level field name, found ${name}, ${others.join()}`,
    )
    insist(/^[a-z][a-zA-Z0-9]*$/.test(name), 2, `'${name}' must begin with a lowercase letter`)
    insist(!tests.has(name), 9, `Found multiple array filters with the field name ${name}`)
    const matcher = compileMatch(filter)
    tests.set(name, (element) => matcher.test({ [name]: element }))
  }
  return tests
}

const identifiersOf = (filter: Doc): string[] =>
  Object.entries(filter).flatMap(([name, value]) =>
    name.startsWith('$')
      ? listOf(value).flatMap((clause) => identifiersOf(asDoc(clause) ?? {}))
      : [name.split('.')[0] ?? ''],
  )

/** The fields an upsert takes from its filter: equalities, also within `$and` and one-value `$in`. */
export function upsertSeed(filter: Doc): Doc {
  const found = equalitiesOf(filter)
  found.forEach(([path], index) => {
    const isTwice = found
      .slice(0, index)
      .some(([other]) => isWithin(path, other) || isWithin(other, path))
    insist(!isTwice, 54, `cannot infer query fields to set, path '${path}' is matched twice`)
  })
  const id = found.filter(([path]) => path === '_id')
  const others = found.filter(([path]) => path !== '_id')
  return [...id, ...others].reduce<Doc>(
    (seed, [path, value]) => planted(seed, path.split('.'), value),
    {},
  )
}

const isWithin = (path: string, outer: string) => `${path}.`.startsWith(`${outer}.`)

function equalitiesOf(filter: Doc): [string, unknown][] {
  return Object.entries(filter).flatMap(([name, condition]) => {
    if (name === '$and' || (name === '$or' && listOf(condition).length === 1))
      return listOf(condition).flatMap((clause) => equalitiesOf(asDoc(clause) ?? {}))
    const value = name.startsWith('$') ? undefined : equalTo(condition)
    return value === undefined ? [] : [[name, value]]
  })
}

function equalTo(condition: unknown): unknown {
  if (isRegex(condition)) return undefined
  const operators = operatorsOf(condition)
  if (!operators) return condition
  if ('$eq' in operators) return operators.$eq
  const list = operators.$in ?? operators.$all
  const [only, ...others] = Array.isArray(list) ? (list as unknown[]) : []
  return others.length > 0 || isRegex(only) || operatorsOf(only) ? undefined : only
}
