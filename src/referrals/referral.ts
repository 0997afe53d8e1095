/**
 * A referral hands one learner to one job center. Its ten states and who may set each follow the HL7 Gravity referral
 * task: the sender asks, the center answers and works, either may stop it while it is open, and the sender may mark one
 * sent by mistake. Nothing is ever erased: a settled referral stays as it was settled.
 * Example: requested -(center)-> accepted -(center)-> in-progress -(center)-> completed.
 */
import type { Proof } from '../readiness/proof.js'

export const referralStates = [
  'draft',
  'requested',
  'accepted',
  'rejected',
  'in-progress',
  'on-hold',
  'completed',
  'failed',
  'cancelled',
  'entered-in-error',
] as const
export type ReferralState = (typeof referralStates)[number]

/** Finer steps inside a state, in the order they usually come. */
export const substates = [
  'viewed',
  'contacted',
  'appointment_set',
  'no_show',
  'eligibility_pending',
  'enrolled_WP',
  'enrolled_Adult',
  'enrolled_DW',
  'not_eligible',
  'declined_by_learner',
  'unreachable',
  'placed',
] as const
export type Substate = (typeof substates)[number]

/** Sender: the learner, and staff of another organization who asked for them. Center: staff of the receiving center. */
export const sides = ['sender', 'center'] as const
export type Side = (typeof sides)[number]

type Moves = Readonly<Partial<Record<ReferralState, readonly Side[]>>>

const workingMoves: Moves = {
  completed: ['center'],
  failed: ['center'],
  cancelled: ['sender', 'center'],
  'entered-in-error': ['sender'],
}

/** From each state: the states that may follow, and who may set them. A settled state has none. */
export const moves: Readonly<Record<ReferralState, Moves>> = {
  draft: { requested: ['sender'], cancelled: ['sender'], 'entered-in-error': ['sender'] },
  requested: {
    accepted: ['center'],
    rejected: ['center'],
    cancelled: ['sender', 'center'],
    'entered-in-error': ['sender'],
  },
  accepted: {
    'in-progress': ['center'],
    cancelled: ['sender', 'center'],
    'entered-in-error': ['sender'],
  },
  'in-progress': { 'on-hold': ['center'], ...workingMoves },
  'on-hold': { 'in-progress': ['center'], ...workingMoves },
  rejected: {},
  completed: {},
  failed: {},
  cancelled: {},
  'entered-in-error': {},
}

/** Who may ever set a state, whatever comes before it. */
export const settersOf: Readonly<Record<ReferralState, readonly Side[]>> = {
  draft: ['sender'],
  requested: ['sender'],
  accepted: ['center'],
  rejected: ['center'],
  'in-progress': ['center'],
  'on-hold': ['center'],
  completed: ['center'],
  failed: ['center'],
  cancelled: ['sender', 'center'],
  'entered-in-error': ['sender'],
}

const outcomeStates = ['accepted', 'in-progress', 'on-hold', 'completed'] as const
const stoppedStates = ['rejected', 'failed', 'cancelled'] as const
const workStates = ['requested', 'accepted', 'in-progress', 'on-hold'] as const

/** In which states each substate makes sense: nobody is enrolled before the center accepted. */
export const substateFits: Readonly<Record<Substate, readonly ReferralState[]>> = {
  viewed: workStates,
  contacted: workStates,
  appointment_set: workStates,
  no_show: [...workStates, ...stoppedStates],
  eligibility_pending: workStates,
  enrolled_WP: outcomeStates,
  enrolled_Adult: outcomeStates,
  enrolled_DW: outcomeStates,
  not_eligible: [...workStates, ...stoppedStates],
  declined_by_learner: [...workStates, ...stoppedStates],
  unreachable: [...workStates, ...stoppedStates],
  placed: outcomeStates,
}

export const openStates: readonly ReferralState[] = ['draft', ...workStates]
export const isOpen = (state: ReferralState): boolean => openStates.includes(state)

/** What someone wants to set. The same state with another substate notes progress without a move. */
export interface Answer {
  readonly state: ReferralState
  readonly substate?: Substate
  readonly reason?: string
}

const reasonStates: readonly ReferralState[] = stoppedStates

/** Rejected, failed, cancelled and not eligible are never said without a reason. */
export const needsReason = (answer: Answer): boolean =>
  reasonStates.includes(answer.state) || answer.substate === 'not_eligible'

