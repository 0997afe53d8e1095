/**
 * What the record that stays takes over from the one that goes: only what it lacks. Lists are joined by what names their
 * entries; what both say is kept as the one that stays says it.
 */
type Plain = Readonly<Record<string, unknown>>

const single = [
  'accountId',
  'email',
  'phone',
  'portfolioUrl',
  'resumeUrl',
  'resumeFile',
  'centerId',
  'programAgreement',
] as const
const lists = { enrollments: ['track'], profiles: ['provider', 'name'] } as const

const nameOf = (entry: unknown, fields: readonly string[]) =>
  fields.map((field) => String((entry as Plain)[field])).join(' ')

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : [])

/** The fields of `kept` that change, with their new values. */
export function mergedFields(kept: Plain, gone: Plain): Plain {
  const filled = single
    .filter((field) => kept[field] === undefined && gone[field] !== undefined)
    .map((field) => [field, gone[field]])
  const joined = Object.entries(lists).flatMap(([field, names]) => {
    const own = listOf(kept[field])
    const known = new Set(own.map((entry) => nameOf(entry, names)))
    const more = listOf(gone[field]).filter((entry) => !known.has(nameOf(entry, names)))
    return more.length === 0 ? [] : [[field, [...own, ...more]]]
  })
  return Object.fromEntries([...filled, ...joined]) as Plain
}

/** Of the fields that a merge changed, those that still read as it left them, with what they read before. */
export function restoredFields(now: Plain, before: Plain, after: Plain): Plain {
  const untouched = Object.keys(after).filter(
    (field) => JSON.stringify(now[field]) === JSON.stringify(after[field]),
  )
  return Object.fromEntries(untouched.map((field) => [field, before[field] ?? null]))
}
