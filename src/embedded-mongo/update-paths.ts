import { valueKey } from './encode.js'
import { insist, notSupported } from './error.js'
import { LEAVES, type Leaf } from './update-operators.js'
import { asDoc, entryOf, fieldOf, positionOf, setField, type Doc } from './values.js'

export interface UpdateContext {
  /** Where the filter met an array: what the positional `$` stands for. */
  readonly arrayIndex?: number | undefined
  readonly inserting: boolean
}

type Path = readonly string[]
type Tests = ReadonlyMap<string, (element: unknown) => boolean>

/** One operator on one path, or on what is left of the path. */
interface Modifier {
  readonly parts: Path
  readonly leaf: Leaf
}

/** What a walk down the paths knows, and where it has got to. */
interface Walk extends UpdateContext {
  readonly tests: Tests
  readonly isPositional: boolean
  readonly at: string[]
}

/**
 * Checks every operator and path of an update; `tests` are its array filters by name. What it makes of a document shares
 * with it whatever it does not touch.
 */
export function compileModifiers(update: Doc, tests: Tests) {
  const given = Object.entries(update).flatMap(([operator, operands]) => {
    if (operator === '$comment') return []
    if (operator === '$bit' || operator === '$rename') throw notSupported(operator)
    const compile = entryOf(LEAVES, operator)
    const doc = asDoc(operands)
    insist(compile, 9, `Unknown modifier: ${operator}`)
    insist(doc, 9, `Modifiers operate on fields: {${operator}: {<field>: ...}}`)
    return Object.entries(doc).map(([path, operand]) => {
      const leaf = compile(operand, `${operator} of '${path}'`)
      return { parts: checkedPath(path, tests), leaf }
    })
  })
  const modifiers = inOrder(given, 40)
  const used = new Set(modifiers.flatMap(({ parts }) => parts))
  for (const name of tests.keys())
    insist(used.has(`$[${name}]`), 9, `The array filter for identifier '${name}' was not used`)
  const isPositional = [...used].some((part) => part.startsWith('$'))
  if (isPositional) checkPlaces(modifiers)
  return {
    names: new Set(modifiers.map(({ parts }) => parts[0])),
    apply(doc: Doc, context: UpdateContext): Doc {
      return changed(doc, modifiers, { ...context, tests, isPositional, at: [] }) as Doc
    },
  }
}

function checkedPath(path: string, tests: Tests): Path {
  const parts = path.split('.')
  insist(!parts.includes(''), 56, `The update path '${path}' contains an empty field name.`)
  insist(!/^\$($|\.|\[)/.test(path), 2, `'${path}' begins with a positional element`)
  for (const part of parts.filter((part) => part.startsWith('$[') && part !== '$[]'))
    insist(tests.has(part.slice(2, -1)), 2, `No array filter found for ${part} in '${path}'`)
  return parts
}

/** In MongoDB's order of paths; refuses two of which one is the other or leads to it. */
export function inOrder<T extends { readonly parts: Path }>(list: readonly T[], code: number): T[] {
  const keyed = list.map((one) => ({ one, key: valueKey(one.parts).slice(0, -1) }))
  keyed.sort((a, b) => (a.key < b.key ? -1 : 1))
  const clash = keyed.find(({ key }, at) => at > 0 && key.startsWith(keyed[at - 1]?.key ?? key))
  insist(!clash, code, `the path '${clash?.one.parts.join('.') ?? ''}' conflicts with another one`)
  return keyed.map(({ one }) => one)
}

/** At one place of the paths there is either `$[…]` or a field. */
function checkPlaces(modifiers: readonly Modifier[]): void {
  const kinds = new Map<string, boolean>()
  for (const { parts } of modifiers)
    for (const [depth, name] of parts.entries()) {
      const place = parts.slice(0, depth).join('.')
      const isOfArray = name.startsWith('$[')
      const isSame = (kinds.get(place) ?? isOfArray) === isOfArray
      insist(
        isSame,
        40,
        `Updating the path '${parts.join('.')}' would create a conflict at '${place}'`,
      )
      kinds.set(place, isOfArray)
    }
}

/** A copy of the value at a place, changed by all modifiers whose paths have led there. */
function changed(old: unknown, modifiers: readonly Modifier[], walk: Walk): unknown {
  const { at, isPositional } = walk
  const list = isPositional && modifiers.length > 1 ? inOrder(modifiers, 40) : modifiers
  const [first] = list
  const name = first?.parts[0]
  if (!first || name === undefined) return first?.leaf(old, walk.inserting)
  const container = Array.isArray(old) ? (old as unknown[]) : asDoc(old)
  if (!container) {
    insist(!name.startsWith('$['), 2, `The path '${at.join('.')}' must be an array`)
    const made = changed({}, list, walk) as Doc
    if (Object.keys(made).length === 0) return old
    insist(old === undefined, 28, `Cannot create field '${name}' in '${at.join('.')}'`)
    return made
  }
  const copy = Array.isArray(container) ? [...container] : { ...container }
  for (const [key, inside] of byPlace(container, list, walk)) {
    const before = Array.isArray(container)
      ? container[positionOf(key) ?? -1]
      : fieldOf(container, key)
    at.push(key)
    const after = changed(before, inside, walk)
    at.pop()
    if (after !== before) put(copy, key, after)
  }
  return copy
}

/** The modifiers for each field or element here; array filters judge the elements as they were before any of them. */
function byPlace(
  container: Doc | unknown[],
  modifiers: readonly Modifier[],
  walk: Walk,
): Map<string, Modifier[]> {
  const places = new Map<string, Modifier[]>()
  for (const { parts, leaf } of modifiers) {
    const [name = '', ...rest] = parts
    for (const key of keysAt(container, name, walk))
      places.set(key, [...(places.get(key) ?? []), { parts: rest, leaf }])
  }
  return places
}

/** Beyond the end an array is filled with null; what is taken out of one leaves null. */
function put(container: Doc | unknown[], key: string, value: unknown): void {
  if (!Array.isArray(container)) {
    setField(container, key, value)
    return
  }
  const index = positionOf(key)
  insist(index !== undefined, 28, `Cannot create field '${key}' in an array`)
  insist(index <= container.length + 1_500_000, 2, 'Cannot fill more than 1500000 elements')
  while (container.length < index) container.push(null)
  container[index] = value ?? null
}

/** The fields or elements that one part of a path stands for. */
function keysAt(container: Doc | unknown[], name: string, { tests, arrayIndex }: Walk): string[] {
  const isMatched = name !== '$' || arrayIndex !== undefined
  insist(isMatched, 2, 'The positional operator did not find the match needed from the query.')
  const test = name === '$[]' ? () => true : name.startsWith('$[') && tests.get(name.slice(2, -1))
  if (!test) return [name === '$' ? String(arrayIndex) : name]
  insist(Array.isArray(container), 2, 'Cannot apply array updates to non-array elements')
  return [...container.keys()].filter((index) => test(container[index])).map(String)
}
