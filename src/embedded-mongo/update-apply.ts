import { CommandError, badValue, failedToParse } from './error.js'
import { checkConflicts, checkedPath, comparePaths } from './update-paths.js'
import { REMOVE, KEEP, compileLeaf, type Leaf, type UpdateContext } from './update-operators.js'
import { asDoc, fieldOf, setField, type Doc } from './values.js'

export type { UpdateContext }

type ElementTest = (element: unknown) => boolean

/** One operator on one path; `creates` says whether missing parents are made for it. */
export interface Modifier {
  readonly operator: string
  readonly path: string
  readonly parts: readonly string[]
  readonly leaf: Leaf
  readonly creates: boolean
  readonly to?: readonly string[]
  readonly tests: ReadonlyMap<string, ElementTest>
}

const CREATES_NOTHING = new Set(['$unset', '$pull', '$pullAll', '$pop', '$rename'])

/** Checks every operator and path; modifiers come back in the order MongoDB applies them: by path. */
export function compileModifiers(update: Doc, tests: ReadonlyMap<string, ElementTest>): Modifier[] {
  const modifiers: Modifier[] = []
  for (const [operator, fields] of Object.entries(update)) {
    if (operator === '$comment') continue
    const leafOf = compileLeaf(operator)
    const doc = asDoc(fields)
    if (!doc)
      throw failedToParse(
        `Modifiers operate on fields but we found type ${Array.isArray(fields) ? 'array' : typeof fields} instead. For example: {$mod: {<field>: ...}} not {${operator}: ${JSON.stringify(fields)}}`,
      )
    for (const [path, operand] of Object.entries(doc)) {
      const parts = checkedPath(path)
      modifiers.push({
        operator,
        path,
        parts,
        leaf: leafOf(path, operand),
        creates: !CREATES_NOTHING.has(operator),
        tests,
        ...(operator === '$rename' && { to: renameTarget(path, parts, operand) }),
      })
    }
  }
  checkConflicts(modifiers.flatMap(({ path, to }) => (to ? [path, to.join('.')] : [path])))
  checkIdentifiers(modifiers, tests)
  return modifiers.sort((a, b) => comparePaths(a.parts, b.parts))
}

function renameTarget(path: string, parts: readonly string[], operand: unknown): string[] {
  if (typeof operand !== 'string')
    throw badValue(`The 'to' field for $rename must be a string: ${path}: ${String(operand)}`)
  const to = checkedPath(operand)
  if (operand === path)
    throw badValue(`The source and target field for $rename must differ: ${path}: "${operand}"`)
  if ([...parts, ...to].some((part) => part.startsWith('$')))
    throw badValue(`The source and target fields for $rename may not be dynamic: ${path}`)
  return to
}

function checkIdentifiers(modifiers: readonly Modifier[], tests: Modifier['tests']): void {
  const used = new Set<string>()
  for (const { parts, path } of modifiers)
    for (const part of parts) {
      const name = /^\$\[(\w+)\]$/.exec(part)?.[1]
      if (name === undefined) continue
      if (!tests.has(name))
        throw badValue(`No array filter found for identifier '${name}' in path '${path}'`)
      used.add(name)
    }
  for (const name of tests.keys())
    if (!used.has(name))
      throw failedToParse(`The array filter for identifier '${name}' was not used in the update`)
}

/** Applies all modifiers to a copy. */
export function applyModifiers(
  doc: Doc,
  modifiers: readonly Modifier[],
  context: UpdateContext,
): Doc {
  const result = copyOf(doc)
  for (const modifier of modifiers) {
    if (modifier.operator === '$setOnInsert' && !context.inserting) continue
    if (modifier.to) rename(result, modifier, modifier.to, context)
    else change(result, 0, modifier, modifier.parts, context)
  }
  return result
}

/** Copies documents and arrays; everything else in a document is immutable and shared. */
function copyOf<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copyOf) as T
  const doc = asDoc(value)
  if (!doc) return value
  const copy: Doc = {}
  for (const name of Object.keys(doc)) setField(copy, name, copyOf(doc[name]))
  return copy as T
}

function rename(doc: Doc, modifier: Modifier, to: readonly string[], context: UpdateContext): void {
  let moved: unknown
  const take: Modifier = {
    ...modifier,
    leaf: (old) => {
      moved = old
      return old === undefined ? KEEP : REMOVE
    },
  }
  refuseArrays(doc, modifier.parts, 'source')
  refuseArrays(doc, to, 'destination')
  change(doc, 0, take, modifier.parts, context)
  if (moved !== undefined)
    change(doc, 0, { ...modifier, creates: true, leaf: () => moved }, to, context)
}

