import { insist } from './error.js'
import { compileExpression, type Environment } from './expression.js'
import { asDoc, fieldOf, setField, type Doc } from './values.js'

type Setter = (value: unknown, root: Doc) => unknown

/** `$addFields`: dotted paths and nested documents add within what is there, also within arrays. */
export function compileAddFields(operand: unknown, environment: Environment): (doc: Doc) => Doc {
  const spec = asDoc(operand) ?? {}
  insist(Object.keys(spec).length > 0, 40_272, '$addFields must be an object with a field')
  const set = compileSetters(spec, environment)
  return (doc) => set(doc, doc) as Doc
}

function compileSetters(spec: Doc, environment: Environment): Setter {
  const tree = new Map<string, Doc | Setter>()
  for (const [path, value] of Object.entries(spec)) {
    const [head = '', ...rest] = path.split('.')
    insist(head !== '' && !rest.includes(''), 40_352, 'FieldPath field names may not be empty.')
    insist(!head.startsWith('$'), 16_410, `FieldPath field names may not start with '$': ${path}`)
    const inner = asDoc(value)
    const isNested =
      inner && Object.keys(inner).length > 0 && !Object.keys(inner)[0]?.startsWith('$')
    const found = tree.get(head)
    const [below = ''] = rest
    const clashes =
      found && (rest.length === 0 || typeof found === 'function' || Object.hasOwn(found, below))
    insist(!clashes, 40_176, `specification contains two conflicting paths at ${path}`)
    if (rest.length > 0) tree.set(head, { ...found, [rest.join('.')]: value })
    else tree.set(head, isNested ? inner : constantly(compileExpression(value, environment)))
  }
  const fields = [...tree].map(([name, part]): [string, Setter] => [
    name,
    typeof part === 'function' ? part : within(compileSetters(part, environment)),
  ])
  return (value, root) => {
    const result: Doc = { ...asDoc(value) }
    for (const [name, set] of fields) setField(result, name, set(fieldOf(result, name), root))
    return result
  }
}

const constantly =
  (evaluate: (doc: Doc) => unknown): Setter =>
  (_old, root) =>
    evaluate(root)

function within(set: Setter): Setter {
  const each: Setter = (value, root) =>
    Array.isArray(value) ? value.map((item) => each(item, root)) : set(value, root)
  return each
}
