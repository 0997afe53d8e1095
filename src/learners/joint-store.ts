import { stageOf, type JointRead, type JointReads } from '../joint-read.js'
import { hidden, Learners, toLearner, type ShownRow } from './learner-row-store.js'
import type { Learner } from './learner.js'

/**
 * A learner with what these reads give, in one round trip; undefined when there is no such learner. The reads find the
 * learner at the path `learner`.
 */
export async function findLearnerWith<T extends object>(
  id: string,
  reads: JointReads<T>,
): Promise<({ readonly learner: Learner } & T) | undefined> {
  const named = Object.entries<JointRead<unknown>>(reads)
  const [row] = await Learners.collection
    .aggregate<Readonly<Record<string, unknown[]>> & { readonly learner: ShownRow }>([
      { $match: { _id: id } },
      { $project: hidden },
      { $project: { _id: 0, learner: '$$ROOT' } },
      ...named.map(([name, read]) => stageOf(name, read)),
    ])
    .toArray()
  if (!row) return undefined
  const found = Object.fromEntries(named.map(([name, read]) => [name, read.take(row[name] ?? [])]))
  return { ...(found as T), learner: toLearner(row.learner) }
}
