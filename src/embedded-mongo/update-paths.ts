import { CommandError, badValue } from './error.js'
import { compareStrings } from './values.js'

/** The parts of an update path; empty names are refused (56). */
export function checkedPath(path: string): string[] {
  const parts = path.split('.')
  if (path === '' || parts.includes(''))
    throw new CommandError(
      56,
      'EmptyFieldName',
      path === ''
        ? 'An empty update path is not valid.'
        : `The update path '${path}' contains an empty field name, which is not allowed.`,
    )
  const [first = ''] = parts
  if (first === '$' || first.startsWith('$['))
    throw badValue(
      `Cannot have positional (i.e. '${first}') element in the first position in path '${path}'`,
    )
  return parts
}

/** Refuses two paths of which one is the other or its parent (40). */
export function checkConflicts(paths: readonly string[]): void {
  const seen = new Set<string>()
  for (const path of paths) {
    const clash = [...seen].find(
      (other) => other === path || other.startsWith(`${path}.`) || path.startsWith(`${other}.`),
    )
    if (clash !== undefined)
      throw new CommandError(
        40,
        'ConflictingUpdateOperators',
        `Updating the path '${path}' would create a conflict at '${clash.length < path.length ? clash : path}'`,
      )
    seen.add(path)
  }
}

/** MongoDB applies modifiers in this order: by name, positions by number. */
export function comparePaths(a: readonly string[], b: readonly string[]): number {
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
    const left = a[index] ?? ''
    const right = b[index] ?? ''
    if (left === right) continue
    const numeric = /^\d+$/.test(left) && /^\d+$/.test(right)
    return numeric ? Number(left) - Number(right) : compareStrings(left, right)
  }
  return a.length - b.length
}

/** A field at the top may begin with a dollar only in a document that is new (52). */
export function refuseDollar(name: string): never {
  throw new CommandError(
    52,
    'DollarPrefixedFieldName',
    `The dollar ($) prefixed field '${name}' in '${name}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
  )
}
