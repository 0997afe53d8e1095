import { asDoc, fieldOf } from './values.js'

/** Tests one value a path leads to; `undefined` stands for a missing field. */
export type Predicate = (value: unknown) => boolean

/** Where the last match stood in the outermost array it went through: what positional `$` means. */
export const trail: { index: number | undefined } = { index: undefined }

const POSITION = /^(0|[1-9]\d*)$/

/**
 * Follows a dotted path the way MongoDB's filters do: through documents, through every document of
 * an array, and by array position. `intoLeaf` also offers each element of an array at the end.
 */
export function compilePath(path: string, predicate: Predicate, intoLeaf: boolean): Predicate {
  const parts = path.split('.')
  let step = intoLeaf ? overElements(predicate) : predicate
  parts.slice(1).reduceRight((whole, name) => {
    step = intoField(name, step, whole)
    return step
  }, predicate)
  const [first = ''] = parts
  const last = step
  return (doc) => last(fieldOf(asDoc(doc) ?? {}, first))
}

function overElements(predicate: Predicate): Predicate {
  return (value) => {
    if (!Array.isArray(value)) return predicate(value)
    for (let index = 0; index < value.length; index += 1)
      if (predicate(value[index])) {
        trail.index = index
        return true
      }
    return predicate(value)
  }
}

/** `whole` takes what stands at a position: an array there is one value, not looked into again. */
function intoField(name: string, next: Predicate, whole: Predicate): Predicate {
  const position = POSITION.test(name) ? Number(name) : -1
  return (value) => {
    if (Array.isArray(value)) {
      for (let index = 0; index < value.length; index += 1) {
        const doc = asDoc(value[index])
        if ((doc && next(fieldOf(doc, name))) || (index === position && whole(value[index]))) {
          trail.index = index
          return true
        }
      }
      return false
    }
    const doc = asDoc(value)
    return next(doc && fieldOf(doc, name))
  }
}
