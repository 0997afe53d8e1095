import type { CheckName, Outcome } from './verification.js'
import type { Verification } from './verify-credential.js'

/** The one thing a reader must know; words in `verification:verdict.*`. */
export const verdictWords = [
  'genuine',
  'selfReported',
  'unknownIssuer',
  'unconfirmed',
  'recorded',
  'notes',
  'forged',
  'withdrawn',
  'expired',
  'notYet',
  'otherPerson',
  'broken',
] as const
export type VerdictWord = (typeof verdictWords)[number]

type Rule = readonly [CheckName, Outcome, VerdictWord]

const failures: readonly Rule[] = [
  ['signature', 'fail', 'forged'],
  ['issuerKey', 'fail', 'forged'],
  ['recipient', 'fail', 'otherPerson'],
  ['status', 'fail', 'withdrawn'],
  ['validUntil', 'fail', 'expired'],
  ['validFrom', 'fail', 'notYet'],
]

const warnings: readonly Rule[] = [
  ['signature', 'not_checked', 'recorded'],
  ['issuerTrusted', 'warn', 'unknownIssuer'],
  ['issuerKey', 'not_checked', 'unknownIssuer'],
  ['status', 'not_checked', 'unconfirmed'],
  ['evidence', 'warn', 'selfReported'],
]

/** The verdict in one word: the gravest reason first. A status of another issuer's list is broken, not withdrawn. */
export function verdictWord({
  overall,
  checks,
}: Pick<Verification, 'overall' | 'checks'>): VerdictWord {
  if (overall === 'pass') return 'genuine'
  const rules = overall === 'fail' ? failures : warnings
  const holds = ([name, outcome]: Rule) =>
    checks.some((check) => check.name === name && check.outcome === outcome)
  const [name, , word] = rules.find(holds) ?? []
  if (!word) return overall === 'fail' ? 'broken' : 'notes'
  const why = checks.find((check) => check.name === name)?.why
  const isOther =
    (word === 'withdrawn' && why !== 'revoked') ||
    (word === 'notYet' && why !== 'notYet') ||
    (word === 'expired' && why !== 'expired')
  return isOther ? 'broken' : word
}
