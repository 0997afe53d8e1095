import { Long } from 'bson'
import { mapping, type PipelineWorld, type Stage } from './stage.js'
import { located } from './error.js'
import { compileExpression } from './expression.js'
import { typeName } from './match-operators.js'
import { asDoc, fieldOf, setField, type Doc } from './values.js'

type Setter = (value: unknown, root: Doc) => unknown

/** `$addFields`: dotted paths and nested documents add within what is there, also within arrays. */
export function addFieldsStage(operand: unknown, world: PipelineWorld): Stage {
  const spec = asDoc(operand)
  if (!spec || Object.keys(spec).length === 0)
    throw located(
      40_272,
      '$addFields specification stage must be an object with at least one field',
    )
  const setter = compileSetters(spec, world)
  return mapping((doc) => setter(doc, doc) as Doc, world)
}

function compileSetters(spec: Doc, world: PipelineWorld): Setter {
  const tree = new Map<string, Doc | Setter>()
  for (const [path, value] of Object.entries(spec)) {
    const [head = '', ...rest] = path.split('.')
    if (head === '' || rest.includes(''))
      throw located(40_352, 'FieldPath field names may not be empty strings.')
    if (head.startsWith('$'))
      throw located(16_410, `FieldPath field names may not start with '$': ${path}`)
    const inner = asDoc(value)
    const nested = inner && Object.keys(inner).length > 0 && !Object.keys(inner)[0]?.startsWith('$')
    const found = tree.get(head)
    if (found && (rest.length === 0 || typeof found === 'function'))
      throw located(40_176, `specification contains two conflicting paths at ${path}`)
    if (rest.length > 0) {
      const at = found ?? {}
      at[rest.join('.')] = value
      tree.set(head, at)
    } else if (nested) tree.set(head, inner)
    else {
      const evaluate = compileExpression(value, world)
      tree.set(head, (_old, root) => evaluate(root))
    }
  }
  const fields = [...tree].map(([name, part]): [string, Setter] => [
    name,
    typeof part === 'function' ? part : within(compileSetters(part, world)),
  ])
  return (value, root) => {
    const result: Doc = { ...asDoc(value) }
    for (const [name, set] of fields) {
      const next = set(fieldOf(result, name), root)
      if (next === undefined) Reflect.deleteProperty(result, name)
      else setField(result, name, next)
    }
    return result
  }
}

function within(set: Setter): Setter {
  const each: Setter = (value, root) =>
    Array.isArray(value) ? value.map((item) => each(item, root)) : set(value, root)
  return each
}

export function replaceRootStage(operand: unknown, world: PipelineWorld): Stage {
  const evaluate = compileExpression(operand, world)
  return mapping((doc) => {
    const value = evaluate(doc)
    const root = asDoc(value)
    if (root) return root
    throw located(
      40_228,
      `'newRoot' expression must evaluate to an object, but resulting value was of type: ${value === undefined ? 'missing' : typeName(value)}`,
    )
  }, world)
}

export function unwindStage(operand: unknown, world: PipelineWorld): Stage {
  const spec = typeof operand === 'string' ? { path: operand } : asDoc(operand)
  const { path, includeArrayIndex: indexName, preserveNullAndEmptyArrays: keep } = spec ?? {}
  if (typeof path !== 'string')
    throw located(28_808, 'expected a string as the path for $unwind stage')
  if (!path.startsWith('$'))
    throw located(28_818, "path option to $unwind stage should be prefixed with a '$'")
  if (
    indexName !== undefined &&
    (typeof indexName !== 'string' || indexName === '' || indexName.startsWith('$'))
  )
    throw located(28_810, 'includeArrayIndex must be a non-empty field name')
  const parts = path.slice(1).split('.')
  const withIndex = (doc: Doc, index: number | null) =>
    typeof indexName === 'string'
      ? planted(doc, indexName.split('.'), index === null ? null : Long.fromNumber(index))
      : doc
  return function* unwinding(docs) {
    for (const doc of docs) {
      world.checkTime()
      const value = parts.reduce<unknown>((at, name) => fieldOf(asDoc(at) ?? {}, name), doc)
      if (Array.isArray(value) && value.length > 0)
        for (const [index, item] of value.entries())
          yield withIndex(planted(doc, parts, item), index)
      else if (value !== undefined && value !== null && !Array.isArray(value))
        yield withIndex(doc, null)
      else if (keep === true)
        yield withIndex(Array.isArray(value) ? planted(doc, parts, undefined) : doc, null)
    }
  }
}

/** A copy with one path set anew; `undefined` takes the field out. */
export function planted(doc: Doc, [name = '', ...rest]: readonly string[], value: unknown): Doc {
  const copy = { ...doc }
  const next = rest.length > 0 ? planted(asDoc(fieldOf(doc, name)) ?? {}, rest, value) : value
  if (next === undefined) Reflect.deleteProperty(copy, name)
  else setField(copy, name, next)
  return copy
}
