import { Double } from 'bson'
import { located } from './error.js'
import { int, isNullish, type Named, type Operators, type Strict } from './operator.js'
import { typeName } from './match-operators.js'
import { compileRegex, isRegex } from './regex.js'
import {
  RANK,
  compareStrings,
  isNumeric,
  numericKind,
  rankOf,
  textOf,
  toNumber,
  type Doc,
} from './values.js'

/** A string from what MongoDB's older string operators accept: strings, numbers, dates, null. */
function coerced(name: string, value: unknown): string {
  if (isNullish(value)) return ''
  if (rankOf(value) === RANK.string) return textOf(value)
  if (value instanceof Date) return value.toISOString()
  if (isNumeric(value)) return numberText(value)
  throw located(16_007, `can't convert from BSON type ${typeName(value)} to String (${name})`)
}

/** A number as `$toString` writes it. */
export function numberText(value: Parameters<typeof numericKind>[0]): string {
  if (numericKind(value) !== 'double') return value.toString()
  const double = toNumber(value)
  const text = new Double(double).value.toString()
  return text === 'Infinity' ? 'inf' : text === '-Infinity' ? '-inf' : text
}

function text(code: number, name: string, value: unknown): string {
  if (rankOf(value) !== RANK.string)
    throw located(
      code,
      `${name} requires a string argument, found: ${value === undefined ? 'missing' : typeName(value)}`,
    )
  return textOf(value)
}

function concat(...values: unknown[]): string | null {
  if (values.some(isNullish)) return null
  return values.map((value) => text(16_702, '$concat', value)).join('')
}

function whole(code: number, name: string, value: unknown): number {
  const number = isNumeric(value) ? toNumber(value) : NaN
  if (!Number.isInteger(number))
    throw located(code, `${name} requires an integral value, found ${typeName(value)}`)
  return number
}

/** Code points, not UTF-16 units: what MongoDB counts as characters. */
const pointsOf = (value: string) => Array.from(value)

function substringByPoints(value: unknown, from: unknown, count: unknown): string {
  const points = pointsOf(coerced('$substrCP', value))
  const start = whole(34_450, '$substrCP', from)
  const length = whole(34_452, '$substrCP', count)
  if (start < 0)
    throw located(34_455, '$substrCP: the starting index must be a non-negative integer.')
  if (length < 0) throw located(34_454, '$substrCP: length must be a non-negative integer.')
  return points.slice(start, start + length).join('')
}

function substringByBytes(value: unknown, from: unknown, count: unknown): string {
  const bytes = Buffer.from(coerced('$substrBytes', value))
  const start = whole(16_034, '$substrBytes', from)
  const length = whole(16_035, '$substrBytes', count)
  if (start < 0) throw located(50_752, '$substrBytes: starting index must be non-negative')
  const end = length < 0 ? bytes.length : Math.min(bytes.length, start + length)
  for (const [at, code] of [
    [start, 28_656],
    [end, 28_657],
  ] as const)
    if (at < bytes.length && ((bytes[at] ?? 0) & 0xc0) === 0x80)
      throw located(code, '$substrBytes: Invalid range, cuts a UTF-8 character.')
  return bytes.subarray(start, end).toString()
}

function indexOf(name: string, units: (value: string) => readonly (string | number)[]): Strict {
  return [
    2,
    4,
    (value, search, from = 0, to = Infinity) => {
      if (isNullish(value)) return null
      const all = units(text(40_093, name, value))
      const wanted = units(text(40_094, name, search))
      const start = whole(40_096, name, from)
      const end = to === Infinity ? all.length : Math.min(all.length, whole(40_096, name, to))
      if (start < 0 || end < 0)
        throw located(40_097, `${name} requires a nonnegative start and ending index`)
      for (let at = start; at + wanted.length <= end; at += 1)
        if (wanted.every((unit, index) => all[at + index] === unit)) return int(at)
      return int(-1)
    },
  ]
}

function split(value: unknown, delimiter: unknown): unknown {
  if (isNullish(value) || isNullish(delimiter)) return null
  const by = text(40_086, '$split', delimiter)
  if (by === '') throw located(40_087, '$split requires a non-empty separator')
  return text(40_085, '$split', value).split(by)
}

