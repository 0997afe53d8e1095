import { badValue, located } from './error.js'
import { compileExpression, isOperator } from './expression.js'
import { type Environment } from './operator.js'
import { compileMatch, elementMatch } from './match.js'
import { trail } from './match-path.js'
import { asDoc, fieldOf, isNumeric, setField, toNumber, type Doc } from './values.js'

/** Makes the new value of one field; `undefined` leaves it out. */
type Rule = (value: unknown, root: Doc) => unknown

interface Tree {
  readonly fields: Map<string, Tree | Rule>
  /** Computed fields, added after the document's own in the order they were asked for. */
  readonly computed: Set<string>
}

interface Plan {
  readonly tree: Tree
  mode: 'include' | 'exclude' | undefined
  id: boolean | undefined
  positional: boolean
  readonly find: Doc | undefined
  readonly environment: Partial<Environment>
}

const KEEP: Rule = (value) => value
const DROP: Rule = () => undefined

/**
 * Compiles a find projection; undefined when whole documents are asked for. Mixing inclusion and
 * exclusion is refused (31253, 31254), as are colliding paths (31249, 31250).
 */
export function compileProjection(
  spec: Doc | undefined,
  filter: Doc = {},
): ((doc: Doc) => Doc) | undefined {
  if (!spec || Object.keys(spec).length === 0) return undefined
  return compilePlan(spec, filter, {})
}

/** The `$project` stage: as a find projection, without `$slice`, `$elemMatch` and positional. */
export function compileProjectStage(
  spec: Doc,
  environment: Partial<Environment> = {},
): (doc: Doc) => Doc {
  if (Object.keys(spec).length === 0)
    throw located(
      51_272,
      'Invalid $project :: caused by :: projection specification must have at least one field',
    )
  return compilePlan(spec, undefined, environment)
}

function compilePlan(
  spec: Doc,
  find: Doc | undefined,
  environment: Partial<Environment>,
): (doc: Doc) => Doc {
  const plan: Plan = {
    tree: newTree(),
    mode: undefined,
    id: undefined,
    positional: false,
    find,
    environment,
  }
  for (const [path, value] of Object.entries(spec)) read(plan, path, value)
  const including = plan.mode ? plan.mode === 'include' : plan.id === true
  if (including && plan.id !== false && !plan.tree.fields.has('_id'))
    plan.tree.fields.set('_id', KEEP)
  if (!including && plan.id === false) plan.tree.fields.set('_id', DROP)
  const { tree } = plan
  return (doc) => projectDoc(doc, tree, including, doc)
}

function newTree(): Tree {
  return { fields: new Map(), computed: new Set() }
}

function flagOf(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value
  return isNumeric(value) ? toNumber(value) !== 0 : undefined
}

function setMode(plan: Plan, mode: 'include' | 'exclude', path: string): void {
  if (plan.mode && plan.mode !== mode)
    throw mode === 'include'
      ? located(
          31_253,
          `Invalid $project :: caused by :: Cannot do inclusion on field ${path} in exclusion projection`,
        )
      : located(
          31_254,
          `Invalid $project :: caused by :: Cannot do exclusion on field ${path} in inclusion projection`,
        )
  plan.mode = mode
}

function read(plan: Plan, path: string, value: unknown): void {
  const flag = flagOf(value)
  if (path === '_id' && flag !== undefined) {
    plan.id = flag
    return
  }
  if (plan.find && (path.endsWith('.$') || path.includes('.$.'))) {
    readPositional(plan, path)
    return
  }
  if (flag !== undefined) {
    setMode(plan, flag ? 'include' : 'exclude', path)
    place(plan.tree, path, flag ? KEEP : DROP, false)
    return
  }
  const doc = asDoc(value)
  const names = doc ? Object.keys(doc) : []
  if (doc && names.length === 0)
    throw located(
      51_270,
      'An empty sub-projection is not a valid value. Found empty object at path',
    )
  if (doc && !names[0]?.startsWith('$')) {
    for (const name of names) read(plan, `${path}.${name}`, doc[name])
    return
  }
  if (plan.find && doc && names[0] === '$slice' && !usesExpression(doc.$slice)) {
    place(plan.tree, path, sliceRule(doc.$slice), false)
    return
  }
  if (plan.find && doc && names[0] === '$elemMatch') {
    readElemMatch(plan, path, doc.$elemMatch)
    return
  }
  if (names[0] === '$meta') throw badValue('$meta projections are not supported by this server')
  if (names[0] && !isOperator(names[0])) throw located(31_325, `Unknown expression ${names[0]}`)
  setMode(plan, 'include', path)
  const evaluate = compileExpression(value, plan.environment)
  place(plan.tree, path, (_old, root) => evaluate(root), true)
}

