/**
 * What becomes of a badge that a learner brings: evidence, at which level, or a refusal with its reason. It counts as
 * signature-verified only when signature, key, issuer, status, dates and recipient all passed, and it does not itself rest
 * on somebody's own word. A badge of somebody else, a forged, withdrawn or expired one is refused. Anything else is
 * recorded as self-reported, with a warning that says why.
 */
import { createHash } from 'node:crypto'
import { isDay } from '../calendar.js'
import { checkHolder } from '../verification/holder.js'
import { checkNames, type CheckName } from '../verification/verification.js'
import { verdictWord, type VerdictWord } from '../verification/verdict.js'
import type { Verification } from '../verification/verify-credential.js'
import type { ExportedBadge } from './badge-export.js'
import { canBeEarnedOn, type EvidenceLevel, type ReportedFact } from './evidence.js'
import type { ImportWarning, RefusalReason } from './import.js'

/** A fact that is to be recorded. `origin` is the badge's own identity, so that the same badge is recorded once. */
export interface BroughtFact {
  readonly fact: ReportedFact
  readonly level: Extract<EvidenceLevel, 'self-reported' | 'signature-verified'>
  readonly origin: string
  /** Why it is not verified; undefined when it is. */
  readonly warning?: ImportWarning['key']
}

export interface RefusedBadge {
  readonly field: string
  readonly reason: RefusalReason
}

export type Brought = BroughtFact | RefusedBadge

const needed: readonly CheckName[] = checkNames.filter(
  (name) => !['parse', 'refresh', 'endorsements'].includes(name),
)

const refusals: Partial<Record<VerdictWord, readonly [string, RefusalReason]>> = {
  forged: ['signature', 'forged'],
  withdrawn: ['status', 'withdrawn'],
  expired: ['validUntil', 'expired'],
  notYet: ['validFrom', 'notYet'],
  otherPerson: ['recipient', 'otherPerson'],
  broken: ['schema', 'brokenBadge'],
}

const warnings: Partial<Record<VerdictWord, ImportWarning['key']>> = {
  recorded: 'badgeUnsigned',
  unknownIssuer: 'badgeUnknownIssuer',
  unconfirmed: 'badgeUnconfirmed',
  selfReported: 'badgeSelfReported',
}

/** A day later: how often the issuer of a badge that counts is asked whether it still does. */
export const askAgainAt = (now: Date): Date => new Date(now.getTime() + 24 * 60 * 60_000)

/** When a badge that waits to be confirmed is tried next: soon while nobody may be asked, for that may be switched on. */
export const tryAgainAt = (now: Date, mayAsk: boolean): Date =>
  mayAsk ? askAgainAt(now) : new Date(now.getTime() + 60 * 60_000)

const cleaned = (text: string, max: number) =>
  text
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ')
    .trim()
    .slice(0, max)

const originOf = (parts: readonly string[]) =>
  createHash('sha256').update(parts.join('\n')).digest('base64url').slice(0, 27)

/** What a checked badge comes to for the learner it was checked for. */
export function broughtFrom(found: Verification, now: Date): Brought {
  const word = verdictWord(found)
  const [field, reason] = refusals[word] ?? []
  if (reason !== undefined) return { field: field ?? 'parse', reason }
  const { content, signer, checks } = found
  const title = cleaned(content?.name ?? '', 300)
  if (!content || title === '') return { field: 'name', reason: 'noName' }
  const earnedOn = (content.awardedAt ?? content.validFrom ?? '').slice(0, 10)
  const issuer = cleaned(content.issuerId ?? '', 500) || 'unknown'
  const item = cleaned(content.achievementId ?? title, 1_000)
  const isVerified = needed.every((name) =>
    checks.some((check) => check.name === name && check.outcome === 'pass'),
  )
  const name = (isVerified ? signer?.name : undefined) ?? content.issuerName ?? issuer
  const badge = { issuer, item, title, earnedOn, issuerName: cleaned(name, 200) }
  return (
    dated(badge, now) ?? {
      fact: factOf(badge, content.id),
      level: isVerified ? 'signature-verified' : 'self-reported',
      origin: originOf(content.id === undefined ? [issuer, item, earnedOn] : [issuer, content.id]),
      ...(!isVerified && { warning: warnings[word] ?? 'badgeNotYours' }),
    }
  )
}

interface Read {
  readonly issuer: string
  readonly issuerName: string
  readonly item: string
  readonly title: string
  readonly earnedOn: string
}

const dated = ({ earnedOn }: Pick<Read, 'earnedOn'>, now: Date): RefusedBadge | undefined => {
  if (!isDay(earnedOn)) return { field: 'awardedDate', reason: 'day' }
  return canBeEarnedOn(earnedOn, now)
    ? undefined
    : { field: 'awardedDate', reason: 'dayOutOfRange' }
}

const factOf = ({ issuer, issuerName, item, title, earnedOn }: Read, url = ''): ReportedFact => ({
  provider: issuer,
  providerName: issuerName,
  kind: 'open-badge',
  item,
  title,
  earnedOn,
  ...(/^https:\/\/\S{1,500}$/.test(url) && { url }),
})

/** What a badge of an unsigned export comes to for a learner with this confirmed address. */
export function broughtFromExport(
  badge: ExportedBadge,
  email: string | undefined,
  now: Date,
): Brought {
  if (badge.isRevoked) return { field: 'revoked', reason: 'withdrawn' }
  if (badge.expiresAt !== '' && Date.parse(badge.expiresAt) <= now.getTime())
    return { field: 'expires', reason: 'expired' }
  if (checkHolder({ identities: badge.identities }, email).outcome === 'fail')
    return { field: 'recipient', reason: 'otherPerson' }
  const title = cleaned(badge.title, 300)
  const item = cleaned(badge.item, 1_000)
  if (title === '' || item === '') return { field: 'name', reason: 'noName' }
  const read = {
    issuer: cleaned(badge.provider, 500),
    issuerName: cleaned(badge.providerName, 200),
    item,
    title,
    earnedOn: badge.earnedAt.slice(0, 10),
  }
  return (
    dated(read, now) ?? {
      fact: factOf(read, badge.url),
      level: 'self-reported',
      origin: originOf([read.issuer, badge.id === '' ? `${item} ${read.earnedOn}` : badge.id]),
      warning: 'badgeExport',
    }
  )
}
