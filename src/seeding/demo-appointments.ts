import { instantOf } from '../appointments/series.js'
import type { Booking, Mode, Slot } from '../appointments/slot.js'
import { addDays, type Day } from '../calendar.js'
import type { Referral } from '../referrals/referral.js'

export interface DemoSlotSetting {
  readonly today: Day
  readonly communityId: string
  readonly centerId: string
  readonly zone: string
  readonly host: { readonly id: string; readonly name: string }
  readonly idOf: (kind: string, name: string) => string
}

const times: readonly (readonly [string, Mode, number])[] = [
  ['09:00', 'in-person', 1],
  ['10:30', 'video', 2],
  ['14:00', 'in-person', 4],
]
const minutes = 45

const isWeekend = (day: Day) => [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay())

/** Working days around today: three past, ten to come. */
const workingDays = (today: Day): Day[] => {
  const past = [-1, -2, -3, -4, -5]
    .map((days) => addDays(today, days))
    .filter((day) => !isWeekend(day))
  const coming = Array.from({ length: 14 }, (_, at) => addDays(today, at + 1))
  return [...past.slice(0, 3).reverse(), ...coming.filter((day) => !isWeekend(day))]
}

/** Booked some days before, at noon; the past ones came. */
function bookingFor(
  { id, learnerId }: Pick<Referral, 'id' | 'learnerId'>,
  isPast: boolean,
  { today, idOf }: DemoSlotSetting,
): Booking {
  const bookedAt = new Date(`${addDays(today, -7)}T20:00:00Z`)
  const state = isPast ? 'attended' : 'booked'
  return { id: idOf('appointment', id), learnerId, state, bookedAt }
}

/**
 * Invented times of one center around today, with a place in every other one for learners whose invented referral says
 * that an appointment was set. Marked as demonstration; the same for the same setting.
 */
export function demoSlots(
  referrals: readonly Pick<Referral, 'id' | 'learnerId'>[],
  setting: DemoSlotSetting,
): Slot[] {
  const waiting = [...referrals]
  return workingDays(setting.today).flatMap((day, dayAt) =>
    times.flatMap(([time, mode, capacity], at) => {
      const start = instantOf(day, time, setting.zone)
      if ('fault' in start) return []
      const isPast = day < setting.today
      const taker = (dayAt + at) % 2 === 0 || isPast ? waiting.shift() : undefined
      const bookings = taker ? [bookingFor(taker, isPast, setting)] : []
      const live = bookings.filter(({ state }) => state === 'booked').length
      return [
        {
          id: setting.idOf('slot', `${day} ${time}`),
          communityId: setting.communityId,
          centerId: setting.centerId,
          hostId: setting.host.id,
          hostName: setting.host.name,
          startsAt: start.at,
          endsAt: new Date(start.at.getTime() + minutes * 60_000),
          zone: setting.zone,
          mode,
          capacity,
          free: capacity - live,
          state: 'open' as const,
          version: 1,
          bookings,
          demonstration: true,
        },
      ]
    }),
  )
}
