import { z } from 'zod'
import type { Words } from '../http/words.js'
import type { BadgeContent } from './badge-content.js'
import type { ChainPart } from './check-chain.js'
import type { Endorsement } from './check-endorsements.js'
import type { Signer } from './find-signer.js'
import { checkNames, outcomes, type Check, type Outcome } from './verification.js'
import { verdictWord } from './verdict.js'
import type { Verification } from './verify-credential.js'

/** The contract of POST /verifications. */
export const verificationAnswer = z.object({
  overall: z.enum(['pass', 'warn', 'fail']),
  checks: z.array(
    z.object({ name: z.enum(checkNames), outcome: z.enum(outcomes), message: z.string() }),
  ),
  source: z.string(),
  kind: z.string().optional(),
  issuer: z
    .object({ id: z.string(), name: z.string().optional(), standing: z.string() })
    .optional(),
  badge: z.object({ id: z.string().optional(), name: z.string().optional() }).optional(),
})

const isDay = (value: unknown): value is string =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value)

/** Days in the reader's own writing; the faults of an exported record in its words. */
const shownParam = (value: string | number, words: Words) => {
  if (isDay(value)) return words.day(value)
  const text = String(value)
  return text.startsWith('sharing:chain.fault.') ? words.t(text) : value
}

/** What a check says, in words; days in the reader's own writing. */
export function messageOf({ name, why, params = {} }: Check, words: Words): string {
  if (why === 'notMade' || why === 'afterForgery') return words.t(`verification:check.${why}`)
  const shown = Object.fromEntries(
    Object.entries(params).map(([key, value]) => [key, shownParam(value, words)]),
  )
  return words.t(`verification:check.${name}.${why}`, shown)
}

/** A verdict as outside tools read it. Nothing of the badge is in it after a failed signature. */
export const verificationJson = (
  { overall, checks, source, content, signer }: Verification,
  words: Words,
): z.output<typeof verificationAnswer> => ({
  overall,
  checks: checks.map((check) => ({
    name: check.name,
    outcome: check.outcome,
    message: messageOf(check, words),
  })),
  source,
  ...(content && {
    kind: content.kind,
    badge: {
      ...(content.id !== undefined && { id: content.id }),
      ...(content.name !== undefined && { name: content.name }),
    },
  }),
  ...(signer && { issuer: signer }),
})

const tones: Readonly<Record<Outcome, string>> = {
  pass: 'good',
  warn: 'wait',
  fail: 'stop',
  not_checked: 'plain',
}

const alertKinds = { pass: 'success', warn: 'warning', fail: 'error' } as const

const checkRow = (check: Check, words: Words) => ({
  cells: [
    words.t(`verification:name.${check.name}`),
    { tag: { word: words.t(`verification:outcome.${check.outcome}`), tone: tones[check.outcome] } },
    messageOf(check, words),
  ],
})

/** The page of one verdict, in plain words: first what it comes to, then each check with what it means. */
export function verificationPage(verification: Verification, words: Words) {
  const { t } = words
  const { overall, checks, content, signer, endorsements, parts, chain } = verification
  const word = chain && overall === 'pass' ? ('genuineRecord' as const) : verdictWord(verification)
  const isProven = checks.some(({ name, outcome }) => name === 'signature' && outcome === 'pass')
  return {
    verdict: {
      kind: alertKinds[overall],
      heading: t(`verification:verdict.${word}.heading`),
      text: t(`verification:verdict.${word}.text`),
    },
    isProven,
    signer: signer && signerFacts(signer, isProven, words),
    badge: content && badgeFacts(content, words),
    criteria: content?.criteria?.split(/\n+/).slice(0, 60) ?? [],
    criteriaUrl: content?.criteriaUrl,
    evidence: (content?.evidence ?? []).map((one) => ({
      name: one.name ?? one.url ?? t('verification:badge.evidence'),
      text: one.narrative,
      level: one.level,
    })),
    endorsements: endorsements.map((one) => endorsementLine(one, words)),
    checks: checks.map((check) => checkRow(check, words)),
    parts: parts.map((part) => partRow(part, words)),
    chain: (chain ?? []).map((part) => chainPart(part, words)),
  }
}

export type VerificationPage = ReturnType<typeof verificationPage>

/** A badge inside a learner record; its name is shown only while nothing is forged. */
const partRow = (part: Verification, words: Words) => ({
  cells: [
    part.content?.name ?? words.t('verification:badge.unnamed'),
    {
      tag: { word: words.t(`verification:outcome.${part.overall}`), tone: tones[part.overall] },
    },
    words.t(`verification:verdict.${verdictWord(part)}.heading`),
  ],
})

const chainPart = ({ title, lines, signer, onBehalfOf }: ChainPart, { t }: Words) => {
  const by = signer.name ?? signer.id
  const text =
    onBehalfOf === undefined
      ? by
      : t('verification:signer.onBehalfOf', { signer: by, name: onBehalfOf })
  return {
    title,
    facts: [
      ...lines.map(([term, line]) => ({ term, text: line })),
      { term: t('verification:signer.signedBy'), text },
    ],
  }
}

const endorsementLine = ({ by, comment }: Endorsement, { t }: Words) => ({
  by: by.name ?? by.id,
  standing: t(`verification:standing.${by.standing}`),
  comment,
})

const signerFacts = (signer: Signer, isProven: boolean, { t }: Words) => [
  {
    term: t(isProven ? 'verification:signer.signedBy' : 'verification:signer.claims'),
    text: signer.name ?? signer.id,
  },
  { term: t('verification:signer.standing'), text: t(`verification:standing.${signer.standing}`) },
  { term: t('verification:signer.id'), text: signer.id },
]

const dayOfText = (text: string | undefined) => {
  const day = text?.slice(0, 10) ?? ''
  return isDay(day) && !Number.isNaN(Date.parse(day)) ? day : undefined
}

function badgeFacts(content: BadgeContent, words: Words) {
  const { t } = words
  const awarded = dayOfText(content.awardedAt ?? content.validFrom)
  const optional = (term: string, text: string | undefined) =>
    text === undefined ? [] : [{ term: t(`verification:badge.${term}`), text }]
  return {
    name: content.name ?? t('verification:badge.unnamed'),
    facts: [
      ...optional('description', content.description),
      ...optional('awarded', awarded && words.day(awarded)),
      ...(content.level === undefined
        ? []
        : [{ term: t('verification:badge.level'), level: content.level }]),
      ...optional('achievementId', content.achievementId),
    ],
  }
}
