import { insertSlot } from '../appointments/slot-store.js'
import { findCenter } from '../centers/center-store.js'
import { zoneOf } from '../centers/center.js'
import { seedId } from '../ids.js'
import { referralQueue } from '../referrals/referral-queue-store.js'
import { demoSlots } from './demo-appointments.js'
import { demoPeople } from './demo-people.js'
import type { DemoSetting } from './demo-plan.js'
import { organizationIdOf } from './reference-records.js'

/** Adds invented times at the center of staff@, so that their week and the page of the center show something. */
export async function addDemoAppointments({ communityId, today }: DemoSetting): Promise<void> {
  const staff = demoPeople.find(({ role }) => role === 'staff')
  const center = await findCenter(organizationIdOf(staff?.organization ?? ''))
  if (!staff || !center) return
  const centerId = center.id
  const search = { communityId, centerId, state: 'in-progress', limit: 200 } as const
  const referrals = (await referralQueue(search)).filter(
    ({ substate }) => substate === 'appointment_set',
  )
  const host = { id: seedId('account', staff.email), name: staff.name }
  const zone = zoneOf(center)
  for (const slot of demoSlots(referrals, {
    today,
    communityId,
    centerId,
    zone,
    host,
    idOf: seedId,
  }))
    await insertSlot(slot)
}