export type Verdict =
  'move' | 'note' | 'not-yours' | 'settled' | 'wrong-state' | 'wrong-substate' | 'reason-missing'

const allows = (setters: readonly Side[] | undefined, by: readonly Side[]) =>
  (setters ?? []).some((side) => by.includes(side))

function notes(from: ReferralState, answer: Answer, by: readonly Side[]): Verdict {
  if (!by.includes('center'))
    return allows(settersOf[answer.state], by) ? 'wrong-state' : 'not-yours'
  if (from === 'draft') return 'not-yours'
  return answer.substate === undefined ? 'wrong-state' : 'note'
}

function movesTo(from: ReferralState, answer: Answer, by: readonly Side[]): Verdict {
  if (!allows(settersOf[answer.state], by)) return 'not-yours'
  if (!isOpen(from)) return 'settled'
  const setters = moves[from][answer.state]
  if (!setters) return 'wrong-state'
  return allows(setters, by) ? 'move' : 'not-yours'
}

/**
 * What becomes of an answer to a referral in `from`, given by someone on the sides `by`. 'move' changes the state, 'note'
 * only the substate; anything else refuses it. Rights are judged before the moment, the moment before the wording.
 */
export function verdictOn(from: ReferralState, answer: Answer, by: readonly Side[]): Verdict {
  const same = from === answer.state && isOpen(from)
  const verdict = same ? notes(from, answer, by) : movesTo(from, answer, by)
  if (verdict !== 'move' && verdict !== 'note') return verdict
  if (answer.substate && !substateFits[answer.substate].includes(answer.state))
    return 'wrong-substate'
  if (needsReason(answer) && !answer.reason?.trim()) return 'reason-missing'
  return verdict
}

/** The states that someone on the sides `by` may set now: what a form offers. */
export const movesFrom = (from: ReferralState, by: readonly Side[]): ReferralState[] =>
  referralStates.filter((to) => allows(moves[from][to], by))

/** The substates that fit a state: what a form offers beside it. */
export const substatesFor = (state: ReferralState): Substate[] =>
  substates.filter((substate) => substateFits[substate].includes(state))

const waitsForLearner: readonly Substate[] = ['no_show', 'unreachable', 'declined_by_learner']

/** By whose delay an open referral stands still; undefined once it is settled. */
export function waitingFor(
  state: ReferralState,
  substate?: Substate,
): 'learner' | 'center' | undefined {
  if (!isOpen(state)) return undefined
  if (state === 'draft') return 'learner'
  return substate && waitsForLearner.includes(substate) ? 'learner' : 'center'
}

/** Someone who may stand on a side: the few facts that decide it. */
export interface Asker {
  readonly accountId: string
  readonly learnerId?: string
  readonly staffAt: readonly string[]
}

/** The sides of a referral this person stands on; none means they must not learn that it exists. */
export function sidesOf(
  asker: Asker,
  referral: Pick<Referral, 'learnerId' | 'centerId' | 'askedBy' | 'state'>,
): Side[] {
  const isLearner = asker.learnerId !== undefined && asker.learnerId === referral.learnerId
  const asked = referral.askedBy.byStaff && referral.askedBy.accountId === asker.accountId
  const isCenter = asker.staffAt.includes(referral.centerId) && referral.state !== 'draft'
  return [
    ...(isLearner || (asked && asker.staffAt.length > 0) ? (['sender'] as const) : []),
    ...(isCenter ? (['center'] as const) : []),
  ]
}

/** One line of the timeline both sides read. `program` speaks when neither side did: a consent that ended. */
export interface ReferralEvent {
  readonly id: string
  readonly at: Date
  readonly side: Side | 'program'
  readonly by: string
  readonly kind: 'state' | 'note' | 'consent-ended' | 'consent-given'
  readonly state: ReferralState
  readonly substate?: Substate
  readonly reason?: string
}

/** `packet` is closed when the consent it rests on ends: the referral stays, what it opened does not. */
export interface Referral {
  readonly id: string
  readonly communityId: string
  readonly learnerId: string
  readonly centerId: string
  readonly state: ReferralState
  readonly substate?: Substate
  readonly since: Date
  readonly askedAt: Date
  readonly askedBy: { readonly accountId: string; readonly name: string; readonly byStaff: boolean }
  readonly message?: string
  /** As it read on the day it was asked on. */
  readonly proof: Proof
  readonly consentId?: string
  readonly packet: 'open' | 'closed'
  readonly timeline: readonly ReferralEvent[]
  readonly demonstration: boolean
}
