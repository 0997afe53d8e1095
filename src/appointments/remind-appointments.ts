import type { Ports } from '../ports.js'
import { mailsToBooked } from './announce-appointment.js'
import { appointmentIn } from './appointment.js'
import { announceReminder, dueReminders } from './place-store.js'
import type { Slot } from './slot.js'

interface Run {
  readonly world: { readonly ports: Pick<Ports, 'now'> }
  readonly signal: AbortSignal
  readonly touch: () => Promise<void>
}

const batch = 100

/**
 * Reminds learners a day before. A reminder is taken off its slot by the very write that announces its mail, so that it
 * goes out once, whatever dies in between and however many jobs run. One that comes too late, or for a place that was
 * given back, is dropped.
 */
export async function remindAppointments({
  world: { ports },
  signal,
  touch,
}: Run): Promise<number> {
  let reminded = 0
  for (;;) {
    const due = signal.aborted ? [] : await dueReminders(ports.now(), batch)
    for (const { slot, ids } of due)
      for (const id of ids) if (await remind(slot, id, ports.now())) reminded += 1
    if (due.length < batch) return reminded
    await touch()
  }
}

async function remind(slot: Slot, id: string, now: Date): Promise<boolean> {
  const found = appointmentIn(slot, id)
  const isToCome = found?.booking.state === 'booked' && slot.startsAt > now
  const mails = isToCome ? await mailsToBooked(slot, [found.booking], 'appointmentReminder') : []
  return (await announceReminder(slot.id, id, mails)) && mails.length > 0
}
