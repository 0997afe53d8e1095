import { parseDoc, toBytes } from './codec.js'
import { insist } from './error.js'
import { compileExpression, isOperator, type Environment } from './expression.js'
import { cutFields } from './fields.js'
import { compileFirstMatch } from './match.js'
import {
  asDoc,
  isNumeric,
  isOperatorName,
  listOf,
  setField,
  toNumber,
  wholeNumber,
  type Doc,
} from './values.js'

/** What becomes of one field: a rule for its value (`undefined` leaves it out), or nodes for the fields below. */
interface Node {
  readonly rule?: (value: unknown, root: Doc) => unknown
  readonly fields: Map<string, Node>
  /** It, or something below, is made even where the document has nothing. */
  computed: boolean
}

type Mode = 'include' | 'exclude' | 'add'

interface Plan {
  readonly root: Node
  mode?: Mode
  id?: boolean
  /** Of a find: in a pipeline `$slice` and `$elemMatch` mean something else. */
  readonly isFind: boolean
  readonly environment: Partial<Environment>
}

const KEEP: Node['rule'] = (value) => value
const DROP: Node['rule'] = () => undefined

const newNode = (rule?: Node['rule'], computed = false): Node => ({
  ...(rule && { rule }),
  fields: new Map(),
  computed,
})

interface Projection {
  readonly ofDoc: (doc: Doc) => Doc
  /** From stored bytes: only whole fields taken or left are not decoded to be encoded again. */
  readonly ofBytes: (bytes: Buffer) => Buffer
}

/**
 * Compiles a find projection; undefined when whole documents are asked for. Mixing inclusion and
 * exclusion is refused (31253, 31254), as are colliding paths (31249, 31250).
 */
export function compileProjection(spec: Doc = {}): Projection | undefined {
  if (Object.keys(spec).length === 0) return undefined
  return compilePlan(spec, { root: newNode(), isFind: true, environment: {} })
}

/** The stages `$project` and, with `mode` 'add', `$addFields`: no `$slice` and `$elemMatch`. */
export function compileFields(
  spec: unknown,
  environment: Partial<Environment>,
  mode?: 'add',
): (doc: Doc) => Doc {
  const doc = asDoc(spec)
  insist(doc, mode ? 40_272 : 15_969, 'specification stage must be an object')
  insist(Object.keys(doc).length > 0, mode ? 40_272 : 51_272, 'it must have at least one field')
  return compilePlan(doc, { root: newNode(), isFind: false, environment, ...(mode && { mode }) })
    .ofDoc
}

function compilePlan(spec: Doc, plan: Plan): Projection {
  for (const [path, value] of Object.entries(spec)) read(plan, path, value)
  const { root, id, mode = id ? 'include' : 'exclude' } = plan
  const { fields } = root
  if (mode === 'include' && id !== false && !fields.has('_id')) fields.set('_id', newNode(KEEP))
  if (mode === 'exclude' && id === false) fields.set('_id', newNode(DROP))
  const ofDoc = (doc: Doc) => projectDoc(doc, root, mode, doc)
  const isCut = [...fields.values()].every(({ rule }) => rule === KEEP || rule === DROP)
  const names = [...fields.keys()].map((name) => Buffer.from(name))
  return {
    ofDoc,
    ofBytes: isCut
      ? (bytes) => cutFields(bytes, names, mode === 'include')
      : (bytes) => toBytes(ofDoc(parseDoc(bytes))),
  }
}

/** What `1`, `true`, `0` or `false` asks for a field; undefined for anything else. */
const flagOf = (value: unknown): boolean | undefined =>
  isNumeric(value) ? toNumber(value) !== 0 : typeof value === 'boolean' ? value : undefined

function setMode(plan: Plan, mode: Mode, path: string): void {
  plan.mode ??= mode
  const code = mode === 'include' ? 31_253 : 31_254
  const isSame = plan.mode === mode || plan.mode === 'add'
  insist(isSame, code, `Cannot ${mode} field ${path} in a projection that does the contrary`)
}

function read(plan: Plan, path: string, value: unknown): void {
  const flag = plan.mode === 'add' ? undefined : flagOf(value)
  const doc = asDoc(value)
  const [name = ''] = Object.keys(doc ?? {})
  if (path === '_id' && flag !== undefined) plan.id = flag
  else if (flag !== undefined) {
    setMode(plan, flag ? 'include' : 'exclude', path)
    place(plan, path, newNode(flag ? KEEP : DROP))
  } else if (doc && name !== '' && !name.startsWith('$'))
    for (const [inner, spec] of Object.entries(doc)) read(plan, `${path}.${inner}`, spec)
  else if (plan.isFind && name === '$slice' && isNumeric(listOf(doc?.$slice)[0]))
    place(plan, path, newNode(sliceRule(doc?.$slice)))
  else if (plan.isFind && name === '$elemMatch') {
    insist(!path.includes('.'), 31_275, 'Cannot use $elemMatch projection on a nested field')
    plan.mode ??= 'include'
    place(plan, path, newNode(compileFirstMatch(doc?.$elemMatch)))
  } else readExpression(plan, path, value, name)
}

function readExpression(plan: Plan, path: string, value: unknown, name: string): void {
  const isStage = plan.mode === 'add'
  insist(isStage || !asDoc(value) || name, 51_270, 'An empty sub-projection is not a valid value')
  insist(isStage || !name || isOperator(name), 31_325, `Unknown expression ${name}`)
  setMode(plan, 'include', path)
  const evaluate = compileExpression(value, plan.environment)
  place(
    plan,
    path,
    newNode((_old, root) => evaluate(root), true),
  )
}

function sliceRule(operand: unknown): Node['rule'] {
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

function place({ root, mode }: Plan, path: string, node: Node): void {
  const names = path.split('.')
  insist(!names.includes(''), 40_352, 'FieldPath field names may not be empty strings.')
  insist(!names.includes('$'), 115, 'positional projections are not supported by this server')
  insist(!names.some(isOperatorName), 16_410, "FieldPath field names may not start with '$'.")
  let at = root
  names.forEach((name, depth) => {
    const found = at.fields.get(name)
    const isLast = depth === names.length - 1
    const code = mode === 'add' ? 40_176 : isLast ? 31_250 : 31_249
    insist(!found || (!isLast && !found.rule), code, `Path collision at ${path}`)
    at.computed ||= node.computed
    const next = isLast ? node : (found ?? newNode())
    at.fields.set(name, next)
    at = next
  })
}

function projectDoc(doc: Doc, { fields }: Node, mode: Mode, root: Doc): Doc {
  const result: Doc = {}
  for (const name of Object.keys(doc)) {
    const node = fields.get(name)
    const isLater = mode === 'include' && (!node || (node.rule && node.computed))
    if (!isLater)
      setField(result, name, node ? projectValue(doc[name], node, mode, root) : doc[name])
  }
  for (const [name, node] of fields)
    if (node.computed && !Object.hasOwn(result, name))
      setField(result, name, projectValue(undefined, node, mode, root))
  return result
}

function projectValue(value: unknown, node: Node, mode: Mode, root: Doc): unknown {
  if (node.rule) return node.rule(value, root)
  const doc = asDoc(value)
  if (doc) return projectDoc(doc, node, mode, root)
  if (Array.isArray(value))
    return (value as unknown[])
      .map((item) => projectValue(item, node, mode, root))
      .filter((item) => item !== undefined)
  if (node.computed) return projectDoc({}, node, mode, root)
  return mode === 'include' ? undefined : value
}
