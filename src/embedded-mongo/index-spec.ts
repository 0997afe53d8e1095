import { isSimpleCollation } from './arguments.js'
import { valuesEqual } from './encode.js'
import { insist } from './error.js'
import { compileMatch, type Matcher } from './match.js'
import { asDoc, isNumeric, isRegex, operatorsOf, toNumber, type Doc } from './values.js'

/** An index as kept in memory; `spec` is what listIndexes answers. */
export interface Index {
  readonly space: number
  readonly name: string
  readonly spec: Doc
  readonly fields: readonly { readonly path: string; readonly direction: 1 | -1 }[]
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

interface Option {
  /** Whether listIndexes repeats it behind version, key and name. */
  readonly isListed: boolean
  readonly rules: readonly (readonly [
    test: (value: unknown) => unknown,
    code: number,
    said: string,
  ])[]
}

const isFlag = (value: unknown) => typeof value === 'boolean' || isNumeric(value)
const isTrue = (value: unknown) => value === true || (isNumeric(value) && toNumber(value) !== 0)
const isSeconds = (value: unknown) => Number(value) >= 0 && Number(value) <= 2_147_483_647
const isName = (value: unknown) => typeof value === 'string' && value !== '' && value !== '*'

const UNLISTED: Option = { isListed: false, rules: [] }
const FLAG: Option = { isListed: true, rules: [[isFlag, 14, 'must be a bool']] }

/** Every option there is, and what its value must pass: a test, the code when it fails, and what then is said. */
const OPTIONS: Readonly<Record<string, Option>> = {
  v: UNLISTED,
  key: UNLISTED,
  ns: UNLISTED,
  background: UNLISTED,
  name: { isListed: false, rules: [[isName, 67, "must be a string, neither empty nor '*'"]] },
  collation: { isListed: false, rules: [[isSimpleCollation, 115, 'is not supported']] },
  unique: FLAG,
  sparse: FLAG,
  hidden: FLAG,
  expireAfterSeconds: {
    isListed: true,
    rules: [
      [isNumeric, 14, 'must be numeric'],
      [isSeconds, 67, 'must be within 0 and 2147483647'],
    ],
  },
  partialFilterExpression: {
    isListed: true,
    rules: [
      [asDoc, 14, 'must be a document'],
      [isPlainFilter, 67, 'has an expression not supported in a partial index'],
    ],
  },
}

/** Reads an index specification; bad or unsupported options are refused as MongoDB refuses them. */
export function readIndex(given: Doc, space: number): Index {
  const key = asDoc(given.key) ?? {}
  const fields = fieldsOf(key)
  const options: Doc = {}
  for (const [name, value] of Object.entries(given)) {
    const option = Object.hasOwn(OPTIONS, name) && OPTIONS[name]
    insist(option, 197, `The field '${name}' is not valid for an index specification.`)
    for (const [test, code, said] of option.rules)
      insist(test(value), code, `The index option '${name}' ${said}`)
    if (option.isListed) options[name] = value
  }
  const { unique, sparse, hidden, expireAfterSeconds: expire } = options
  const filter = asDoc(options.partialFilterExpression)
  const isMixed = filter && isTrue(sparse)
  insist(!isMixed, 67, "cannot mix 'partialFilterExpression' and 'sparse' options")
  const isId = fields.length === 1 && fields[0]?.path === '_id'
  const name = isId ? '_id_' : given.name
  insist(typeof name === 'string', 9, "The 'name' field is a required property of an index")
  return {
    space,
    name,
    spec: { v: 2, key, name, ...(!isId && options) },
    fields,
    unique: isId || isTrue(unique),
    sparse: isTrue(sparse),
    partial: filter && { filter, matcher: compileMatch(filter) },
    expireAfterSeconds: isNumeric(expire) ? toNumber(expire) : undefined,
    hidden: isTrue(hidden),
    arrayPaths: new Set(),
    longKeys: false,
    building: false,
  }
}

function fieldsOf(key: Doc): Index['fields'] {
  const entries = Object.entries(key)
  insist(entries.length > 0 && entries.length <= 32, 67, 'An index has between 1 and 32 fields')
  return entries.map(([path, direction]) => {
    const isPlain = !path.startsWith('$') && !path.includes('$**')
    insist(isPlain && !path.split('.').includes(''), 67, `An index can't have the field '${path}'`)
    insist(typeof direction !== 'string', 115, `'${String(direction)}' indexes are not supported`)
    const number = isNumeric(direction) ? toNumber(direction) : 0
    insist(number, 67, `Values in an index key pattern must be numbers other than 0: '${path}'`)
    return { path, direction: number > 0 ? 1 : -1 }
  })
}

const PARTIAL_OPERATORS = new Set(['$eq', '$gt', '$gte', '$lt', '$lte', '$in', '$type'])

/** What MongoDB lets a partial index be limited to. */
function isPlainFilter(filter: unknown): boolean {
  return Object.entries(asDoc(filter) ?? {}).every(([name, condition]) => {
    if (name === '$and' || name === '$or')
      return Array.isArray(condition) && condition.every(isPlainFilter)
    return (
      !name.startsWith('$') &&
      Object.entries(operatorsOf(condition) ?? { $eq: condition }).every(([operator, operand]) =>
        operator === '$exists'
          ? isTrue(operand)
          : PARTIAL_OPERATORS.has(operator) && !isRegex(operand),
      )
    )
  })
}

/**
 * The existing index that a new one would repeat, or undefined when it is new. Same name with another key is
 * IndexKeySpecsConflict 86; same key with other options or another name is IndexOptionsConflict 85.
 */
export function repeatedIndex(existing: readonly Index[], wanted: Index): Index | undefined {
  const { name } = wanted
  const keyed = ({ spec, partial }: Index) => [spec.key, partial?.filter]
  const optionsOf = (one: Index) => [one.name, one.unique, one.sparse, one.expireAfterSeconds]
  const isTwin = (index: Index) => valuesEqual(keyed(index), keyed(wanted))
  const hasName = existing.some((index) => index.name === name && !isTwin(index))
  insist(!hasName, 86, `An existing index has the same name as the requested index: ${name}`)
  const twin = existing.find(isTwin)
  const isSame = !twin || valuesEqual(optionsOf(twin), optionsOf(wanted))
  insist(isSame, 85, `Index already exists with another name or other options: ${name}`)
  return twin
}
