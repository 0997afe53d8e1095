import { compileStages } from './aggregate.js'
import { valuesEqual } from './encode.js'
import { insist } from './error.js'
import { topFields } from './fields.js'
import { compileMatch } from './match.js'
import { compileModifiers, inOrder, type UpdateContext } from './update-paths.js'
import { asDoc, isOperatorName, isRegex, listOf, operatorsOf, planted, type Doc } from './values.js'

interface CompiledUpdate {
  /** A new document; the given one is never changed. Refuses a changed `_id` with 66. */
  apply(doc: Doc, context: UpdateContext): Doc
  readonly isReplacement: boolean
}

/** Compiles `{ $set: … }`, a replacement document or a pipeline of `$set $unset $project …`. */
export function compileUpdate(
  update: Doc | Doc[],
  { arrayFilters = [] }: { arrayFilters?: readonly Doc[] | undefined } = {},
): CompiledUpdate {
  const isPipeline = Array.isArray(update)
  const isReplacement = !isPipeline && !Object.keys(update)[0]?.startsWith('$')
  const hasOperators = !isPipeline && !isReplacement
  insist(hasOperators || arrayFilters.length === 0, 9, 'arrayFilters are only for operators')
  if (isPipeline) {
    const run = compilePipelineUpdate(update)
    return { isReplacement, apply: (doc) => keepId(doc, run(doc), true) }
  }
  const modifiers = hasOperators && compileModifiers(update, arrayFilterTests(arrayFilters))
  const dollar = [...(modifiers ? modifiers.names : Object.keys(update))].find(isOperatorName)
  const isNever = dollar !== undefined && isReplacement
  insist(!isNever, 52, `The dollar ($) prefixed field '${dollar ?? ''}' is not allowed here.`)
  return {
    isReplacement,
    apply(doc, context) {
      const isHere = dollar !== undefined && !context.inserting
      insist(
        !isHere,
        52,
        `The dollar ($) prefixed field '${dollar ?? ''}' is only for new documents.`,
      )
      return keepId(doc, modifiers ? modifiers.apply(doc, context) : update, isReplacement)
    },
  }
}

const PIPELINE_STAGES = '$addFields $set $project $unset $replaceRoot $replaceWith'.split(' ')

function compilePipelineUpdate(stages: readonly Doc[]): (doc: Doc) => Doc {
  for (const name of stages.flatMap((stage) => Object.keys(stage)))
    insist(PIPELINE_STAGES.includes(name), 72, `${name} is not allowed to be used within an update`)
  return compileStages(stages)
}

/** `_id` stays first and as it was; on an upsert the update may bring one. */
function keepId(before: Doc, after: Doc, mayLeaveOut: boolean): Doc {
  const { _id = mayLeaveOut ? before._id : undefined } = after
  const isSame = before._id === undefined || (_id !== undefined && valuesEqual(before._id, _id))
  insist(isSame, 66, "the update would modify the immutable field '_id'")
  const isFirst = _id === undefined || Object.keys(after)[0] === '_id'
  return isFirst ? after : { _id, ...after }
}

/** One test per identifier, called with the array element. */
function arrayFilterTests(filters: readonly Doc[]): Map<string, (element: unknown) => boolean> {
  const tests = new Map<string, (element: unknown) => boolean>()
  for (const filter of filters) {
    const [name = '', ...others] = topFields(filter) ?? []
    const isOne = name !== '' && others.length === 0 && !tests.has(name)
    insist(isOne, 9, 'Every array filter needs one top-level field name of its own')
    insist(/^[a-z][a-zA-Z0-9]*$/.test(name), 2, `'${name}' must begin with a lowercase letter`)
    const matcher = compileMatch(filter)
    tests.set(name, (element) => matcher.test({ [name]: element }))
  }
  return tests
}

/** The fields an upsert takes from its filter: equalities, also within `$and` and one-value `$in`. */
export function upsertSeed(filter: Doc): Doc {
  const found = equalitiesOf(filter)
  inOrder(found, 54)
  const id = found.filter(({ parts }) => parts[0] === '_id')
  return [...id, ...found].reduce<Doc>((seed, { parts, value }) => planted(seed, parts, value), {})
}

function equalitiesOf(filter: Doc): { parts: string[]; value: unknown }[] {
  return Object.entries(filter).flatMap(([name, condition]) => {
    if (name === '$and' || (name === '$or' && listOf(condition).length === 1))
      return listOf(condition).flatMap((clause) => equalitiesOf(asDoc(clause) ?? {}))
    const value = name.startsWith('$') ? undefined : equalTo(condition)
    return value === undefined ? [] : [{ parts: name.split('.'), value }]
  })
}

function equalTo(condition: unknown): unknown {
  if (isRegex(condition)) return undefined
  const operators = operatorsOf(condition)
  if (!operators) return condition
  if ('$eq' in operators) return operators.$eq
  const values = operators.$in ?? operators.$all
  const [only, ...others] = Array.isArray(values) ? (values as unknown[]) : []
  return others.length > 0 || isRegex(only) || operatorsOf(only) ? undefined : only
}
