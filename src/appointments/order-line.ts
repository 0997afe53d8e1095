import type { Actor } from '../access/actor.js'
import { paths, to } from '../http/paths.js'
import type { OutboxEntry } from '../messages/outbox.js'
import type { Ports } from '../ports.js'
import { refused } from '../problems.js'
import { carriedPriority, type Funds } from '../reports/priority.js'
import { mailsToBooked } from './announce-appointment.js'
import { saveOrder } from './line-store.js'
import { mustBeOpen, readOwnSlot } from './read-appointment.js'
import { settleLine } from './settle-line.js'
import { findSlot, laterInSeries } from './slot-store.js'
import type { Slot } from './slot.js'
import { lineOf } from './waiting.js'

const tries = 5
/** As many as a series has, or more. */
export const mostInSeries = 60

export interface Order {
  /** The funds that serve some people first; undefined: whoever asked first. */
  readonly priority?: Funds | undefined
  /** The later times of the series too. */
  readonly series: boolean
}

/** Those who wait are told why the order is another one, and where to say what is true for them. */
const mailsToLine = (slot: Slot, priority: Funds | undefined): Promise<OutboxEntry[]> =>
  mailsToBooked(slot, lineOf(slot), priority ? 'lineByPriority' : 'lineByTime', {
    ...(priority && { why: `appointments:priority.why.${priority}` }),
    path: to(priority ? paths.waitForSlot : paths.centerSlots, {
      id: priority ? slot.id : slot.centerId,
    }),
  })

async function order(slot: Slot, priority: Funds | undefined): Promise<boolean> {
  const from = slot.priority
  if (from === priority) return true
  const carried = (before: number) => (from ? carriedPriority(before, from, priority) : before)
  return saveOrder(slot, priority, carried, await mailsToLine(slot, priority))
}

/**
 * Says who comes first in line for a time to come, and for the later ones of its series when asked; returns how many times
 * there are. Who is in line keeps the moment they asked and what is known of their priority; who has a place, or is offered
 * one, keeps that. Said again it changes nothing and tells nobody. Throws refused for a time that is over or cancelled.
 */
export async function orderLine(
  actor: Actor,
  id: string,
  { priority, series }: Order,
  ports: Pick<Ports, 'now'>,
): Promise<number> {
  const first = await readOwnSlot(actor, id)
  mustBeOpen(first, ports.now())
  const rest = series ? await laterInSeries(first, mostInSeries) : []
  for (const slot of [first, ...rest]) await orderOne(slot.id, priority, ports)
  return rest.length + 1
}

async function orderOne(
  id: string,
  priority: Funds | undefined,
  ports: Pick<Ports, 'now'>,
): Promise<void> {
  for (let turn = 0; turn < tries; turn += 1) {
    const slot = await findSlot(id)
    if (slot?.state !== 'open') return
    if (await order(slot, priority)) return settleLine(id, ports)
  }
  throw refused('appointments:problem.quicker')
}
