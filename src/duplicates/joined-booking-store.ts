import mongoose from 'mongoose'
import { isOpenBooking, type Booking } from '../appointments/slot.js'
import { isDuplicateKey } from '../duplicate-keys.js'

interface Row {
  readonly _id: string
  readonly bookings: readonly Pick<Booking, 'id' | 'learnerId' | 'state'>[]
  readonly held: readonly string[]
}

const slots = () => mongoose.connection.collection<Row>('slots')
const shown = { projection: { bookings: 1, held: 1 } } as const

/** The ids of a learner's appointments, old and given back ones too. */
export async function bookingsHeld(learnerId: string): Promise<string[]> {
  const rows = await slots().find({ 'bookings.learnerId': learnerId }, shown).toArray()
  return rows.flatMap(({ bookings }) =>
    bookings.filter((one) => one.learnerId === learnerId).map(({ id }) => id),
  )
}

/**
 * Gives appointments to another learner with the quarter hours they hold, one by one; those come back that clash with an
 * appointment the other has, in the same slot or at the same time.
 */
export async function giveBookings(
  ids: readonly string[],
  from: string,
  to: string,
): Promise<string[]> {
  const refused: string[] = []
  for (const id of ids) if (!(await giveBooking(id, from, to))) refused.push(id)
  return refused
}

const tries = 20

async function giveBooking(id: string, from: string, to: string): Promise<boolean> {
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const slot = await slots().findOne({ 'bookings.id': id }, shown)
    const booking = slot?.bookings.find((one) => one.id === id && one.learnerId === from)
    if (!slot || !booking) return true
    const isThere = slot.bookings.some((one) => one.learnerId === to && isOpenBooking(one))
    if (isThere && isOpenBooking(booking)) return false
    const done = await writeOver(slot, booking, to)
    if (done !== 'changed') return done
  }
  throw new Error(`appointment ${id} changes too often to be moved`)
}

/** Over the slot as it was read; 'changed' when somebody was quicker. */
async function writeOver(
  slot: Row,
  { id, learnerId, state }: Row['bookings'][number],
  to: string,
): Promise<boolean | 'changed'> {
  const named = (key: string) =>
    key.startsWith(`${learnerId}@`) ? to + key.slice(learnerId.length) : key
  const held = state === 'booked' ? slot.held.map(named) : slot.held
  try {
    const done = await slots().updateOne(
      { _id: slot._id, held: slot.held, bookings: { $elemMatch: { id, learnerId, state } } },
      { $set: { 'bookings.$.learnerId': to, held } },
    )
    return done.matchedCount === 1 || 'changed'
  } catch (error) {
    if (isDuplicateKey(error)) return false
    throw error
  }
}
