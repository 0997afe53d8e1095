import type { Actor } from '../access/actor.js'
import type { Ports } from '../ports.js'
import { invalid, refused } from '../problems.js'
import { mailsToBooked, mailsToLost } from './announce-appointment.js'
import { mustBeOpen, readOwnSlot } from './read-appointment.js'
import { instantOf } from './series.js'
import { cancelSlotAsRead, changeSlotFacts } from './slot-store.js'
import { settleLine } from './settle-line.js'
import { isInLine, liveBookings, slotFaults, type Mode, type Slot } from './slot.js'
import { tellOff } from './tell-off.js'

export interface SlotChange {
  readonly startsOn: string
  readonly time: string
  readonly minutes: number
  readonly mode: Mode
  readonly capacity: number
  readonly where?: string | undefined
  /** The version the person looked at. */
  readonly version: number
}

const tries = 5

/**
 * Changes a slot to come. Its time stays while somebody is booked, its places never fall below those taken, and whoever is
 * booked is told of another place. Throws refused when somebody changed it since this person looked.
 */
export async function changeSlot(
  actor: Actor,
  id: string,
  change: SlotChange,
  ports: Pick<Ports, 'now'>,
): Promise<void> {
  for (let turn = 0; turn < tries; turn += 1) {
    const slot = await readOwnSlot(actor, id)
    mustBeOpen(slot, ports.now())
    if (slot.version !== change.version) throw refused('appointments:problem.quicker')
    const next = changed(slot, change, ports.now())
    const isElsewhere = next.mode !== slot.mode || next.where !== slot.where
    const outbox = isElsewhere
      ? await mailsToBooked({ ...slot, ...next }, liveBookings(slot), 'appointmentChanged')
      : []
    const done = await changeSlotFacts(slot, next, { outbox, isElsewhere }, ports.now())
    if (done === 'overlap') throw refused('appointments:field.hostTaken')
    if (done) return settleLine(id, ports)
  }
  throw refused('appointments:problem.quicker')
}

function changed(slot: Slot, change: SlotChange, now: Date) {
  const start = instantOf(change.startsOn, change.time, slot.zone)
  if ('fault' in start)
    throw invalid([{ field: 'time', message: `appointments:field.${start.fault}` }])
  const { mode, capacity, where, minutes } = change
  const startsAt = start.at
  const endsAt = new Date(startsAt.getTime() + minutes * 60_000)
  const faults = slotFaults({ startsAt, endsAt, capacity }, now)
  if (faults.length > 0) throw invalid(faults)
  const taken = slot.capacity - slot.free
  if (capacity < taken)
    throw invalid([
      { field: 'capacity', message: 'appointments:field.taken', params: { count: taken } },
    ])
  const isMoved = +startsAt !== +slot.startsAt || +endsAt !== +slot.endsAt
  if (isMoved && taken > 0) throw refused('appointments:problem.someBooked')
  return { startsAt, endsAt, mode, capacity, ...(where !== undefined && { where }) }
}

/** Cancels a slot to come and every place in it; each learner is told the reason. Throws refused the second time. */
export async function cancelSlot(
  actor: Actor,
  id: string,
  reason: string,
  ports: Pick<Ports, 'now'>,
): Promise<void> {
  for (let turn = 0; turn < tries; turn += 1) {
    const slot = await readOwnSlot(actor, id)
    mustBeOpen(slot, ports.now())
    const live = liveBookings(slot)
    const inLine = slot.bookings.filter(isInLine)
    const mails = [
      ...(await mailsToLost(slot, live, 'appointmentCancelled', { reason })),
      ...(await mailsToLost(slot, inLine, 'waitEnded', { reason })),
    ]
    const how = { at: ports.now(), byId: actor.accountId, reason }
    if (!(await cancelSlotAsRead(slot, how, mails))) continue
    for (const { learnerId } of live) await tellOff(slot, learnerId, actor, ports)
    return
  }
  throw refused('appointments:problem.quicker')
}
