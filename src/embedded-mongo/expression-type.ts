import { Decimal128, Double, Int32, Long, ObjectId, Timestamp, UUID, type Binary } from 'bson'
import { roundExact } from './decimal.js'
import { CommandError } from './error.js'
import { isNullish, isTrue, type Named, type Operators, type Strict } from './operator.js'
import { numberText } from './expression-text.js'
import { typeName } from './match-operators.js'
import { decimalParts, toDecimal, wholeOf } from './numbers.js'
import { parseIsoDate } from './time.js'
import { RANK, isNumeric, numericKind, rankOf, textOf, toNumber, type Numeric } from './values.js'

function failed(message: string): CommandError {
  return new CommandError(241, 'ConversionFailure', `${message} in $convert with no onError value`)
}

function unsupported(value: unknown, to: string): CommandError {
  return failed(`Unsupported conversion from ${typeName(value)} to ${to}`)
}

const isText = (value: unknown) => rankOf(value) === RANK.string

/** `$toInt` and `$toLong`: fractions are cut, what does not fit is refused. */
function toWhole(value: unknown, kind: 'int' | 'long'): unknown {
  if (typeof value === 'boolean')
    return kind === 'int' ? new Int32(Number(value)) : Long.fromNumber(Number(value))
  if (value instanceof Date && kind === 'long') return Long.fromNumber(value.getTime())
  if (isText(value)) {
    const text = textOf(value)
    if (!/^[+-]?\d+$/.test(text)) throw failed(`Failed to parse number '${text}'`)
    return fitting(BigInt(text.replace(/^\+/, '')), kind)
  }
  if (!isNumeric(value)) throw unsupported(value, kind)
  const own = numericKind(value)
  if (own === 'double') {
    const double = toNumber(value)
    if (!Number.isFinite(double)) throw failed('Attempt to convert NaN or infinity to integer')
    return fitting(BigInt(Math.trunc(double)), kind)
  }
  const parts = decimalParts(value)
  if (typeof parts === 'number') throw failed('Attempt to convert NaN or infinity to integer')
  const cut = roundExact(parts, 0, true)
  return fitting(cut.coefficient * 10n ** BigInt(Math.max(0, cut.exponent)), kind)
}

function fitting(value: bigint, kind: 'int' | 'long'): Int32 | Long {
  const result = wholeOf(value, kind)
  if (!result || (kind === 'int' && !(result instanceof Int32)))
    throw failed('Conversion would overflow target type')
  return result
}

function toDouble(value: unknown): unknown {
  if (typeof value === 'boolean') return new Double(Number(value))
  if (value instanceof Date) return new Double(value.getTime())
  if (isNumeric(value)) return new Double(toNumber(value))
  if (!isText(value)) throw unsupported(value, 'double')
  return new Double(parsedNumber(textOf(value)))
}

function parsedNumber(text: string): number {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text))
    throw failed(`Failed to parse number '${text}'`)
  return Number(text)
}

function toDecimalValue(value: unknown): unknown {
  if (typeof value === 'boolean') return toDecimal(new Int32(Number(value)))
  if (value instanceof Date) return toDecimal(Long.fromNumber(value.getTime()))
  if (isNumeric(value)) return toDecimal(value)
  if (!isText(value)) throw unsupported(value, 'decimal')
  parsedNumber(textOf(value))
  return Decimal128.fromString(textOf(value))
}

function toText(value: unknown): string {
  if (isText(value)) return textOf(value)
  if (typeof value === 'boolean') return String(value)
  if (value instanceof Date) return value.toISOString()
  if (value instanceof ObjectId) return value.toHexString()
  if (isNumeric(value)) return numberText(value)
  if (rankOf(value) === RANK.binary && (value as Binary).sub_type === 4)
    return new UUID((value as Binary).buffer.subarray(0, 16)).toHexString()
  throw unsupported(value, 'string')
}

/** An instant from what MongoDB's date operators and `$toDate` accept. */
export function toDate(value: unknown): Date {
  if (value instanceof Date) return value
  if (value instanceof Timestamp) return new Date(value.t * 1000)
  if (value instanceof ObjectId) return value.getTimestamp()
  if (isNumeric(value) && numericKind(value) !== 'int') return fromMillis(value)
  if (isText(value)) return parseIsoDate(textOf(value), undefined)
  throw unsupported(value, 'date')
}

function fromMillis(value: Numeric): Date {
  const date = new Date(Math.trunc(toNumber(value)))
  if (Number.isNaN(date.getTime())) throw failed('Conversion would overflow target type')
  return date
}

function toObjectId(value: unknown): ObjectId {
  if (value instanceof ObjectId) return value
  if (!isText(value)) throw unsupported(value, 'objectId')
  const text = textOf(value)
  if (!/^[0-9a-f]{24}$/i.test(text))
    throw failed(`Failed to parse objectId '${text}': Invalid string length for parsing to OID`)
  return new ObjectId(text)
}

const CONVERSIONS: Record<string, (value: unknown) => unknown> = {
  double: toDouble,
  string: toText,
  objectId: toObjectId,
  bool: (value) => isTrue(value),
  date: toDate,
  int: (value) => toWhole(value, 'int'),
  long: (value) => toWhole(value, 'long'),
  decimal: toDecimalValue,
}
const CODES: Record<number, string> = {
  1: 'double',
  2: 'string',
  7: 'objectId',
  8: 'bool',
  9: 'date',
  16: 'int',
  18: 'long',
  19: 'decimal',
}

const nullFirst = (name: string): Strict => [
  1,
  1,
  (value) => (isNullish(value) ? null : CONVERSIONS[name]?.(value)),
]

const convert: Named = {
  required: ['input', 'to'],
  optional: ['onError', 'onNull'],
  run(values) {
    const { input, to } = values
    if (isNullish(input)) return values.onNull ?? null
    if (isNullish(to)) return null
    const name = isNumeric(to) ? CODES[toNumber(to)] : typeof to === 'string' ? to : undefined
    const run = CONVERSIONS[name ?? '']
    if (!run) throw new CommandError(2, 'BadValue', `Unknown type name: ${name ?? typeName(to)}`)
    try {
      return run(input)
    } catch (error) {
      if ('onError' in values && error instanceof CommandError) return values.onError
      throw error
    }
  },
}

export const TYPE_OPERATORS: Operators = {
  $type: [1, 1, (value) => (value === undefined ? 'missing' : typeName(value))],
  $isNumber: [1, 1, isNumeric],
  $toInt: nullFirst('int'),
  $toLong: nullFirst('long'),
  $toDouble: nullFirst('double'),
  $toDecimal: nullFirst('decimal'),
  $toString: nullFirst('string'),
  $toBool: nullFirst('bool'),
  $toDate: nullFirst('date'),
  $toObjectId: nullFirst('objectId'),
  $convert: convert,
}
