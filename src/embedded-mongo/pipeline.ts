import { Int32 } from 'bson'
import { stopwatch, type Arguments } from './arguments.js'
import { compilePipeline } from './aggregate.js'
import { parseDoc, toBytes } from './codec.js'
import type { Context } from './commands.js'
import type { Source } from './cursors.js'
import { compileMatch } from './match.js'
import { Query, type QuerySpec } from './query.js'
import { asDoc, isNumeric, wholeNumber, type Doc } from './values.js'

const COUNT = toBytes({ $group: { _id: new Int32(1), n: { $sum: new Int32(1) } } })

/** What the planner is asked (`spec`) and what is left (`rest`); `isCount` when that is only the count of countDocuments. */
export function planPipeline(stages: readonly Doc[], given: Arguments) {
  const { let: variables = {}, maxTimeMS = Infinity, hint } = given
  const { spec, rest } = splitHead(stages)
  compileMatch(spec.filter, variables)
  const isCount = rest.length === 1 && rest.every((stage) => toBytes(stage).equals(COUNT))
  const checkTime = stopwatch(maxTimeMS)
  return { spec: { ...spec, hint, variables }, rest, isCount, variables, checkTime }
}

/** Stages at the head of a pipeline that the planner can do, and what is left to run. */
export function splitHead(stages: readonly Doc[]): { spec: QuerySpec; rest: readonly Doc[] } {
  const filters: Doc[] = []
  let sort: Doc | undefined
  let skip = 0
  let limit = 0
  const end = stages.findIndex((stage) => {
    const [[name, value] = [], ...others] = Object.entries(stage)
    const number = wholeNumber(value) ?? -1
    const doc = asDoc(value)
    const isCut = skip > 0 || limit > 0
    if (others.length > 0) return true
    if (name === '$match' && doc && !isCut) filters.push(doc)
    else if (name === '$sort' && doc && !sort && !isCut && isPlainSort(doc)) sort = doc
    else if (name === '$skip' && limit === 0 && number >= 0) skip += number
    else if (name === '$limit' && number > 0) limit = limit === 0 ? number : Math.min(limit, number)
    else return true
    return false
  })
  const filter = filters.length > 1 ? { $and: filters } : (filters[0] ?? {})
  return { spec: { filter, sort, skip, limit }, rest: end < 0 ? [] : stages.slice(end) }
}

const isPlainSort = (sort: Doc) =>
  Object.keys(sort).length > 0 && Object.values(sort).every(isNumeric)

/** Runs what is left of a pipeline over what the planner finds. */
export function pipelineSource(
  { engine, db, name }: Context,
  { spec, rest, variables, checkTime }: ReturnType<typeof planPipeline>,
): Source<Uint8Array> {
  /** The documents of a query in one go, for stages that need them as they come. */
  function* find(from: string, asked: QuerySpec): Generator<Doc> {
    const collection = engine.catalog.find(db, from)
    if (!collection) return
    for (const row of new Query(engine, collection, asked).rows()) {
      checkTime()
      if (row) yield row.doc ?? parseDoc(row.bytes)
    }
  }
  function* encoded(docs: Iterable<Doc>): Generator<Uint8Array> {
    for (const doc of docs) yield toBytes(doc)
  }
  return encoded(compilePipeline(rest, { variables, find })(find(name, spec)))
}
