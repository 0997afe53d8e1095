import { cutFields, parseDoc, toBytes } from './codec.js'
import { insist } from './error.js'
import { compileExpression, isOperator } from './expression.js'
import { compileFirstMatch } from './match.js'
import { setField } from './paths.js'
import { asDoc, flagOf, isNumeric, isOperatorName, listOf, wholeNumber } from './values.js'
import type { Doc } from './values.js'

/** Makes a field of its value in the document, and of the whole document; `undefined` leaves it out. */
type Rule = (value: unknown, root: Doc) => unknown

const KEEP: Rule = (value) => value
const DROP: Rule = () => undefined

/** A rule for one field, or what becomes of the fields below it. */
interface Node {
  readonly rule?: Rule | undefined
  readonly fields: Map<string, Node>
  /** It, or something below, is made even where the document has nothing. */
  computed: boolean
}

const newNode = (rule?: Rule, computed = false): Node => ({ rule, fields: new Map(), computed })

/** In `find` `$slice` and `$elemMatch` cut arrays; `$addFields` keeps all other fields. */
type Kind = 'find' | '$project' | '$addFields'

interface Plan {
  readonly root: Node
  readonly kind: Kind
  readonly variables: Doc
  /** Whether only the fields named are given, or all others; undefined until a field says so. */
  including?: boolean
}

/** Compiles the projection of a find; undefined when whole documents are asked for. */
export const compileProjection = (spec: Doc = {}) =>
  Object.keys(spec).length > 0 ? compileFields(spec, 'find') : undefined

/** Mixing inclusion and exclusion is refused (31253, 31254), as are colliding paths (31249, 31250, 40176). */
export function compileFields(spec: Doc, kind: Kind, variables: Doc = {}) {
  const plan: Plan = { root: newNode(), kind, variables }
  for (const [path, value] of Object.entries(spec)) read(plan, path, value)
  const { fields } = plan.root
  const { root, including = fields.get('_id')?.rule === KEEP } = plan
  if (including && !fields.has('_id')) fields.set('_id', newNode(KEEP))
  if (fields.get('_id')?.rule === (including ? DROP : KEEP)) fields.delete('_id')
  const ofDoc = (doc: Doc) => project(doc, root, including, doc) as Doc
  const isCut = [...fields.values()].every(({ rule }) => rule === KEEP || rule === DROP)
  const names = [...fields.keys()].map((name) => Buffer.from(name))
  /** Only whole fields taken or left are not decoded to be encoded again. */
  const ofBytes = (bytes: Buffer) =>
    isCut ? cutFields(bytes, names, including) : toBytes(ofDoc(parseDoc(bytes)))
  return { ofDoc, ofBytes }
}

function read(plan: Plan, path: string, value: unknown): void {
  const isFind = plan.kind === 'find'
  const isAdding = plan.kind === '$addFields'
  const flag = isAdding ? undefined : flagOf(value)
  const doc = asDoc(value) ?? {}
  const [name = ''] = Object.keys(doc)
  if (flag !== undefined)
    place(plan, path, newNode(flag ? KEEP : DROP), path === '_id' ? undefined : flag)
  else if (name !== '' && !name.startsWith('$'))
    for (const [inner, spec] of Object.entries(doc)) read(plan, `${path}.${inner}`, spec)
  else if (isFind && name === '$slice' && isNumeric(listOf(doc.$slice)[0]))
    place(plan, path, newNode(sliceRule(doc.$slice)))
  else if (isFind && name === '$elemMatch') {
    insist(!path.includes('.'), 31_275, 'Cannot use $elemMatch projection on a nested field')
    plan.including ??= true
    place(plan, path, newNode(compileFirstMatch(doc.$elemMatch)))
  } else {
    insist(isAdding || !asDoc(value) || name, 51_270, 'An empty sub-projection is not valid')
    insist(isAdding || !name || isOperator(name), 31_325, `Unknown expression ${name}`)
    const evaluate = compileExpression(value, plan.variables)
    const rule: Rule = (_old, root) => evaluate(root)
    place(plan, path, newNode(rule, true), isAdding ? undefined : true)
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

function place(plan: Plan, path: string, node: Node, isIncluding?: boolean): void {
  if (isIncluding !== undefined) plan.including ??= isIncluding
  const isSame = isIncluding === undefined || plan.including === isIncluding
  insist(isSame, isIncluding ? 31_253 : 31_254, `Field ${path} does the contrary of the others`)
  const names = path.split('.')
  insist(!names.includes(''), 40_352, 'FieldPath field names may not be empty strings.')
  insist(!names.includes('$'), 115, 'positional projections are not supported by this server')
  insist(!names.some(isOperatorName), 16_410, "FieldPath field names may not start with '$'.")
  let at = plan.root
  for (const [depth, name] of names.entries()) {
    const found = at.fields.get(name)
    const isLast = depth === names.length - 1
    const code = plan.kind === '$addFields' ? 40_176 : isLast ? 31_250 : 31_249
    insist(!found || (!isLast && !found.rule), code, `Path collision at ${path}`)
    at.computed ||= node.computed
    const next = isLast ? node : (found ?? newNode())
    at.fields.set(name, next)
    at = next
  }
}

/** Fields that are computed anew come last, but where all others are kept they stay in their place. */
function project(value: unknown, node: Node, including: boolean, root: Doc): unknown {
  if (node.rule) return node.rule(value, root)
  if (Array.isArray(value))
    return value
      .map((item: unknown) => project(item, node, including, root))
      .filter((item) => item !== undefined)
  const doc = asDoc(value) ?? (node.computed ? {} : undefined)
  if (!doc) return including ? undefined : value
  const result: Doc = {}
  for (const name of Object.keys(doc)) {
    const field = node.fields.get(name)
    const isNow = field ? !including || !field.rule || !field.computed : !including
    if (isNow)
      setField(result, name, field ? project(doc[name], field, including, root) : doc[name])
  }
  for (const [name, field] of node.fields)
    if (field.computed && !Object.hasOwn(result, name))
      setField(result, name, project(undefined, field, including, root))
  return result
}
