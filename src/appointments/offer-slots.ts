import type { Actor } from '../access/actor.js'
import { findCenter } from '../centers/center-store.js'
import { zoneOf } from '../centers/center.js'
import { findProgram } from '../communities/program-store.js'
import { newId } from '../ids.js'
import type { Ports } from '../ports.js'
import { invalid, notFound, refused } from '../problems.js'
import { deskOf } from '../referrals/desk.js'
import type { Funds } from '../reports/priority.js'
import { instantOf, weeklyDays } from './series.js'
import { insertSlot } from './slot-store.js'
import { slotFaults, type Mode, type Slot } from './slot.js'

export interface Offer {
  readonly center?: string | undefined
  readonly startsOn: string
  /** `HH:MM` by the center's clock. */
  readonly time: string
  readonly minutes: number
  readonly mode: Mode
  readonly capacity: number
  readonly where?: string | undefined
  readonly priority?: Funds | undefined
  /** How many weeks running; 1 is once. */
  readonly weeks: number
}

/** A day of a series on which nothing could be offered, and why. */
export interface DayRefused {
  readonly on: string
  readonly field: string
  readonly message: string
}

export interface Offered {
  readonly slots: readonly Slot[]
  readonly refused: readonly DayRefused[]
}

/**
 * Offers a time, once or weekly, in the name of the person who asks. A series keeps its hour on the wall across clock
 * changes; days that do not work are named and the others offered. Throws invalid, or refused for a time the person offers
 * already, when no day works.
 */
export async function offerSlots(
  actor: Actor,
  offer: Offer,
  ports: Pick<Ports, 'now'>,
): Promise<Offered> {
  const { organizationId } = deskOf(actor, offer.center)
  const center = await findCenter(organizationId)
  if (!center) throw notFound('appointments:problem.noCenter')
  const program = await findProgram(center.communityId)
  const basis = {
    communityId: center.communityId,
    centerId: center.id,
    hostId: actor.accountId,
    hostName: actor.name,
    zone: zoneOf(center),
    demonstration: program?.demonstration ?? false,
    ...(offer.weeks > 1 && { seriesId: newId() }),
  }
  const slots: Slot[] = []
  const days: DayRefused[] = []
  for (const on of weeklyDays(offer.startsOn, offer.weeks)) {
    const made = await offerOn(on, offer, basis, ports.now())
    if ('field' in made) days.push({ on, ...made })
    else slots.push(made)
  }
  const [first] = days
  if (slots.length === 0 && first) {
    if (first.message === 'appointments:field.hostTaken') throw refused(first.message)
    throw invalid([first])
  }
  return { slots, refused: days }
}

type Basis = Pick<
  Slot,
  'communityId' | 'centerId' | 'hostId' | 'hostName' | 'zone' | 'demonstration' | 'seriesId'
>

async function offerOn(on: string, offer: Offer, basis: Basis, now: Date) {
  const start = instantOf(on, offer.time, basis.zone)
  if ('fault' in start) return { field: 'time', message: `appointments:field.${start.fault}` }
  const { minutes, mode, capacity, where, priority } = offer
  const slot: Slot = {
    id: newId(),
    ...basis,
    startsAt: start.at,
    endsAt: new Date(start.at.getTime() + minutes * 60_000),
    mode,
    ...(where !== undefined && { where }),
    capacity,
    free: capacity,
    ...(priority && { priority }),
    state: 'open',
    version: 1,
    bookings: [],
  }
  const [fault] = slotFaults(slot, now)
  if (fault) return fault
  if (await insertSlot(slot)) return slot
  return { field: 'time', message: 'appointments:field.hostTaken' }
}
