import type { Actor } from '../access/actor.js'
import { newId } from '../ids.js'
import type { Ports } from '../ports.js'
import { substateTable, type Substate } from './referral.js'
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

interface Noted {
  readonly learnerId: string
  readonly centerId: string
  /** Who booked or marked it. */
  readonly by: Pick<Actor, 'accountId' | 'name'>
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
  if (!referral || !earlier.includes(referral.substate)) return
  if (referral.substate === substate || !substateTable[substate].fits.includes(referral.state))
    return
  const { state } = referral
  const who = { by: by.name, byAccountId: by.accountId }
  const facts = { at: ports.now(), side: 'program', ...who, kind: 'note', state, substate } as const
  await changeReferral(referral, state, {
    state,
    substate,
    event: { id: newId(), ...facts },
    outbox: [],
  })
}
