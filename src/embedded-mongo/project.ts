import { insist } from './error.js'
import { compileExpression, isOperator, type Environment } from './expression.js'
import { compileFirstMatch, compileMatch } from './match.js'
import {
  asDoc,
  fieldOf,
  isNumeric,
  isOperatorName,
  listOf,
  setField,
  toNumber,
  wholeNumber,
  type Doc,
} from './values.js'

/** Makes the new value of one field; `undefined` leaves it out. */
type Rule = (value: unknown, root: Doc) => unknown

interface Tree {
  readonly fields: Map<string, Tree | Rule>
  /** Computed fields, added after the document's own in the order they were asked for. */
  readonly computed: Set<string>
}

interface Plan {
  readonly tree: Tree
  mode?: 'include' | 'exclude'
  id?: boolean
  positional?: true
  /** The filter of a find; undefined in a pipeline, where `$slice`, `$elemMatch` and positional mean something else. */
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
  return compilePlan(spec, { tree: newTree(), find: filter, environment: {} })
}

/** The `$project` stage: as a find projection, without `$slice`, `$elemMatch` and positional. */
export function compileProjectStage(
  spec: Doc,
  environment: Partial<Environment> = {},
): (doc: Doc) => Doc {
  insist(Object.keys(spec).length > 0, 51_272, 'A projection must have at least one field')
  return compilePlan(spec, { tree: newTree(), find: undefined, environment })
}

function compilePlan(spec: Doc, plan: Plan): (doc: Doc) => Doc {
  for (const [path, value] of Object.entries(spec)) read(plan, path, value)
  const { tree, mode, id } = plan
  const including = mode ? mode === 'include' : id === true
  if (including && id !== false && !tree.fields.has('_id')) tree.fields.set('_id', KEEP)
  if (!including && id === false) tree.fields.set('_id', DROP)
  return (doc) => projectDoc(doc, tree, including, doc)
}

const newTree = (): Tree => ({ fields: new Map(), computed: new Set() })

/** What `1`, `true`, `0` or `false` asks for a field; undefined for anything else. */
export function flagOf(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value
  return isNumeric(value) ? toNumber(value) !== 0 : undefined
}

function setMode(plan: Plan, mode: 'include' | 'exclude', path: string): void {
  plan.mode ??= mode
  const [code, asked, given] =
    mode === 'include' ? [31_253, 'inclusion', 'exclusion'] : [31_254, 'exclusion', 'inclusion']
  insist(plan.mode === mode, code, `Cannot do ${asked} on field ${path} in ${given} projection`)
}

function read(plan: Plan, path: string, value: unknown): void {
  const flag = flagOf(value)
  if (path === '_id' && flag !== undefined) {
    plan.id = flag
  } else if (plan.find && /\.\$(\.|$)/.test(path)) {
    readPositional(plan, path, plan.find)
  } else if (flag !== undefined) {
    setMode(plan, flag ? 'include' : 'exclude', path)
    place(plan.tree, path, flag ? KEEP : DROP)
  } else {
    readSpec(plan, path, value)
  }
}

function readSpec(plan: Plan, path: string, value: unknown): void {
  const doc = asDoc(value) ?? { '': value }
  const [name] = Object.keys(doc)
  insist(name !== undefined, 51_270, 'An empty sub-projection is not a valid value')
  if (name !== '' && !name.startsWith('$')) {
    for (const inner of Object.keys(doc)) read(plan, `${path}.${inner}`, doc[inner])
  } else if (plan.find && name === '$slice' && isNumeric(listOf(doc.$slice)[0])) {
    place(plan.tree, path, sliceRule(doc.$slice))
  } else if (plan.find && name === '$elemMatch') {
    insist(!path.includes('.'), 31_275, 'Cannot use $elemMatch projection on a nested field')
    plan.mode ??= 'include'
    place(plan.tree, path, compileFirstMatch(doc.$elemMatch))
  } else {
    insist(name !== '$meta', 2, '$meta projections are not supported by this server')
    insist(name === '' || isOperator(name), 31_325, `Unknown expression ${name}`)
    setMode(plan, 'include', path)
    const evaluate = compileExpression(value, plan.environment)
    place(plan.tree, path, (_old, root) => evaluate(root), true)
  }
}

function sliceRule(operand: unknown): Rule {
  const parts = listOf(operand).map(wholeNumber)
  const [first, second = Infinity] = parts
  const isWhole = parts.length < 3 && !parts.includes(undefined)
  insist(isWhole && first !== undefined, 28_724, '$slice takes one or two integers')
  insist(second > 0, 28_729, 'Third argument to $slice must be positive')
  return (value) => {
    if (!Array.isArray(value)) return value
    const isHead = second === Infinity && first >= 0
    const start = isHead ? 0 : first >= 0 ? first : Math.max(0, value.length + first)
    return value.slice(start, isHead ? first : start + second) as unknown[]
  }
}

function readPositional(plan: Plan, path: string, filter: Doc): void {
  insist(!plan.positional, 31_276, 'Cannot specify more than one positional projection per query.')
  const isLast = path.indexOf('.$') === path.length - 2
  insist(isLast, 31_394, 'Positional projection may only be used at the end, for example: a.b.$')
  insist(plan.mode !== 'exclude', 31_395, 'positional projection cannot be used with exclusion')
  setMode(plan, 'include', path)
  plan.positional = true
  const matcher = compileMatch(filter)
  place(plan.tree, path.slice(0, -2), (value, root) => {
    if (!Array.isArray(value)) return value
    const index = matcher.arrayIndex(root)
    insist(index !== undefined, 51_246, "positional operator '.$' couldn't find a matching element")
    return value.slice(index, index + 1) as unknown[]
  })
}

function place(tree: Tree, path: string, rule: Rule, computed = false): void {
  const names = path.split('.')
  insist(!names.includes(''), 40_352, 'FieldPath field names may not be empty strings.')
  insist(!names.some(isOperatorName), 16_410, "FieldPath field names may not start with '$'.")
  let at = tree
  names.forEach((name, depth) => {
    const found = at.fields.get(name)
    const last = depth === names.length - 1
    insist(!found || !last, 31_250, `Path collision at ${path}`)
    insist(typeof found !== 'function', 31_249, `Path collision at ${path}`)
    if (computed) at.computed.add(name)
    const next = found ?? newTree()
    at.fields.set(name, last ? rule : next)
    at = next
  })
}

function projectDoc(doc: Doc, tree: Tree, including: boolean, root: Doc): Doc {
  const { fields, computed } = tree
  const result: Doc = {}
  for (const name of Object.keys(doc)) {
    const rule = fields.get(name)
    if (!rule && !including) setField(result, name, doc[name])
    if (!rule || (typeof rule === 'function' && computed.has(name))) continue
    const value = projectValue(doc[name], rule, including, root)
    if (value !== undefined) setField(result, name, value)
  }
  for (const name of computed) {
    const rule = fields.get(name)
    if (Object.hasOwn(result, name) || !rule) continue
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
