import type { Engine } from './engine.js'
import { CommandError, failedToParse, located } from './error.js'
import { valueAt } from './expression.js'
import { applyChange, prepareDoc } from './modify.js'
import type { WriteJob } from './store.js'
import { asDoc, valuesEqual, type Doc } from './values.js'

/** Writes the result of a pipeline that ends in `$out` or `$merge`, as a write job that answers a refusal. */
export function writeResult(
  engine: Engine,
  db: string,
  stage: Doc,
  docs: readonly Doc[],
): () => WriteJob<CommandError | undefined> {
  if ('$out' in stage) return outJob(engine, targetOf(stage.$out, db), docs)
  const spec = asDoc(stage.$merge) ?? { into: stage.$merge }
  return mergeJob(engine, targetOf(spec.into, db), mergeRules(engine, db, spec), docs)
}

interface Target {
  readonly db: string
  readonly name: string
}

function targetOf(value: unknown, db: string): Target {
  if (typeof value === 'string') return { db, name: value }
  const { db: other, coll } = asDoc(value) ?? {}
  if (typeof coll !== 'string') throw failedToParse('$out and $merge need the name of a collection')
  return { db: typeof other === 'string' ? other : db, name: coll }
}

/** The new collection takes the place of the old one in the transaction that ends the job; indexes stay. */
function outJob(
  engine: Engine,
  { db, name }: Target,
  docs: readonly Doc[],
): () => WriteJob<CommandError | undefined> {
  return function* () {
    const prepared = docs.map(prepareDoc)
    const draft = `tmp.out.${name}`
    const left = engine.catalog.find(db, draft)
    if (left) engine.catalog.drop(left)
    const old = engine.catalog.find(db, name)
    const target = engine.catalog.ensure(db, draft)
    if (old) engine.catalog.copyIndexes(old, target)
    yield
    try {
      for (const { bytes, doc } of prepared) {
        engine.records.insert(target, bytes, doc)
        yield
      }
    } catch (error) {
      if (!(error instanceof CommandError)) throw error
      engine.catalog.drop(target)
      return error
    }
    const replaced = engine.catalog.find(db, name)
    if (replaced) engine.catalog.drop(replaced)
    engine.catalog.rename(target, db, name)
    return undefined
  }
}

interface MergeRules {
  readonly on: readonly string[]
  readonly matched: string
  readonly notMatched: string
}

function mergeRules(engine: Engine, db: string, spec: Doc): MergeRules {
  const matched = spec.whenMatched ?? 'merge'
  const notMatched = spec.whenNotMatched ?? 'insert'
  if (Array.isArray(matched))
    throw new CommandError(
      115,
      'CommandNotSupported',
      '$merge with a pipeline in whenMatched is not supported',
    )
  if (
    typeof matched !== 'string' ||
    !['merge', 'replace', 'keepExisting', 'fail'].includes(matched)
  )
    throw failedToParse(
      `Enumeration value '${JSON.stringify(matched)}' for field 'whenMatched' is not a valid value`,
    )
  if (typeof notMatched !== 'string' || !['insert', 'discard', 'fail'].includes(notMatched))
    throw failedToParse(
      `Enumeration value '${JSON.stringify(notMatched)}' for field 'whenNotMatched' is not a valid value`,
    )
  const on = (Array.isArray(spec.on) ? spec.on : [spec.on ?? '_id']) as string[]
  const { db: inDb, name } = targetOf(spec.into, db)
  const indexes = engine.catalog.find(inDb, name)?.indexes
  const isUnique = indexes?.some(
    (index) =>
      index.unique &&
      !index.partial &&
      !index.sparse &&
      index.fields.length === on.length &&
      index.fields.every(({ path }) => on.includes(path)),
  )
  if (!(isUnique ?? (on.length === 1 && on[0] === '_id')))
    throw located(51_183, 'Cannot find index to verify that join fields will be unique')
  return { on, matched, notMatched }
}

function mergeJob(
  engine: Engine,
  { db, name }: Target,
  rules: MergeRules,
  docs: readonly Doc[],
): () => WriteJob<CommandError | undefined> {
  return function* () {
    for (const doc of docs) {
      const filter: Doc = {}
      for (const path of rules.on) {
        const value = valueAt(doc, path.split('.'), 0)
        if (value === undefined && path !== '_id')
          throw located(51_132, `$merge write error: 'on' field '${path}' is missing`)
        filter[path] = { $eq: value ?? null }
      }
      const change = {
        filter,
        update: updateFor(doc, rules),
        multi: false,
        upsert: rules.notMatched === 'insert',
        milliseconds: Infinity,
      }
      const { matched } = yield* applyChange(engine, db, name, change)
      if (matched > 0 && rules.matched === 'fail')
        throw new CommandError(
          11_000,
          'DuplicateKey',
          '$merge found a matching document and whenMatched is fail',
        )
      if (matched === 0 && rules.notMatched === 'fail')
        throw new CommandError(
          13_113,
          'MergeStageNoMatchingDocument',
          '$merge could not find a matching document',
        )
      yield
    }
    return undefined
  }
}

function updateFor(doc: Doc, { on, matched }: MergeRules): Doc {
  if (matched === 'replace') return doc
  const joined = new Set(on)
  const fields = Object.fromEntries(
    Object.entries(doc).filter(
      ([path, value]) => !joined.has(path) && !valuesEqual(value, undefined),
    ),
  )
  const operator = matched === 'merge' ? '$set' : '$setOnInsert'
  return Object.keys(fields).length > 0 ? { [operator]: fields } : { [operator]: {} }
}