const BLANKS =
  '\0 \t\n\v\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a'

function trimming(name: string, left: boolean, right: boolean): Named {
  return {
    required: ['input'],
    optional: ['chars'],
    run({ input, chars }) {
      if (isNullish(input) || chars === null) return null
      const points = pointsOf(text(50_699, name, input))
      const drop = new Set(chars === undefined ? BLANKS : text(50_700, name, chars))
      let start = 0
      let end = points.length
      while (left && start < end && drop.has(points[start] ?? '')) start += 1
      while (right && end > start && drop.has(points[end - 1] ?? '')) end -= 1
      return points.slice(start, end).join('')
    },
  }
}

function replacing(name: string, all: boolean): Named {
  return {
    required: ['input', 'find', 'replacement'],
    run({ input, find, replacement }) {
      if (isNullish(input) || isNullish(find) || isNullish(replacement)) return null
      const [whole, part, by] = [
        text(51_746, name, input),
        text(51_745, name, find),
        text(51_744, name, replacement),
      ]
      return all ? whole.split(part).join(by) : whole.replace(part, () => by)
    },
  }
}

/** The matches of a regular expression, with code point positions and captures as MongoDB gives them. */
function matchesOf(name: string, { input, regex, options }: Doc, flags: string): RegExpExecArray[] {
  if (isNullish(input) || isNullish(regex)) return []
  const subject = text(51_104, name, input)
  if (!isRegex(regex) && typeof regex !== 'string')
    throw located(51_105, `${name} needs 'regex' to be of type string or regex`)
  const compiled = compileRegex(regex, options ?? undefined)
  return [...subject.matchAll(new RegExp(compiled.source, `${compiled.flags}g`))].slice(
    0,
    flags === 'g' ? undefined : 1,
  )
}

function matchDoc(match: RegExpExecArray): Doc {
  return {
    match: match[0],
    idx: int(pointsOf(match.input.slice(0, match.index)).length),
    captures: match.slice(1).map((capture: string | undefined) => capture ?? null),
  }
}

const regexArguments = { required: ['input', 'regex'], optional: ['options'] }

export const TEXT_OPERATORS: Operators = {
  $concat: [0, Infinity, concat],
  $toLower: [
    1,
    1,
    (value) => coerced('$toLower', value).replace(/[A-Z]+/g, (part) => part.toLowerCase()),
  ],
  $toUpper: [
    1,
    1,
    (value) => coerced('$toUpper', value).replace(/[a-z]+/g, (part) => part.toUpperCase()),
  ],
  $strcasecmp: [
    2,
    2,
    (a, b) =>
      int(
        Math.sign(
          compareStrings(
            coerced('$strcasecmp', a).toUpperCase(),
            coerced('$strcasecmp', b).toUpperCase(),
          ),
        ),
      ),
  ],
  $strLenCP: [1, 1, (value) => int(pointsOf(text(34_471, '$strLenCP', value)).length)],
  $strLenBytes: [1, 1, (value) => int(Buffer.byteLength(text(34_473, '$strLenBytes', value)))],
  $substrCP: [3, 3, substringByPoints],
  $substrBytes: [3, 3, substringByBytes],
  $substr: [3, 3, substringByBytes],
  $indexOfCP: indexOf('$indexOfCP', pointsOf),
  $indexOfBytes: indexOf('$indexOfBytes', (value) => [...Buffer.from(value)]),
  $split: [2, 2, split],
  $trim: trimming('$trim', true, true),
  $ltrim: trimming('$ltrim', true, false),
  $rtrim: trimming('$rtrim', false, true),
  $replaceOne: replacing('$replaceOne', false),
  $replaceAll: replacing('$replaceAll', true),
  $regexMatch: {
    ...regexArguments,
    run: (values) => matchesOf('$regexMatch', values, '').length > 0,
  },
  $regexFind: {
    ...regexArguments,
    run(values) {
      const [first] = matchesOf('$regexFind', values, '')
      return first ? matchDoc(first) : null
    },
  },
  $regexFindAll: {
    ...regexArguments,
    run: (values) => matchesOf('$regexFindAll', values, 'g').map(matchDoc),
  },
}