function refuseArrays(doc: Doc, parts: readonly string[], role: string): void {
  let value: unknown = doc
  for (const part of parts) {
    if (Array.isArray(value))
      throw badValue(
        `The ${role} field cannot be an array element, '${parts.join('.')}' in doc with _id: ${String(doc._id)} has an array field`,
      )
    const inner = asDoc(value)
    value = inner && fieldOf(inner, part)
  }
}

type Container = Doc | unknown[]

/** Walks to the end of the path and lets the leaf decide what becomes of the value there. */
function change(
  container: Container,
  depth: number,
  modifier: Modifier,
  parts: readonly string[],
  context: UpdateContext,
): void {
  const name = parts[depth] ?? ''
  if (Array.isArray(container)) {
    for (const index of positions(container, name, modifier, parts, depth, context))
      changeItem(container, index, depth, modifier, parts, context)
    return
  }
  if (name.startsWith('$['))
    throw badValue(
      `Cannot apply array updates to non-array element ${parts[depth - 1] ?? ''}: ${JSON.stringify(container)}`,
    )
  const key = name === '$' ? String(positional(context)) : name
  const old = fieldOf(container, key)
  if (depth === parts.length - 1) {
    const next = modifier.leaf(old, context)
    if (next === REMOVE) Reflect.deleteProperty(container, key)
    else if (next !== KEEP) setField(container, key, next)
    return
  }
  const inner = innerOf(old, key, depth, modifier, parts)
  if (!inner) return
  change(inner, depth + 1, modifier, parts, context)
  if (old !== inner) setField(container, key, inner)
}

function changeItem(
  array: unknown[],
  index: number,
  depth: number,
  modifier: Modifier,
  parts: readonly string[],
  context: UpdateContext,
): void {
  const old = array[index]
  if (index >= array.length && !modifier.creates) return
  if (index > array.length + 1_500_000)
    throw badValue('Attempting to backfill array with more than 1500000 elements')
  if (depth === parts.length - 1) {
    const next = modifier.leaf(old, context)
    if (next === KEEP) return
    while (array.length < index) array.push(null)
    array[index] = next === REMOVE ? null : next
    return
  }
  const inner = innerOf(old, String(index), depth, modifier, parts)
  if (!inner) return
  change(inner, depth + 1, modifier, parts, context)
  while (array.length < index) array.push(null)
  array[index] = inner
}

/** The container to go on in: made when missing, refused with 28 when a plain value is in the way. */
function innerOf(
  old: unknown,
  key: string,
  depth: number,
  modifier: Modifier,
  parts: readonly string[],
): Container | undefined {
  if (Array.isArray(old)) return old as unknown[]
  const doc = asDoc(old)
  if (doc) return doc
  const next = parts[depth + 1] ?? ''
  if (old === undefined && next.startsWith('$['))
    throw badValue(
      `The path '${parts.slice(0, depth + 1).join('.')}' must exist in the document in order to apply array updates.`,
    )
  if (next.startsWith('$['))
    throw badValue(`Cannot apply array updates to non-array element ${key}: ${JSON.stringify(old)}`)
  if (!modifier.creates) return undefined
  if (old === undefined) return {}
  throw new CommandError(
    28,
    'PathNotViable',
    `Cannot create field '${next}' in element {${key}: ${JSON.stringify(old)}}`,
  )
}

function positional(context: UpdateContext): number {
  if (context.arrayIndex === undefined)
    throw badValue('The positional operator did not find the match needed from the query.')
  return context.arrayIndex
}

function positions(
  array: readonly unknown[],
  name: string,
  modifier: Modifier,
  parts: readonly string[],
  depth: number,
  context: UpdateContext,
): number[] {
  if (name === '$') return [positional(context)]
  if (name === '$[]') return [...array.keys()]
  const test = modifier.tests.get(/^\$\[(\w+)\]$/.exec(name)?.[1] ?? '')
  if (test) return [...array.keys()].filter((index) => test(array[index]))
  if (/^(0|[1-9]\d*)$/.test(name)) return [Number(name)]
  if (!modifier.creates) return []
  throw new CommandError(
    28,
    'PathNotViable',
    `Cannot create field '${name}' in element {${parts[depth - 1] ?? ''}: ${JSON.stringify(array)}}`,
  )
}
