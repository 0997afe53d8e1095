/**
 * A referral hands one learner to one job center. Its ten states and who may set each follow the HL7 Gravity referral
 * task: the sender asks, the center answers and works, either may stop it while it is open, and the sender may mark one
 * sent by mistake. Nothing is ever erased: a settled referral stays as it was settled.
 * Example: requested -(center)-> accepted -(center)-> in-progress -(center)-> completed.
 */
import type { Proof } from '../readiness/proof.js'
import type { Stated } from './stated.js'

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

/** One row of the table: who may set the state, what may follow it, whether it is never said without a reason. */
interface StateRule {
  readonly setBy: readonly Side[]
  readonly next: readonly ReferralState[]
  readonly needsReason?: true
}

const working: readonly ReferralState[] = ['completed', 'failed', 'cancelled', 'entered-in-error']

/** The ten states. One with nothing after it is settled. A draft is the sender's alone: the center does not know of it. */
export const stateTable: Readonly<Record<ReferralState, StateRule>> = {
  draft: { setBy: ['sender'], next: ['requested', 'cancelled', 'entered-in-error'] },
  requested: {
    setBy: ['sender'],
    next: ['accepted', 'rejected', 'cancelled', 'entered-in-error'],
  },
  accepted: { setBy: ['center'], next: ['in-progress', 'cancelled', 'entered-in-error'] },
  rejected: { setBy: ['center'], next: [], needsReason: true },
  'in-progress': { setBy: ['center'], next: ['on-hold', ...working] },
  'on-hold': { setBy: ['center'], next: ['in-progress', ...working] },
  completed: { setBy: ['center'], next: [] },
  failed: { setBy: ['center'], next: [], needsReason: true },
  cancelled: { setBy: ['sender', 'center'], next: [], needsReason: true },
  'entered-in-error': { setBy: ['sender'], next: [] },
}

const outcomeStates = ['accepted', 'in-progress', 'on-hold', 'completed'] as const
const stoppedStates = ['rejected', 'failed', 'cancelled'] as const
const workStates = ['requested', 'accepted', 'in-progress', 'on-hold'] as const

interface SubstateRule {
  readonly setBy: readonly Side[]
  readonly fits: readonly ReferralState[]
  readonly needsReason?: true
}

const byCenter = { setBy: ['center'] } as const
const whileOpen = { ...byCenter, fits: workStates } as const
const enrolled = { ...byCenter, fits: outcomeStates } as const
const orStopped = [...workStates, ...stoppedStates] as const

/**
 * The substates: who may set each, and beside which states it makes sense. Nobody is enrolled before the center accepted;
 * the learner's own word is that they decline, as they cancel.
 */
export const substateTable: Readonly<Record<Substate, SubstateRule>> = {
  viewed: whileOpen,
  contacted: whileOpen,
  appointment_set: whileOpen,
  no_show: { ...byCenter, fits: orStopped },
  eligibility_pending: whileOpen,
  enrolled_WP: enrolled,
  enrolled_Adult: enrolled,
  enrolled_DW: enrolled,
  not_eligible: { ...byCenter, fits: orStopped, needsReason: true },
  declined_by_learner: { setBy: ['sender', 'center'], fits: orStopped },
  unreachable: { ...byCenter, fits: orStopped },
  placed: enrolled,
}

const openStates: readonly ReferralState[] = ['draft', ...workStates]
export const isOpen = (state: ReferralState): boolean => openStates.includes(state)

/** Sent and taken up, or not yet answered: the center works with it, or has finished it. */
export const isWithCenter = (state: ReferralState): boolean =>
  state === 'completed' || workStates.some((one) => one === state)

/** What someone wants to set. The same state with another substate notes progress without a move. */
export interface Answer {
  readonly state: ReferralState
  readonly substate?: Substate
  readonly reason?: string
}

/** Rejected, failed, cancelled and not eligible are never said without a reason. */
export const needsReason = ({ state, substate }: Answer): boolean =>
  stateTable[state].needsReason === true ||
  (substate !== undefined && substateTable[substate].needsReason === true)

export type Verdict =
  'move' | 'note' | 'not-yours' | 'settled' | 'wrong-state' | 'wrong-substate' | 'reason-missing'

const isAmong = (setters: readonly Side[], by: readonly Side[]) =>
  setters.some((side) => by.includes(side))

const sidesIn = (from: ReferralState, by: readonly Side[]) =>
  from === 'draft' ? by.filter((side) => side === 'sender') : by

