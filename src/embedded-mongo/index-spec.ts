import { checkCollation } from './arguments.js'
import { CommandError } from './error.js'
import { compileMatch, type Matcher } from './match.js'
import { valuesEqual } from './encode.js'
import { asDoc, isNumeric, isRegex, operatorsOf, toNumber, type Doc } from './values.js'

interface IndexField {
  readonly path: string
  readonly direction: 1 | -1
}

/** An index as kept in memory; `spec` is what listIndexes answers. */
export interface Index {
  readonly space: number
  readonly name: string
  readonly spec: Doc
  readonly fields: readonly IndexField[]
  readonly unique: boolean
  readonly sparse: boolean
  readonly partial: { readonly filter: Doc; readonly matcher: Matcher } | undefined
  readonly expireAfterSeconds: number | undefined
  readonly hidden: boolean
  /** Paths that have held an array in some document: several keys point to one document. */
  readonly arrayPaths: Set<string>
  /** Some key was cut, so the order of keys is no longer the order of values. */
  longKeys: boolean
  /** Kept up by writers, not yet complete, so not for the planner. */
  building: boolean
}

const OPTIONS = new Set([
  'v',
  'key',
  'name',
  'unique',
  'sparse',
  'partialFilterExpression',
  'expireAfterSeconds',
  'background',
  'hidden',
  'collation',
  'ns',
])

/** Options that listIndexes does not repeat, or that are placed by hand. */
const NOT_LISTED = new Set(['v', 'key', 'name', 'ns', 'background', 'collation'])

function cannotCreate(message: string): CommandError {
  return new CommandError(67, message)
}

/** Reads an index specification; bad or unsupported options are refused as MongoDB refuses them. */
export function readIndex(given: Doc, space: number): Index {
  const spec = normalized(given)
  const partial = spec.partialFilterExpression as Doc | undefined
  const expire = spec.expireAfterSeconds
  const isId = spec.name === '_id_'
  return {
    space,
    name: spec.name as string,
    spec,
    fields: fieldsOf(spec.key as Doc),
    unique: isId || isTrue(spec.unique),
    sparse: isTrue(spec.sparse),
    partial: partial && { filter: partial, matcher: compileMatch(partial) },
    expireAfterSeconds: isNumeric(expire) ? toNumber(expire) : undefined,
    hidden: isTrue(spec.hidden),
    arrayPaths: new Set(),
    longKeys: false,
    building: false,
  }
}

function isTrue(value: unknown): boolean {
  return value === true || (isNumeric(value) && toNumber(value) !== 0)
}

function fieldsOf(key: Doc): IndexField[] {
  return Object.entries(key).map(([path, direction]) => {
    if (path === '' || path.startsWith('$') || path.includes('$**') || path.split('.').includes(''))
      throw cannotCreate(`Values in the index key pattern can't have the field name '${path}'.`)
    if (typeof direction === 'string')
      throw new CommandError(115, `'${direction}' indexes are not supported`)
    if (!isNumeric(direction) || !toNumber(direction))
      throw cannotCreate(`Values in v:2 index key pattern must be numbers other than 0: '${path}'`)
    return { path, direction: toNumber(direction) > 0 ? 1 : -1 }
  })
}

function normalized(given: Doc): Doc {
  const key = asDoc(given.key)
  if (!key || Object.keys(key).length === 0) throw cannotCreate('An index needs a key pattern')
  if (Object.keys(key).length > 32) throw cannotCreate('An index has at most 32 fields')
  for (const option of Object.keys(given))
    if (!OPTIONS.has(option))
      throw new CommandError(197, `The field '${option}' is not valid for an index specification.`)
  checkCollation(given)
  const isId = Object.keys(key).length === 1 && '_id' in key
  const name = isId ? '_id_' : (given.name ?? defaultName(key))
  if (typeof name !== 'string' || name === '' || name === '*')
    throw cannotCreate('An index name must be a string that is not empty')
  const options = Object.fromEntries(
    Object.entries(given).filter(([option]) => !NOT_LISTED.has(option)),
  )
  checkOptions(options)
  return { v: 2, key, name, ...(isId ? {} : options) }
}

function checkOptions(options: Doc): void {
  for (const flag of ['unique', 'sparse', 'hidden'])
    if (
      options[flag] !== undefined &&
      typeof options[flag] !== 'boolean' &&
      !isNumeric(options[flag])
    )
      throw new CommandError(14, `The field '${flag}' must be a bool`)
  const expire = options.expireAfterSeconds
  if (expire !== undefined) {
    if (!isNumeric(expire))
      throw new CommandError(14, "TTL index 'expireAfterSeconds' must be numeric")
    if (toNumber(expire) < 0 || toNumber(expire) > 2_147_483_647)
      throw cannotCreate("TTL index 'expireAfterSeconds' must be within 0 and 2147483647")
  }
  const partial = options.partialFilterExpression
  if (partial !== undefined && !asDoc(partial))
    throw new CommandError(14, "'partialFilterExpression' must be a document")
  if (partial !== undefined && !isPlainFilter(asDoc(partial) ?? {}))
    throw cannotCreate('Expression not supported in partial index')
  if (partial !== undefined && isTrue(options.sparse))
    throw cannotCreate("cannot mix 'partialFilterExpression' and 'sparse' options")
}

const PARTIAL_OPERATORS = new Set(['$eq', '$gt', '$gte', '$lt', '$lte', '$in', '$type'])

/** What MongoDB lets a partial index be limited to. */
function isPlainFilter(filter: Doc): boolean {
  return Object.entries(filter).every(([name, condition]) => {
    if (name === '$and' || name === '$or')
      return Array.isArray(condition) && condition.every((one) => isPlainFilter(asDoc(one) ?? {}))
    if (name.startsWith('$')) return false
    return Object.entries(operatorsOf(condition) ?? { $eq: condition }).every(
      ([operator, operand]) =>
        operator === '$exists'
          ? isTrue(operand)
          : PARTIAL_OPERATORS.has(operator) && !isRegex(operand),
    )
  })
}

function defaultName(key: Doc): string {
  return Object.entries(key)
    .map(
      ([path, direction]) =>
        `${path}_${isNumeric(direction) ? toNumber(direction) : String(direction)}`,
    )
    .join('_')
}

/**
 * The existing index that a new one would repeat, or undefined when it is new. Same name with another key is
 * IndexKeySpecsConflict 86; same key with other options or another name is IndexOptionsConflict 85.
 */
export function repeatedIndex(existing: readonly Index[], wanted: Index): Index | undefined {
  const sameName = existing.find((index) => index.name === wanted.name)
  if (sameName && !sameKey(sameName, wanted))
    throw new CommandError(
      86,
      `An existing index has the same name as the requested index: ${wanted.name}`,
    )
  const twin = existing.find((index) => sameKey(index, wanted))
  if (!twin) return undefined
  if (twin.name !== wanted.name || !sameOptions(twin, wanted))
    throw new CommandError(
      85,
      twin.name === wanted.name
        ? `An equivalent index already exists with the same name but different options: ${twin.name}`
        : `Index already exists with a different name: ${twin.name}`,
    )
  return twin
}

function sameKey(a: Index, b: Index): boolean {
  return (
    valuesEqual(a.spec.key, b.spec.key) &&
    valuesEqual(a.partial?.filter ?? null, b.partial?.filter ?? null)
  )
}

function sameOptions(a: Index, b: Index): boolean {
  return (
    a.unique === b.unique && a.sparse === b.sparse && a.expireAfterSeconds === b.expireAfterSeconds
  )
}
