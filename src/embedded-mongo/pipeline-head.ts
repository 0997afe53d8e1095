import type { QuerySpec } from './query.js'
import { asDoc, isNumeric, toNumber, type Doc } from './values.js'

/** Stages at the head of a pipeline that the planner can do, and what is left to run. */
export function splitHead(stages: readonly Doc[]): { spec: QuerySpec; rest: Doc[] } {
  const filters: Doc[] = []
  let sort: Doc | undefined
  let skip = 0
  let limit = 0
  let at = 0
  for (; at < stages.length; at += 1) {
    const stage = stages[at] ?? {}
    const [name, value] = Object.entries(stage)[0] ?? []
    if (Object.keys(stage).length !== 1) break
    if (name === '$match' && asDoc(value) && skip === 0 && limit === 0) filters.push(value as Doc)
    else if (name === '$sort' && !sort && skip === 0 && limit === 0 && isPlainSort(value))
      sort = value
    else if (name === '$skip' && limit === 0 && isNumeric(value) && toNumber(value) >= 0)
      skip += toNumber(value)
    else if (name === '$limit' && isNumeric(value) && toNumber(value) > 0)
      limit = limit === 0 ? toNumber(value) : Math.min(limit, toNumber(value))
    else break
  }
  const filter =
    filters.length === 1 ? (filters[0] ?? {}) : filters.length > 1 ? { $and: filters } : {}
  return { spec: { filter, sort, skip, limit }, rest: stages.slice(at) }
}

function isPlainSort(value: unknown): value is Doc {
  const doc = asDoc(value)
  return doc !== undefined && Object.keys(doc).length > 0 && Object.values(doc).every(isNumeric)
}
