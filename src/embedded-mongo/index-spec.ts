import { readArguments } from './arguments.js'
import { valuesEqual } from './encode.js'
import { insist } from './error.js'
import { isTrue } from './expression.js'
import { compileMatch } from './match.js'
import { asDoc, isNullish, isNumeric, isRegex, operatorsOf, toNumber, type Doc } from './values.js'

/** An index as kept in memory; `spec` is what listIndexes answers. */
export type Index = ReturnType<typeof readIndex>

const OPTIONS = ['unique', 'sparse', 'hidden', 'expireAfterSeconds', 'partialFilterExpression']

/** Reads an index specification; bad or unsupported options are refused as MongoDB refuses them. */
export function readIndex(given: Doc, space: number) {
  const { key: pattern, name: wanted, v: _v, ns: _ns, background: _, ...options } = given
  const { collation: _collation, ...listed } = options
  const key = asDoc(pattern) ?? {}
  const fields = fieldsOf(key)
  const isWrong = (option: string) => !OPTIONS.includes(option) || isNullish(listed[option])
  const unknown = Object.keys(listed).find(isWrong)
  const said = `The field '${unknown}' is not valid for an index specification.`
  insist(unknown === undefined, 197, said)
  const { unique = false, sparse = false, ...read } = readArguments(options)
  const { expireAfterSeconds: seconds = 0, partialFilterExpression: filter } = read
  const isSpan = seconds >= 0 && seconds <= 2_147_483_647
  insist(isSpan, 67, 'expireAfterSeconds must be within 0 and 2147483647')
  insist(!filter || isPlainFilter(filter), 67, 'unsupported expression in partial index')
  insist(!filter || !sparse, 67, "cannot mix 'partialFilterExpression' and 'sparse' options")
  const isId = fields.length === 1 && fields[0]?.path === '_id'
  const name = isId ? '_id_' : wanted
  insist(typeof name === 'string', 9, "The 'name' field is a required property of an index")
  insist(name !== '' && name !== '*', 67, "The name of an index is neither empty nor '*'")
  return {
    space,
    name,
    spec: { v: 2, key, name, ...(!isId && listed) },
    fields,
    unique: isId || unique,
    sparse,
    partial: filter && { filter, test: compileMatch(filter) },
    expireAfterSeconds: read.expireAfterSeconds,
    /** Paths that have held an array in some document: several keys point to one document. */
    arrayPaths: [] as string[],
    /** Some key is cut, so the order of keys is not that of values: only whole keys may be asked for. */
    longKeys: false,
  }
}

function fieldsOf(key: Doc): { path: string; direction: 1 | -1 }[] {
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
    const operators = Object.entries(operatorsOf(condition) ?? { $eq: condition })
    const isKnown = ([operator, operand]: [string, unknown]) =>
      operator === '$exists'
        ? isTrue(operand)
        : PARTIAL_OPERATORS.has(operator) && !isRegex(operand)
    return !name.startsWith('$') && operators.every(isKnown)
  })
}

/** The index that a new one would repeat, if any; 86 for its name with another key, 85 for its key with other options. */
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