/** `{ $slice: ['$tags', 2] }` is the expression, `{ $slice: 2 }` and `{ $slice: [1, 2] }` are not. */
function usesExpression(operand: unknown): boolean {
  return Array.isArray(operand) && !isNumeric(operand[0])
}

function sliceRule(operand: unknown): Rule {
  const parts = (Array.isArray(operand) ? operand : [operand]).map((part: unknown) => {
    if (!isNumeric(part)) throw located(28_724, 'Invalid $slice syntax: arguments must be integers')
    return Math.trunc(toNumber(part))
  })
  const [first = 0, second] = parts
  if (parts.length > 2 || (second !== undefined && second <= 0))
    throw located(28_729, 'Third argument to $slice must be positive')
  return (value) => {
    if (!isList(value)) return value
    if (second === undefined) return first >= 0 ? value.slice(0, first) : value.slice(first)
    const start = first >= 0 ? first : Math.max(0, value.length + first)
    return value.slice(start, start + second)
  }
}

function readElemMatch(plan: Plan, path: string, operand: unknown): void {
  if (path.includes('.'))
    throw located(31_275, 'Cannot use $elemMatch projection on a nested field')
  const matches = elementMatch(operand)
  plan.mode ??= 'include'
  place(
    plan.tree,
    path,
    (value) => {
      if (!Array.isArray(value)) return undefined
      return matches(value) ? [value[trail.index ?? 0] as unknown] : undefined
    },
    false,
  )
}

function readPositional(plan: Plan, path: string): void {
  if (plan.positional)
    throw located(31_276, 'Cannot specify more than one positional projection per query.')
  if (!path.endsWith('.$') || path.indexOf('.$') !== path.length - 2)
    throw located(31_394, 'Positional projection may only be used at the end, for example: a.b.$')
  if (plan.mode === 'exclude')
    throw located(31_395, 'positional projection cannot be used with exclusion')
  setMode(plan, 'include', path)
  plan.positional = true
  const matcher = compileMatch(plan.find ?? {})
  place(
    plan.tree,
    path.slice(0, -2),
    (value, root) => {
      if (!isList(value)) return value
      const index = matcher.arrayIndex(root)
      if (index === undefined)
        throw located(
          51_246,
          "Executor error during find command :: caused by :: positional operator '.$' couldn't find a matching element in the array",
        )
      return value.slice(index, index + 1)
    },
    false,
  )
}

function place(tree: Tree, path: string, rule: Rule, computed: boolean): void {
  const names = path.split('.')
  if (names.includes('')) throw located(40_352, 'FieldPath field names may not be empty strings.')
  if (names.some((name) => name.startsWith('$') && !['$id', '$ref', '$db'].includes(name)))
    throw located(
      16_410,
      `FieldPath field names may not start with '$'. Consider using $getField or $setField.`,
    )
  let at = tree
  names.forEach((name, depth) => {
    const found = at.fields.get(name)
    const last = depth === names.length - 1
    if (found && last) throw located(31_250, `Path collision at ${path}`)
    if (typeof found === 'function')
      throw located(
        31_249,
        `Path collision at ${path} remaining portion ${names.slice(depth + 1).join('.')}`,
      )
    if (computed) at.computed.add(name)
    if (last) at.fields.set(name, rule)
    else {
      const next = found ?? newTree()
      at.fields.set(name, next)
      at = next
    }
  })
}

function projectDoc(doc: Doc, tree: Tree, including: boolean, root: Doc): Doc {
  const result: Doc = {}
  for (const name of Object.keys(doc)) {
    const rule = tree.fields.get(name)
    if (rule === undefined) {
      if (!including) setField(result, name, doc[name])
      continue
    }
    if (tree.computed.has(name) && typeof rule === 'function') continue
    const value = projectValue(doc[name], rule, including, root)
    if (value !== undefined) setField(result, name, value)
  }
  for (const name of tree.computed) {
    const rule = tree.fields.get(name)
    if (Object.hasOwn(result, name) || rule === undefined) continue
    const value =
      typeof rule === 'function'
        ? rule(fieldOf(doc, name), root)
        : projectDoc({}, rule, including, root)
    if (value !== undefined) setField(result, name, value)
  }
  return result
}

function projectValue(value: unknown, rule: Tree | Rule, including: boolean, root: Doc): unknown {
  if (typeof rule === 'function') return rule(value, root)
  const doc = asDoc(value)
  if (doc) return projectDoc(doc, rule, including, root)
  if (Array.isArray(value))
    return (value as unknown[])
      .map((item) => projectValue(item, rule, including, root))
      .filter((item) => item !== undefined)
  if (rule.computed.size > 0) return projectDoc({}, rule, including, root)
  return including ? undefined : value
}

function isList(value: unknown): value is unknown[] {
  return Array.isArray(value)
}
