import { invalid, malformed, type FieldError } from '../problems.js'

const maxDepth = 8

/** The place of a value as a person would look for it: `badges[3].earned_date`. */
export const placeOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((place, key) => {
    if (typeof key === 'number') return `${place}[${key}]`
    return place === '' ? String(key) : `${place}.${String(key)}`
  }, '') || 'document'

const findUnsafe = (value: unknown, path: PropertyKey[]): FieldError | undefined => {
  if (typeof value !== 'object' || value === null) return undefined
  if (path.length >= maxDepth) return { field: placeOf(path), message: 'providers:json.tooDeep' }
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value)
  for (const key of keys) {
    const place = [...path, key]
    if (key === '__proto__') return { field: placeOf(place), message: 'providers:json.unsafeKey' }
    const found = findUnsafe((value as Record<PropertyKey, unknown>)[key], place)
    if (found) return found
  }
  return undefined
}

/** JSON from outside, refused when it nests deeper than any real document or carries `__proto__`. Throws a Problem. */
export function plainJson(value: unknown): unknown {
  const unsafe = findUnsafe(value, [])
  if (unsafe) throw invalid([unsafe])
  return value
}

/** Reads JSON text (a byte order mark is fine); what cannot be read is malformed, with the engine's own pointer to the place. */
export function parsePlainJson(text: string): unknown {
  try {
    return plainJson(JSON.parse(text.replace(/^\uFEFF/, '')))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw malformed('providers:json.broken', [
      { field: 'document', message: error.message.slice(0, 200) },
    ])
  }
}
