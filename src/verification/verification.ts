/**
 * The verdict on a badge: each check by name, and what they come to together. What was not checked is never counted as
 * passed. Once the signature fails, or the key is not the issuer's, nothing the badge says is shown as true: every check
 * but parse, schema and the failed one says "not checked".
 */
export const checkNames = [
  'parse',
  'context',
  'schema',
  'subject',
  'signature',
  'issuerKey',
  'issuerTrusted',
  'status',
  'validFrom',
  'validUntil',
  'evidence',
  'refresh',
  'endorsements',
  'recipient',
] as const
export type CheckName = (typeof checkNames)[number]

export const outcomes = ['pass', 'warn', 'fail', 'not_checked'] as const
export type Outcome = (typeof outcomes)[number]

export type Overall = Exclude<Outcome, 'not_checked'>

/** `why` picks the words: `verification:check.<name>.<why>`, filled with `params`. */
export interface Check {
  readonly name: CheckName
  readonly outcome: Outcome
  readonly why: string
  readonly params?: Readonly<Record<string, string | number>>
}

/** Leaving these unchecked takes nothing from a badge: they were not asked for, or say nothing about it. */
const optional: ReadonlySet<CheckName> = new Set(['recipient', 'refresh', 'endorsements'])

/** What all checks come to: one fail fails; a warning, or something needed that was not checked, warns. */
export function overallOf(checks: readonly Pick<Check, 'name' | 'outcome'>[]): Overall {
  if (checks.length === 0 || checks.some(({ outcome }) => outcome === 'fail')) return 'fail'
  const lowers = ({ name, outcome }: Pick<Check, 'name' | 'outcome'>) =>
    outcome === 'warn' || (outcome === 'not_checked' && !optional.has(name))
  return checks.some(lowers) ? 'warn' : 'pass'
}

/** True when the badge is not what its issuer signed: then nothing in it may be shown as true. */
export const isForged = (checks: readonly Pick<Check, 'name' | 'outcome'>[]): boolean =>
  checks.some(
    ({ name, outcome }) => outcome === 'fail' && (name === 'signature' || name === 'issuerKey'),
  )

const survives: ReadonlySet<CheckName> = new Set(['parse', 'schema'])

/**
 * All checks in their order, one each: those that were not made say so, and after a failed signature (or key) every other
 * but parse and schema is taken back.
 */
export function completed(made: readonly Check[]): Check[] {
  const byName = new Map(made.map((check) => [check.name, check]))
  const broken = firstBroken(byName)
  return checkNames.map((name) => {
    const check = byName.get(name)
    if (check && (broken === undefined || name === broken || survives.has(name))) return check
    const why = broken === undefined ? 'notMade' : 'afterForgery'
    return { name, outcome: 'not_checked', why }
  })
}

const firstBroken = (byName: ReadonlyMap<CheckName, Check>): CheckName | undefined =>
  (['signature', 'issuerKey'] as const).find((name) => byName.get(name)?.outcome === 'fail')
