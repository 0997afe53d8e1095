import { collectionArg, docArg, docsArg } from './arguments.js'
import { findSpec, openQuery } from './commands-read.js'
import type { Command } from './commands.js'
import { insist } from './error.js'
import { splitHead } from './pipeline.js'
import type { IndexScan, Plan } from './planner.js'
import type { QuerySpec } from './query.js'
import type { Doc } from './values.js'

const VERBOSITIES = ['queryPlanner', 'executionStats', 'allPlansExecution']

/** The plan of a command and, unless only that is asked for, what running its query examined. */
export const explain: Command = (context, body) => {
  const command = docArg(body, 'explain')
  insist(command, 2, "the 'explain' command needs a command to explain")
  const { verbosity = 'allPlansExecution' } = body
  insist(
    VERBOSITIES.includes(verbosity as string),
    2,
    `verbosity must be one of ${VERBOSITIES.join()}`,
  )
  const spec = specOf(command)
  const name = collectionArg(command)
  const query = openQuery(context, name, spec)
  const sort = query && !query.plan.sorted ? spec.sort : undefined
  const winningPlan = query ? planDoc(query.plan, sort) : { stage: 'EOF' }
  const namespace = `${context.db}.${name}`
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

function specOf(command: Doc): QuerySpec {
  const [verb = ''] = Object.keys(command)
  if (verb === 'aggregate') return splitHead(docsArg(command, 'pipeline')).spec
  if (['find', 'count', 'distinct', 'findAndModify'].includes(verb)) return findSpec(command)
  insist(
    verb === 'update' || verb === 'delete',
    59,
    `Explain failed due to unknown command: ${verb}`,
  )
  const [statement = {}] = docsArg(command, `${verb}s`)
  return { filter: docArg(statement, 'q') ?? {}, hint: statement.hint }
}

function planDoc(plan: Plan, sort: Doc | undefined): Doc {
  const inputStage = sourceDoc(plan)
  const isSorting = sort && Object.keys(sort).length > 0
  return isSorting ? { stage: 'SORT', sortPattern: sort, inputStage } : inputStage
}

function sourceDoc(plan: Plan): Doc {
  if (plan.kind === 'collection')
    return { stage: 'COLLSCAN', direction: plan.reverse ? 'backward' : 'forward' }
  if (plan.kind === 'index') return { stage: 'FETCH', inputStage: scanDoc(plan.scan) }
  return { stage: 'FETCH', inputStage: { stage: 'OR', inputStages: plan.scans.map(scanDoc) } }
}

const scanDoc = ({ index, reverse, ranges }: IndexScan): Doc => ({
  stage: 'IXSCAN',
  keyPattern: index.spec.key,
  indexName: index.name,
  isMultiKey: index.arrayPaths.size > 0,
  isUnique: index.unique,
  isSparse: index.sparse,
  isPartial: index.partial !== undefined,
  direction: reverse ? 'backward' : 'forward',
  ranges: ranges.length,
})
