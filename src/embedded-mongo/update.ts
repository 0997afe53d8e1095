import { CommandError, badValue, failedToParse } from './error.js'
import { compileMatch } from './match.js'
import { isOperatorName } from './match-operators.js'
import { refuseDollar } from './update-paths.js'
import {
  applyModifiers,
  compileModifiers,
  type Modifier,
  type UpdateContext,
} from './update-apply.js'
import { compileStages } from './aggregate.js'
import { asDoc, setField, valuesEqual, type Doc } from './values.js'

export { upsertSeed } from './update-seed.js'

interface CompiledUpdate {
  /** A new document; the given one is never changed. Refuses a changed `_id` with 66. */
  apply(doc: Doc, context: UpdateContext): Doc
  readonly isReplacement: boolean
}

/** Compiles `{ $set: … }`, a replacement document or a pipeline of `$set $unset $replaceWith …`. */
export function compileUpdate(
  update: Doc | Doc[],
  options: { arrayFilters?: Doc[] | undefined } = {},
): CompiledUpdate {
  if (Array.isArray(update)) return compilePipelineUpdate(update, options.arrayFilters)
  const [first] = Object.keys(update)
  if (!first?.startsWith('$')) return compileReplacement(update, options.arrayFilters)
  const modifiers = compileModifiers(update, arrayFilterTests(options.arrayFilters ?? []))
  const dollar = modifiers.map(({ parts }) => parts[0] ?? '').find(isOperatorName)
  return {
    isReplacement: false,
    apply(doc, context) {
      if (dollar !== undefined && !context.inserting) refuseDollar(dollar)
      return keepId(doc, applyModifiers(doc, modifiers, context), false)
    },
  }
}

export type { Modifier, UpdateContext }

function compileReplacement(update: Doc, arrayFilters: Doc[] | undefined): CompiledUpdate {
  if (arrayFilters?.length)
    throw failedToParse('Cannot use arrayFilters when replacing a whole document')
  const dollar = Object.keys(update).find((name) => name.startsWith('$'))
  if (dollar !== undefined) refuseDollar(dollar)
  return {
    isReplacement: true,
    apply: (doc) => keepId(doc, { ...update }, true),
  }
}

const PIPELINE_STAGES = new Set([
  '$addFields',
  '$set',
  '$project',
  '$unset',
  '$replaceRoot',
  '$replaceWith',
])

function compilePipelineUpdate(stages: Doc[], arrayFilters: Doc[] | undefined): CompiledUpdate {
  if (arrayFilters?.length)
    throw failedToParse('arrayFilters may not be specified for pipeline-syle updates')
  for (const stage of stages) {
    const name = Object.keys(stage)[0] ?? ''
    if (!PIPELINE_STAGES.has(name))
      throw new CommandError(
        72,
        'InvalidOptions',
        `${name} is not allowed to be used within an update`,
      )
  }
  let run = compileStages(stages, { now: new Date(0) })
  let compiledFor: Date | undefined
  return {
    isReplacement: false,
    apply(doc, context) {
      if (compiledFor !== context.now) run = compileStages(stages, { now: context.now })
      compiledFor = context.now
      const [result] = run([doc])
      return keepId(doc, { ...result }, true)
    },
  }
}

/** `_id` stays first and as it was; on an upsert the update may bring one. */
function keepId(before: Doc, after: Doc, idMayBeLeftOut: boolean): Doc {
  const id = before._id
  const next = after._id === undefined && idMayBeLeftOut ? id : after._id
  if (id !== undefined && (next === undefined || !valuesEqual(id, next)))
    throw new CommandError(
      66,
      'ImmutableField',
      `Performing an update on the path '_id' would modify the immutable field '_id'`,
    )
  if (next === undefined || Object.keys(after)[0] === '_id') return after
  const result: Doc = { _id: next }
  for (const name of Object.keys(after)) if (name !== '_id') setField(result, name, after[name])
  return result
}

/** One test per identifier, called with the array element. */
function arrayFilterTests(filters: readonly Doc[]): Map<string, (element: unknown) => boolean> {
  const tests = new Map<string, (element: unknown) => boolean>()
  for (const filter of filters) {
    const names = new Set(identifiersOf(filter))
    const [name] = names
    if (name === undefined)
      throw failedToParse('Cannot use an expression without a top-level field name in arrayFilters')
    if (names.size > 1)
      throw failedToParse(
        `Error parsing array filter :: caused by :: Expected a single top-level field name, found ${[...names].map((each) => `'${each}'`).join(' and ')}`,
      )
    if (!/^[a-z][a-zA-Z0-9]*$/.test(name))
      throw badValue(
        `Error parsing array filter :: caused by :: The top-level field name must be an alphanumeric string beginning with a lowercase letter, found '${name}'`,
      )
    if (tests.has(name))
      throw failedToParse(`Found multiple array filters with the same top-level field name ${name}`)
    const matcher = compileMatch(filter)
    tests.set(name, (element) => matcher.test({ [name]: element }))
  }
  return tests
}

function identifiersOf(filter: Doc): string[] {
  return Object.entries(filter).flatMap(([name, value]) =>
    name.startsWith('$')
      ? (Array.isArray(value) ? (value as unknown[]) : []).flatMap((clause) =>
          identifiersOf(asDoc(clause) ?? {}),
        )
      : [name.split('.')[0] ?? ''],
  )
}
