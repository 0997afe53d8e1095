import { z } from 'zod'
import { invalid, notFound, type FieldError } from '../problems.js'

type Issue = z.core.$ZodIssue

function messageOf(issue: Issue): Omit<FieldError, 'field'> {
  if (issue.code === 'custom' || /^[a-z]+:/.test(issue.message)) return { message: issue.message }
  switch (issue.code) {
    case 'invalid_type':
      return { message: issue.input === undefined ? 'http:field.required' : 'http:field.wrongType' }
    case 'too_small':
      return issue.origin === 'string' && issue.minimum === 1
        ? { message: 'http:field.required' }
        : {
            message: `http:field.tooSmall.${sizeWord(issue.origin)}`,
            params: { limit: Number(issue.minimum) },
          }
    case 'too_big':
      return {
        message: `http:field.tooBig.${sizeWord(issue.origin)}`,
        params: { limit: Number(issue.maximum) },
      }
    case 'invalid_value':
      return { message: 'http:field.notAChoice' }
    case 'unrecognized_keys':
      return { message: 'http:field.unknown' }
    case 'invalid_format':
      return { message: formatKeys[issue.format] ?? 'http:field.wrongFormat' }
    default:
      return { message: 'http:field.wrongFormat' }
  }
}

const formatKeys: Readonly<Record<string, string>> = {
  email: 'http:field.notAnEmail',
  url: 'http:field.notAUrl',
  date: 'http:field.notADate',
}

const sizeWord = (origin: string) =>
  origin === 'string' ? 'text' : origin === 'array' || origin === 'set' ? 'list' : 'number'

const pathText = (path: readonly PropertyKey[]) =>
  path.reduce<string>(
    (text, part) =>
      typeof part === 'number'
        ? `${text}[${part}]`
        : text
          ? `${text}.${String(part)}`
          : String(part),
    '',
  )

function fieldErrors(issue: Issue): FieldError[] {
  const rest = messageOf(issue)
  if (issue.code !== 'unrecognized_keys') return [{ field: pathText(issue.path), ...rest }]
  return issue.keys.map((key) => ({ field: pathText([...issue.path, key]), ...rest }))
}

/** The errors of a failed parse, a field each, as locale keys. At most 100. */
export const errorsOf = (error: z.ZodError): FieldError[] =>
  error.issues.flatMap(fieldErrors).slice(0, 100)

export type Read<T> =
  { readonly data: T; readonly errors?: undefined } | { readonly errors: FieldError[] }

/**
 * Reads JSON from outside: the data, or the errors as `errorsOf` gives them. zod compares the `length` of whatever stands
 * where a text or list should, and throws when that is an object that cannot be compared; here it is a wrong type too.
 */
export function read<T>(schema: z.ZodType<T>, raw: unknown): Read<T> {
  try {
    const found = schema.safeParse(raw, { reportInput: true })
    return found.success ? { data: found.data } : { errors: errorsOf(found.error) }
  } catch (error) {
    const path = findUncountable(raw, [])
    if (!path) throw error
    return { errors: [{ field: pathText(path), message: 'http:field.wrongType' }] }
  }
}

function findUncountable(value: unknown, path: PropertyKey[]): PropertyKey[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { length, size } = value as { length?: unknown; size?: unknown }
  if (typeof length === 'object' || typeof size === 'object') return path
  for (const [key, one] of Object.entries(value)) {
    const found = findUncountable(one, [...path, Array.isArray(value) ? Number(key) : key])
    if (found) return found
  }
  return undefined
}

/** Parses raw input once, at the edge. Throws invalid (422) that names each field by its path, e.g. `badges[3].id`. */
export function parse<T>(schema: z.ZodType<T>, raw: unknown): T {
  const found = read(schema, raw ?? {})
  if (found.errors) throw invalid(found.errors)
  return found.data
}

/** Parses path parameters: a wrong one is not-found, because the thing it names cannot exist. */
export function parseParams<T>(schema: z.ZodType<T>, raw: unknown): T {
  const read = schema.safeParse(raw)
  if (!read.success) throw notFound()
  return read.data
}

/** A checkbox group or a repeated query key: one value comes as text, several as a list, none as nothing. */
export const manyOf = <T extends z.ZodType>(item: T) =>
  z.preprocess(
    (raw) => (raw === undefined ? [] : Array.isArray(raw) ? (raw as unknown[]) : [raw]),
    z.array(item),
  )

/** A field that an empty form field or filter leaves out: '' becomes undefined. */
export const emptyAsNone = <T extends z.ZodType>(schema: T) =>
  z.preprocess((raw) => (raw === '' ? undefined : raw), schema.optional())

/** Text that an empty form field leaves out: '' becomes undefined. */
export const optionalText = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .transform((text) => (text === '' ? undefined : text))
    .optional()

/** A record id in a path or body. */
export const idText = z.string().regex(/^[0-9a-zA-Z-]{1,64}$/)

/** A slug in a path or body. */
export const slugText = z.string().regex(/^[a-z0-9][a-z0-9-]{0,99}$/)
