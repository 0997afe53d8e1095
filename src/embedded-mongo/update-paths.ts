import { CommandError, insist } from './error.js'
import { LEAVES, type Leaf } from './update-operators.js'
import { asDoc, entryOf, fieldOf, setField, type Doc } from './values.js'

export interface UpdateContext {
  readonly arrayIndex?: number | undefined
  readonly inserting: boolean
  readonly now: Date
}

type Tests = ReadonlyMap<string, (element: unknown) => boolean>

/** One operator on one path; `creates` says whether missing parents are made for it. */
interface Modifier {
  readonly operator: string
  readonly path: string
  readonly parts: readonly string[]
  readonly leaf: Leaf
  readonly creates: boolean
  /** Where `$rename` moves the value. */
  readonly to: readonly string[] | undefined
  readonly tests: Tests
  /** Where it really went in the document at hand. */
  readonly reached?: string[]
}

const CREATES_NOTHING = new Set(['$unset', '$pull', '$pullAll', '$pop', '$rename'])

/** Checks every operator and path; modifiers come back in the order MongoDB applies them: by path. */
export function compileModifiers(update: Doc, tests: Tests): Modifier[] {
  const modifiers = Object.entries(update).flatMap(([operator, operands]) => {
    if (operator === '$comment') return []
    insist(operator !== '$bit', 115, '$bit is not supported by this server')
    const leafOf = entryOf(LEAVES, operator)
    insist(leafOf, 9, `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline`)
    const doc = asDoc(operands)
    insist(doc, 9, `Modifiers operate on fields: {${operator}: {<field>: ...}}`)
    return Object.entries(doc).map(([path, operand]): Modifier => {
      const parts = checkedPath(path)
      const to = operator === '$rename' ? renameTarget(path, operand) : undefined
      const creates = !CREATES_NOTHING.has(operator)
      return { operator, path, parts, leaf: leafOf(operand, path, operator), creates, to, tests }
    })
  })
  checkConflicts(modifiers.flatMap(({ path, to }) => (to ? [path, to.join('.')] : [path])))
  checkIdentifiers(modifiers, tests)
  return modifiers.sort((a, b) => comparePaths(a.parts, b.parts))
}

function checkedPath(path: string): string[] {
  const parts = path.split('.')
  insist(!parts.includes(''), 56, `The update path '${path}' contains an empty field name.`)
  const [first = ''] = parts
  const isPositional = first === '$' || first.startsWith('$[')
  insist(!isPositional, 2, `Cannot have positional element in the first position in path '${path}'`)
  return parts
}

function renameTarget(path: string, operand: unknown): string[] {
  insist(typeof operand === 'string', 2, `The 'to' field for $rename must be a string: ${path}`)
  insist(operand !== path, 2, `The source and target field for $rename must differ: ${path}`)
  const isDynamic = /(^|\.)\$/.test(path) || /(^|\.)\$/.test(operand)
  insist(!isDynamic, 2, `The source and target field for $rename may not be dynamic: ${path}`)
  return checkedPath(operand)
}

/** Refuses two paths of which one is the other or its parent. */
function checkConflicts(paths: readonly string[]): void {
  const seen = new Set<string>()
  const parents = new Set<string>()
  for (const path of paths) {
    const parts = path.split('.')
    const above = parts.map((_, index) => parts.slice(0, index + 1).join('.'))
    const clash = parents.has(path) ? path : above.find((one) => seen.has(one))
    insist(
      clash === undefined,
      40,
      `Updating the path '${path}' would create a conflict at '${clash ?? ''}'`,
    )
    seen.add(path)
    for (const one of above) parents.add(one)
  }
}

function checkIdentifiers(modifiers: readonly Modifier[], tests: Tests): void {
  const used = new Set(modifiers.flatMap(({ parts }) => parts.map(identifierOf)))
  for (const name of used)
    insist(
      name === undefined || tests.has(name),
      2,
      `No array filter found for identifier '${name ?? ''}'`,
    )
  for (const name of tests.keys())
    insist(
      used.has(name),
      9,
      `The array filter for identifier '${name}' was not used in the update`,
    )
}

const identifierOf = (part: string): string | undefined => /^\$\[(\w+)\]$/.exec(part)?.[1]

/** By name, positions by number. */
function comparePaths(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((part, index) => part !== b[index])
  const left = a[at]
  const right = b[at]
  if (left === undefined || right === undefined) return a.length - b.length
  const isNumeric = /^\d+$/.test(left) && /^\d+$/.test(right)
  return isNumeric
    ? Number(left) - Number(right)
    : Buffer.compare(Buffer.from(left), Buffer.from(right))
}

