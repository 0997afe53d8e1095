import { aggregateName, findSpec } from './commands-read.js'
import type { Context } from './commands.js'
import { docArg, docsArg } from './arguments.js'
import { CommandError } from './error.js'
import { compileMatch } from './match.js'
import { splitHead } from './pipeline-head.js'
import type { IndexScan, Plan } from './planner.js'
import { Query, type QuerySpec } from './query.js'
import type { Doc } from './values.js'

/** The plan of a command and, unless only that is asked for, what running its query examined. */
export function explainQuery({ engine, db }: Context, command: Doc, verbosity: string): Doc {
  const { name, spec } = specOf(command)
  compileMatch(spec.filter)
  const collection = engine.catalog.find(db, name)
  const namespace = `${db}.${name}`
  const query = collection && new Query(engine, collection, spec)
  const sort = query && !query.plan.sorted ? spec.sort : undefined
  const winningPlan = query ? planDoc(query.plan, sort) : { stage: 'EOF' }
  const queryPlanner = { namespace, parsedQuery: spec.filter, winningPlan, rejectedPlans: [] }
  const reply: Doc = { explainVersion: '1', queryPlanner, command, ok: 1 }
  if (verbosity === 'queryPlanner') return reply
  const started = performance.now()
  const counted = 'count' in command ? query?.countKeys() : undefined
  let nReturned = counted ?? 0
  if (query && counted === undefined) for (const row of query.rows()) nReturned += row ? 1 : 0
  query?.walk.park()
  reply.executionStats = {
    executionSuccess: true,
    nReturned,
    executionTimeMillis: Math.round(performance.now() - started),
    totalKeysExamined: query?.walk.keysExamined ?? 0,
    totalDocsExamined: query?.walk.docsExamined ?? 0,
    executionStages: { ...winningPlan, nReturned },
  }
  return reply
}

function specOf(command: Doc): { name: string; spec: QuerySpec } {
  const verb = Object.keys(command)[0] ?? ''
  const name = aggregateName(command, verb)
  if (verb === 'find') return { name, spec: findSpec(command) }
  if (verb === 'aggregate') return { name, spec: splitHead(docsArg(command, 'pipeline')).spec }
  if (verb === 'count' || verb === 'distinct' || verb === 'findAndModify')
    return {
      name,
      spec: {
        filter: docArg(command, 'query') ?? {},
        sort: docArg(command, 'sort'),
        hint: command.hint,
      },
    }
  if (verb === 'update' || verb === 'delete') {
    const [first] = docsArg(command, verb === 'update' ? 'updates' : 'deletes')
    return { name, spec: { filter: (first && docArg(first, 'q')) ?? {}, hint: first?.hint } }
  }
  throw new CommandError(59, 'CommandNotFound', `Explain failed due to unknown command: ${verb}`)
}

function planDoc(plan: Plan, sort: Doc | undefined): Doc {
  const found = sourceDoc(plan)
  return sort && Object.keys(sort).length > 0
    ? { stage: 'SORT', sortPattern: sort, inputStage: found }
    : found
}

function sourceDoc(plan: Plan): Doc {
  if (plan.kind === 'collection')
    return { stage: 'COLLSCAN', direction: plan.reverse ? 'backward' : 'forward' }
  if (plan.kind === 'union')
    return { stage: 'FETCH', inputStage: { stage: 'OR', inputStages: plan.scans.map(scanDoc) } }
  return { stage: 'FETCH', inputStage: scanDoc(plan.scan) }
}

function scanDoc({ index, reverse, ranges }: IndexScan): Doc {
  return {
    stage: 'IXSCAN',
    keyPattern: index.spec.key,
    indexName: index.name,
    isMultiKey: index.arrayPaths.size > 0,
    isUnique: index.unique,
    isSparse: index.sparse,
    isPartial: index.partial !== undefined,
    direction: reverse ? 'backward' : 'forward',
    ranges: ranges.length,
  }
}
