import { readArguments } from './arguments.js'
import { openQuery, querySpec } from './commands-read.js'
import type { Command } from './commands.js'
import { insist } from './error.js'
import { splitHead } from './pipeline.js'
import type { Plan } from './planner.js'
import type { QuerySpec } from './query.js'
import { asDoc, type Doc } from './values.js'

const VERBOSITIES: readonly unknown[] = ['queryPlanner', 'executionStats', 'allPlansExecution']

/** The plan of a command and, unless only that is asked for, what running its query examined. */
export const explain: Command = (context, _given) => {
  const { verbosity = 'allPlansExecution', explain } = context.body
  const command = asDoc(explain)
  insist(command, 2, "the 'explain' command needs a command to explain")
  insist(VERBOSITIES.includes(verbosity), 2, `verbosity must be one of ${VERBOSITIES.join()}`)
  const [[verb, target] = ['']] = Object.entries(command)
  const name = typeof target === 'string' ? target : ''
  const spec = specOf(verb, command)
  const query = openQuery({ ...context, name }, spec)
  const winningPlan = query ? planDoc(query.plan, query.unsorted) : { stage: 'EOF' }
  const namespace = `${context.db}.${name}`
  const queryPlanner = { namespace, parsedQuery: spec.filter, winningPlan, rejectedPlans: [] }
  const reply: Doc = { explainVersion: '1', queryPlanner, command }
  if (verbosity === 'queryPlanner') return reply
  const started = performance.now()
  const counted = verb === 'count' ? query?.countKeys() : undefined
  let nReturned = counted ?? 0
  if (query && counted === undefined) for (const row of query.rows()) nReturned += row ? 1 : 0
  reply.executionStats = {
    executionSuccess: true,
    nReturned,
    executionTimeMillis: Math.round(performance.now() - started),
    totalKeysExamined: query?.keysExamined ?? 0,
    totalDocsExamined: query?.docsExamined ?? 0,
    executionStages: { ...winningPlan, nReturned },
  }
  return reply
}

function specOf(verb: string, command: Doc): QuerySpec {
  const given = readArguments(command, verb)
  if (verb === 'aggregate') return splitHead(given.pipeline ?? []).spec
  if (['find', 'count', 'distinct', 'findAndModify'].includes(verb)) return querySpec(given)
  const [statement] = (verb === 'update' ? given.updates : given.deletes) ?? []
  insist(statement, 59, `Explain failed due to unknown command: ${verb}`)
  const { q: filter = {}, hint } = readArguments(statement)
  return { filter, hint }
}

function planDoc({ index, reverse, ranges }: Plan, sort: Doc | undefined): Doc {
  const direction = reverse ? 'backward' : 'forward'
  const scan = index && {
    stage: 'IXSCAN',
    keyPattern: index.spec.key,
    indexName: index.name,
    isMultiKey: index.arrayPaths.size > 0,
    isUnique: index.unique,
    isSparse: index.sparse,
    isPartial: index.partial !== undefined,
    direction,
    ranges: ranges.length,
  }
  const found = scan ? { stage: 'FETCH', inputStage: scan } : { stage: 'COLLSCAN', direction }
  return sort ? { stage: 'SORT', sortPattern: sort, inputStage: found } : found
}
