import type { Actor } from '../access/actor.js'
import { newId } from '../ids.js'
import type { Ports } from '../ports.js'
import { substateTable, type EventKind, type Referral, type Substate } from './referral.js'
import { changeReferral, openReferralAt } from './referral-store.js'

/** Steps that an appointment is news to; nobody who is enrolled or placed goes back to "appointment set". */
const earlier: readonly (Substate | undefined)[] = [
  undefined,
  'viewed',
  'contacted',
  'appointment_set',
  'no_show',
  'unreachable',
]

type Who = Pick<Actor, 'accountId' | 'name'>

interface Told {
  readonly learnerId: string
  readonly centerId: string
  /** Who booked, gave back or marked it. */
  readonly by: Who
}

interface Noted extends Told {
  readonly substate: 'appointment_set' | 'no_show'
}

/**
 * Writes on the open referral between a learner and a center that an appointment was made or missed; without one, or
 * where the hand-off is past that, it does nothing. Appointments tell both sides themselves, so no mail goes out here.
 */
export async function noteAppointment(
  { learnerId, centerId, by, substate }: Noted,
  ports: Pick<Ports, 'now'>,
): Promise<void> {
  const referral = await openReferralAt(learnerId, centerId)
  if (!referral || !mayBecome(referral, substate)) return
  await tell(referral, { by, kind: 'note', substate }, ports)
}

/** Writes that the appointment the referral tells of is off and no other is to come: it stands at the step before it. */
export async function noteAppointmentOff(
  { learnerId, centerId, by }: Told,
  ports: Pick<Ports, 'now'>,
): Promise<void> {
  const referral = await openReferralAt(learnerId, centerId)
  if (referral?.substate !== 'appointment_set') return
  const off = { kind: 'appointment-off', substate: stepBefore(referral) } as const
  await tell(referral, { by, ...off, from: 'appointment_set' }, ports)
}

/**
 * Writes that the center corrected whether somebody came; `isSet`: another appointment is to come. A referral that has moved
 * on since keeps its step, and tells of the correction if it ever told of the missed one.
 */
export async function noteCorrection(
  {
    learnerId,
    centerId,
    by,
    came,
    isSet,
  }: Told & { readonly came: boolean; readonly isSet: boolean },
  ports: Pick<Ports, 'now'>,
): Promise<void> {
  const referral = await openReferralAt(learnerId, centerId)
  if (!referral) return
  if (!came) {
    if (mayBecome(referral, 'no_show'))
      await tell(referral, { by, kind: 'missed-after-all', substate: 'no_show' }, ports)
    return
  }
  const kind = 'came-after-all'
  if (referral.substate === 'no_show')
    await tell(
      referral,
      { by, kind, substate: isSet ? 'appointment_set' : 'contacted', from: 'no_show' },
      ports,
    )
  else if (referral.timeline.some(({ substate }) => substate === 'no_show'))
    await tell(referral, { by, kind, substate: referral.substate, from: referral.substate }, ports)
}

const mayBecome = ({ state, substate: now }: Referral, substate: Noted['substate']): boolean =>
  earlier.includes(now) && now !== substate && substateTable[substate].fits.includes(state)

/** Where it stood before an appointment was set: the center had opened it, or been in touch, or neither. */
function stepBefore({ timeline }: Pick<Referral, 'timeline'>): Substate | undefined {
  const before = timeline.findLast(
    ({ substate }) => substate !== undefined && substate !== 'appointment_set',
  )?.substate
  return before === undefined || before === 'viewed' ? before : 'contacted'
}

interface Line {
  readonly by: Who
  readonly kind: EventKind
  /** Where the referral stands with it; undefined for at none. */
  readonly substate: Substate | undefined
  /** Written only while this stands. */
  readonly from?: Substate | undefined
}

async function tell(
  referral: Referral,
  { by, kind, substate, from }: Line,
  ports: Pick<Ports, 'now'>,
): Promise<void> {
  const { state } = referral
  const who = { by: by.name, byAccountId: by.accountId }
  const finer = substate && { substate }
  const facts = { at: ports.now(), side: 'program', ...who, kind, state, ...finer } as const
  await changeReferral(referral, state, {
    state,
    ...(substate ? { substate } : { dropsSubstate: true }),
    ...(from && { whileSubstate: from }),
    event: { id: newId(), ...facts },
    outbox: [],
  })
}
