/**
 * A claim asks one college for the credit of one agreement. It keeps what it was filed on, so later edits of badge or
 * agreement do not rewrite it. Only that college decides: grant in full, part with a smaller amount, refuse, or ask for more.
 * The learner may withdraw it until it is decided; the college may take back what it gave, with a reason.
 */
import type { EvidenceLevel } from '../providers/evidence.js'
import type { Day } from '../calendar.js'
import { isCreditAmount, type CreditUnit } from '../agreements/agreement.js'

export const claimStates = [
  'claimed',
  'more',
  'granted',
  'part',
  'refused',
  'withdrawn',
  'revoked',
] as const
export type ClaimState = (typeof claimStates)[number]

export const decisions = ['grant', 'part', 'refuse', 'more'] as const
export type Decision = (typeof decisions)[number]

/** From each state: what the college may still decide, and what the claim becomes. A settled one has nothing left. */
export const moves: Readonly<Record<ClaimState, Readonly<Partial<Record<Decision, ClaimState>>>>> =
  {
    claimed: { grant: 'granted', part: 'part', refuse: 'refused', more: 'more' },
    more: { grant: 'granted', part: 'part', refuse: 'refused' },
    granted: {},
    part: {},
    refused: {},
    withdrawn: {},
    revoked: {},
  }

export const isOpen = (state: ClaimState): boolean => Object.keys(moves[state]).length > 0

/** Over without credit: it holds no badge, and its promise may be asked for again. */
export const isEnded = (state: ClaimState): boolean =>
  state === 'refused' || state === 'withdrawn' || state === 'revoked'

/** One badge as it stood when the claim was filed. */
export interface ClaimedBadge {
  readonly slug: string
  readonly name: string
  readonly awardId: string
  readonly awardedOn: Day
  readonly evidenceLevel: EvidenceLevel
}

/** What may happen to a claim; the program writes when a consent ends or begins again. */
export const claimEventKinds = [
  'filed',
  'answered',
  ...decisions,
  'consent-ended',
  'consent-given',
  'appealed',
  'withdrawn',
  'appeal-withdrawn',
  'revoked',
] as const
export type ClaimEventKind = (typeof claimEventKinds)[number]

/** One line of the story both sides read. */
export interface ClaimEvent {
  readonly at: Date
  readonly by: string
  readonly byName: string
  readonly kind: ClaimEventKind
  readonly credits?: number
  readonly reason?: string
  /** The evidence as the college saw it when it decided. */
  readonly seen?: readonly SeenBadge[]
}

/** A badge of the claim as it stood at a decision: its level and the ids of the evidence it rests on. */
export interface SeenBadge {
  readonly awardId: string
  readonly evidenceLevel: EvidenceLevel
  readonly facts: readonly string[]
}

/** A learner's one appeal: against which decision, and by whom that was taken, for somebody else decides on it. */
export interface Appeal {
  readonly at: Date
  readonly reason: string
  readonly against: 'refused' | 'part' | 'revoked'
  readonly decider: string
}

/** The agreement as it stood when the claim was filed. */
export interface ClaimedAgreement {
  readonly id: string
  readonly series: string
  readonly version: number
  readonly course: string
  readonly courseTitle: string
  readonly credits: number
  readonly unit: CreditUnit
  readonly lowestLevel: EvidenceLevel
  readonly fills: 'requirement' | 'elective'
}

export interface Claim {
  readonly id: string
  readonly learnerId: string
  readonly communityId: string
  readonly collegeId: string
  readonly collegeName: string
  readonly agreement: ClaimedAgreement
  readonly badges: readonly ClaimedBadge[]
  readonly consentIds: readonly string[]
  readonly state: ClaimState
  readonly revision: number
  readonly filedAt: Date
  readonly changedAt: Date
  /** Credits given, once granted or granted in part. */
  readonly granted?: number
  readonly appeal?: Appeal
  readonly events: readonly ClaimEvent[]
  /** What no second live claim of this learner may hold: the promise itself, and each badge at this college. */
  readonly holds: readonly string[]
  readonly demonstration: boolean
}

/** A college's word on a claim. */
export interface ClaimDecision {
  readonly decision: Decision
  readonly credits?: number | undefined
  readonly reason?: string | undefined
}

interface Fault {
  readonly field: string
  readonly message: string
  readonly params?: Readonly<Record<string, string | number>>
}

/**
 * What is wrong with the wording of a decision, whatever state the claim is in; empty when it may be taken. On an appeal a
 * part must be more than was `given` before.
 */
export function faultsOf(
  asked: number,
  { decision, credits, reason }: ClaimDecision,
  given = 0,
): Fault[] {
  const faults: Fault[] = []
  if (decision !== 'grant' && !reason?.trim())
    faults.push({ field: 'reason', message: 'claims:error.reason' })
  if (decision === 'part' && !isPart(asked, credits))
    faults.push({ field: 'credits', message: 'claims:error.part', params: { full: asked } })
  else if (decision === 'part' && credits !== undefined && credits <= given)
    faults.push({ field: 'credits', message: 'claims:error.appealPart', params: { given } })
  if (decision === 'grant' && credits !== undefined && credits !== asked)
    faults.push({ field: 'credits', message: 'claims:error.full', params: { full: asked } })
  if ((decision === 'refuse' || decision === 'more') && credits !== undefined)
    faults.push({ field: 'credits', message: 'claims:error.noCredits' })
  return faults
}

const isPart = (asked: number, credits: number | undefined) =>
  credits !== undefined && isCreditAmount(credits) && credits < asked

/** Since when the claim waits for whoever has to act now: the college while it is claimed, the learner while it is more. */
export function waitingSince({ state, events, filedAt }: Claim): Date {
  const turns: readonly ClaimEventKind[] =
    state === 'more' ? ['more'] : ['filed', 'answered', 'appealed']
  return events.findLast(({ kind }) => turns.includes(kind))?.at ?? filedAt
}

/** The credits a decision gives. */
export const creditsGiven = (claim: Claim, { decision, credits }: ClaimDecision) =>
  decision === 'grant' ? claim.agreement.credits : decision === 'part' ? credits : undefined

/** What a claim that has ended holds: itself only, so that its badges are free and it can be asked again. */
export const releasedHolds = (claimId: string): string[] => [`settled|${claimId}`]

/** What an open or granted claim holds besides its badges: one claim a promise. */
export const seriesHold = (series: string): string => `series|${series}`

/** True while the claim's evidence is closed to the college because the consent it rests on has ended. */
export const isClosed = (claim: Pick<Claim, 'events'>): boolean =>
  claim.events.findLast(({ kind }) => kind.startsWith('consent-'))?.kind === 'consent-ended'

const decisive: readonly ClaimEventKind[] = ['grant', 'part', 'refuse', 'revoked']

/** The college's last decision; before any, its last question. A question on an appeal leaves what was decided. */
const lastWord = ({ events }: Pick<Claim, 'events'>): ClaimEvent | undefined =>
  events.findLast(({ kind }) => decisive.includes(kind)) ??
  events.findLast(({ kind }) => kind === 'more')

/** The reason the college gave with its last word, if it gave one. */
export const lastReason = (claim: Pick<Claim, 'events'>): string | undefined =>
  lastWord(claim)?.reason

/** When the college said its last word. */
export const decidedAt = (claim: Pick<Claim, 'events' | 'changedAt'>): Date =>
  lastWord(claim)?.at ?? claim.changedAt
