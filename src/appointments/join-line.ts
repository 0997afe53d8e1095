import type { Actor } from '../access/actor.js'
import { newId } from '../ids.js'
import type { Ports } from '../ports.js'
import { notAllowed, notFound, refused, type Problem } from '../problems.js'
import { keptPriority, priorityOf } from '../reports/priority.js'
import { appointmentIn, type Appointment } from './appointment.js'
import { needConsent } from './book-appointment.js'
import { countLines, joinLineAsRead, raisePriority } from './line-store.js'
import { settleLine } from './settle-line.js'
import { findSlot } from './slot-store.js'
import { isOpenBooking, mostGivenBack, type Booking, type Slot } from './slot.js'
import { lineRefusalFor, mostInLine, mostLines, type LineRefusal } from './waiting.js'

/** What a learner says of themselves where priority of service applies; never checked here, never required. */
export interface StatedPriority {
  /** A veteran or the eligible spouse of one. */
  readonly covered: boolean
  /** Public assistance, low income, or basic-skills deficient. */
  readonly priorityGroup: boolean
}

const tries = 5

const problems: Readonly<Record<LineRefusal, () => Problem>> = {
  cancelled: () => refused('appointments:problem.slotCancelled'),
  past: () => refused('appointments:problem.past'),
  yours: () => refused('appointments:problem.yours'),
  often: () => refused('appointments:problem.often', { most: mostGivenBack }),
  free: () => refused('appointments:problem.placeFree'),
  lineClosed: () => refused('appointments:problem.lineClosed'),
  lineFull: () => refused('appointments:problem.lineFull', { most: mostInLine }),
}

/**
 * Waits for a place in a full slot. Somebody in line already stays where they are; new facts may move them up, never down.
 * Throws not-found for no such slot, not-allowed without consent to the center, refused for a slot with a free place, one
 * that is past, cancelled or theirs, and for too many lines.
 */
export async function joinLine(
  actor: Actor,
  slotId: string,
  stated: StatedPriority,
  ports: Pick<Ports, 'now'>,
): Promise<Appointment> {
  const { learnerId } = actor
  if (learnerId === undefined) throw notAllowed('appointments:problem.learnersOnly')
  for (let turn = 0; turn < tries; turn += 1) {
    const slot = await findSlot(slotId)
    if (!slot) throw notFound('appointments:problem.unknownSlot')
    const known = slot.bookings.find((one) => one.learnerId === learnerId && isOpenBooking(one))
    const booking =
      known && known.state !== 'booked'
        ? await stay(slot, known, stated)
        : await stand(slot, learnerId, stated, ports.now())
    if (!booking) continue
    await settleLine(slotId, ports)
    const found = appointmentIn((await findSlot(slotId)) ?? slot, booking.id)
    return found ?? { slot, booking }
  }
  throw refused('appointments:problem.quicker')
}

const statedIn = ({ priority }: Slot, stated: StatedPriority) =>
  priority && { priority: priorityOf(stated, priority) }

async function stand(
  slot: Slot,
  learnerId: string,
  stated: StatedPriority,
  now: Date,
): Promise<Booking | undefined> {
  const refusal = lineRefusalFor(slot, learnerId, now)
  if (refusal) throw problems[refusal]()
  await needConsent(learnerId, slot.centerId, now)
  if ((await countLines(learnerId, now)) >= mostLines)
    throw refused('appointments:problem.tooManyLines', { most: mostLines })
  const own = { id: newId(), learnerId, state: 'waiting', bookedAt: now } as const
  const booking: Booking = { ...own, ...statedIn(slot, stated) }
  return (await joinLineAsRead(slot, booking)) ? booking : undefined
}

async function stay(
  slot: Slot,
  known: Booking,
  stated: StatedPriority,
): Promise<Booking | undefined> {
  const said = statedIn(slot, stated)?.priority
  if (known.state !== 'waiting' || said === undefined) return known
  const priority = keptPriority(known.priority ?? said, said)
  if (priority === known.priority) return known
  return (await raisePriority(slot, known.id, priority)) ? { ...known, priority } : undefined
}