/** Applies all modifiers to a copy. */
export function applyModifiers(
  doc: Doc,
  modifiers: readonly Modifier[],
  context: UpdateContext,
): Doc {
  const result = copyOf(doc)
  const reached: string[] = []
  for (const modifier of modifiers) {
    if (modifier.operator === '$setOnInsert' && !context.inserting) continue
    if (modifier.to) rename(result, modifier, modifier.to, context)
    else change(result, 0, { ...modifier, reached }, context)
  }
  checkConflicts(reached)
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

function rename(doc: Doc, from: Modifier, to: readonly string[], context: UpdateContext): void {
  for (const parts of [from.parts, to]) refuseArrays(doc, parts)
  let moved: unknown
  const leaf = (old: unknown) => {
    moved = old
    return undefined
  }
  change(doc, 0, { ...from, leaf }, context)
  if (moved !== undefined)
    change(doc, 0, { ...from, parts: to, creates: true, leaf: () => moved }, context)
}

function refuseArrays(doc: Doc, parts: readonly string[]): void {
  let value: unknown = doc
  for (const part of parts) {
    insist(!Array.isArray(value), 2, `$rename cannot reach into an array: ${parts.join('.')}`)
    value = fieldOf(asDoc(value) ?? {}, part)
  }
}

type Container = Doc | unknown[]

/** Walks to the end of the path and lets the leaf decide what becomes of the value there. */
function change(
  container: Container,
  depth: number,
  step: Modifier,
  context: UpdateContext,
  above = '',
): void {
  for (const key of keysAt(container, depth, step, context)) {
    const old = Array.isArray(container) ? container[Number(key)] : fieldOf(container, String(key))
    let next: unknown
    if (depth === step.parts.length - 1) {
      step.reached?.push(`${above}${key}`)
      next = step.leaf(old, context)
    } else {
      const inner = innerOf(old, key, depth, step)
      if (!inner) continue
      change(inner, depth + 1, step, context, `${above}${key}.`)
      next = inner
    }
    if (next !== old) put(container, key, next)
  }
}

/** Beyond the end an array is filled with null; what is taken out of one leaves null. */
function put(container: Container, key: string | number, value: unknown): void {
  if (!Array.isArray(container)) {
    setField(container, String(key), value)
    return
  }
  const index = Number(key)
  insist(
    index <= container.length + 1_500_000,
    2,
    'Attempting to backfill more than 1500000 elements',
  )
  while (container.length < index) container.push(null)
  container[index] = value ?? null
}

/** The fields or elements that one part of a path stands for. */
function keysAt(
  container: Container,
  depth: number,
  { parts, tests, creates }: Modifier,
  { arrayIndex }: UpdateContext,
): (string | number)[] {
  const name = parts[depth] ?? ''
  const isMatched = name !== '$' || arrayIndex !== undefined
  insist(isMatched, 2, 'The positional operator did not find the match needed from the query.')
  const field = name === '$' ? String(arrayIndex) : name
  if (!Array.isArray(container)) {
    insist(!name.startsWith('$['), 2, `Cannot apply array updates to ${parts[depth - 1] ?? ''}`)
    return [field]
  }
  if (name === '$[]') return [...container.keys()]
  const test = tests.get(identifierOf(name) ?? '')
  if (test) return [...container.keys()].filter((index) => test(container[index]))
  const isPosition = /^(0|[1-9]\d*)$/.test(field)
  if (!creates) return isPosition && Number(field) < container.length ? [Number(field)] : []
  if (isPosition) return [Number(field)]
  throw new CommandError(28, `Cannot create field '${name}' in the array ${parts[depth - 1] ?? ''}`)
}

/** The container to go on in: made when missing, refused with 28 when a plain value is in the way. */
function innerOf(
  old: unknown,
  key: string | number,
  depth: number,
  { parts, creates }: Modifier,
): Container | undefined {
  const inner = Array.isArray(old) ? (old as unknown[]) : asDoc(old)
  if (inner) return inner
  const next = parts[depth + 1] ?? ''
  insist(
    !next.startsWith('$['),
    2,
    `The path '${parts.slice(0, depth + 1).join('.')}' must be an array`,
  )
  if (!creates) return undefined
  insist(old === undefined, 28, `Cannot create field '${next}' in element {${key}: ${String(old)}}`)
  return {}
}