function placeOf(from: ReferralState, answer: Answer, by: readonly Side[]): Verdict {
  const staysOpen = from === answer.state && isOpen(from)
  if (staysOpen && by.includes('center'))
    return answer.substate === undefined ? 'wrong-state' : 'note'
  if (!isAmong(stateTable[answer.state].setBy, by)) return 'not-yours'
  if (!isOpen(from)) return 'settled'
  return stateTable[from].next.includes(answer.state) ? 'move' : 'wrong-state'
}

/**
 * What becomes of an answer to a referral in `from`, given by someone on the sides `by`. 'move' changes the state, 'note'
 * only the substate; anything else refuses it. Rights are judged before the moment, the moment before the wording.
 */
export function verdictOn(from: ReferralState, answer: Answer, by: readonly Side[]): Verdict {
  const standing = sidesIn(from, by)
  const finer = answer.substate && substateTable[answer.substate]
  if (finer && !isAmong(finer.setBy, standing)) return 'not-yours'
  const verdict = placeOf(from, answer, standing)
  if (verdict !== 'move' && verdict !== 'note') return verdict
  if (finer && !finer.fits.includes(answer.state)) return 'wrong-substate'
  if (needsReason(answer) && !answer.reason?.trim()) return 'reason-missing'
  return verdict
}

/** The states that someone on the sides `by` may set now: what a form offers. */
export const movesFrom = (from: ReferralState, by: readonly Side[]): ReferralState[] =>
  referralStates.filter(
    (to) => stateTable[from].next.includes(to) && isAmong(stateTable[to].setBy, sidesIn(from, by)),
  )

/** The substates someone on the sides `by` may set beside one of these states: what a form offers. */
export const substatesFor = (states: readonly ReferralState[], by: readonly Side[]): Substate[] =>
  substates.filter(
    (substate) =>
      isAmong(substateTable[substate].setBy, by) &&
      substateTable[substate].fits.some((state) => states.includes(state)),
  )

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

/** False for a draft, and for one that was given up before the center ever knew of it. */
const wasSent = ({ timeline }: Pick<Referral, 'timeline'>): boolean =>
  timeline[0]?.state !== 'draft' || timeline.some(({ state }) => state === 'requested')

/** The sides of a referral this person stands on; none means they must not learn that it exists. */
export function sidesOf(
  asker: Asker,
  referral: Pick<Referral, 'learnerId' | 'centerId' | 'askedBy' | 'timeline'>,
): Side[] {
  const isLearner = asker.learnerId !== undefined && asker.learnerId === referral.learnerId
  const asked = referral.askedBy.byStaff && referral.askedBy.accountId === asker.accountId
  const isCenter = asker.staffAt.includes(referral.centerId) && wasSent(referral)
  return [
    ...(isLearner || (asked && asker.staffAt.length > 0) ? (['sender'] as const) : []),
    ...(isCenter ? (['center'] as const) : []),
  ]
}

export const eventKinds = [
  'state',
  'note',
  'consent-ended',
  'consent-given',
  'packet-opened',
  'reminded',
  'offered',
  'forwarded',
  'forward-prepared',
  'facts-changed',
  'appointment-off',
  'came-after-all',
  'missed-after-all',
] as const
export type EventKind = (typeof eventKinds)[number]

/** A center as it was called when it was named. */
export interface NamedCenter {
  readonly id: string
  readonly name: string
}

/**
 * One line of the timeline both sides read. `program` speaks when neither side did: a consent that ended, a reminder.
 * `center`: the other center of a forward.
 */
export interface ReferralEvent {
  readonly id: string
  readonly at: Date
  readonly side: Side | 'program'
  readonly by: string
  /** The account of who did it; none for the program, and on lines from before accounts were noted. */
  readonly byAccountId?: string
  readonly kind: EventKind
  readonly state: ReferralState
  readonly substate?: Substate
  readonly reason?: string
  readonly center?: NamedCenter
}

/** The id of the line that says a referral is to go on as this draft, once the learner sends it. */
export const preparedAs = (draftId: string): string => `prepared-${draftId}`

/** The other half of a forward: the referral it came from or went on as, and its center. */
export interface ForwardLink {
  readonly referralId: string
  readonly center: NamedCenter
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
  /** What the learner said of themselves for this hand-off; never checked, never required. */
  readonly stated?: Stated
  /** As it read on the day it was asked on. */
  readonly proof: Proof
  readonly consentId?: string
  readonly packet: 'open' | 'closed'
  readonly cameFrom?: ForwardLink
  readonly wentTo?: ForwardLink
  readonly timeline: readonly ReferralEvent[]
  readonly demonstration: boolean
}

/** When anything was last added to its timeline. */
export const changedAtOf = ({ timeline, since }: Pick<Referral, 'timeline' | 'since'>): Date =>
  timeline.at(-1)?.at ?? since
