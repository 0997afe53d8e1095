import { CommandError } from './error.js'
import { isOperatorName } from './match-operators.js'
import { isRegex } from './regex.js'
import { asDoc, setField, type Doc } from './values.js'

/** The fields an upsert takes from its filter: equalities, also within `$and` and one-value `$in`. */
export function upsertSeed(filter: Doc): Doc {
  const found = new Map<string, unknown>()
  collect(filter, found)
  const seed: Doc = {}
  if (found.has('_id')) seed._id = found.get('_id')
  for (const [path, value] of found) if (path !== '_id') plant(seed, path, value)
  return seed
}

function collect(filter: Doc, found: Map<string, unknown>): void {
  for (const [name, condition] of Object.entries(filter)) {
    if (name === '$and' || (name === '$or' && Array.isArray(condition) && condition.length === 1)) {
      for (const clause of condition as unknown[]) collect(asDoc(clause) ?? {}, found)
    } else if (!name.startsWith('$')) {
      const value = equalTo(condition)
      if (value !== undefined) note(found, name, value)
    }
  }
}

function equalTo(condition: unknown): unknown {
  if (isRegex(condition)) return undefined
  const operators = asDoc(condition)
  if (!operators || !isOperatorName(Object.keys(operators)[0])) return condition
  if ('$eq' in operators) return operators.$eq
  for (const list of [operators.$in, operators.$all])
    if (Array.isArray(list) && list.length === 1 && !isRegex(list[0])) {
      const only: unknown = list[0]
      return operators.$all && Object.keys(asDoc(only) ?? {})[0]?.startsWith('$') ? undefined : only
    }
  return undefined
}

function note(found: Map<string, unknown>, path: string, value: unknown): void {
  for (const other of found.keys())
    if (other === path || other.startsWith(`${path}.`) || path.startsWith(`${other}.`))
      throw new CommandError(
        54,
        'NotSingleValueField',
        `cannot infer query fields to set, path '${path}' is matched twice`,
      )
  found.set(path, value)
}

function plant(seed: Doc, path: string, value: unknown): void {
  const names = path.split('.')
  const last = names.pop() ?? ''
  let doc = seed
  for (const name of names) {
    const inner = asDoc(doc[name]) ?? {}
    setField(doc, name, inner)
    doc = inner
  }
  setField(doc, last, value)
}
