import type { Ports } from '../ports.js'
import { whenText } from './appointment.js'
import { mailsToBooked, mailsToLost } from './announce-appointment.js'
import {
  closeLine,
  dueLines,
  findLine,
  lapseOffer,
  offerPlace,
  restLine,
  type Line,
} from './line-store.js'
import { nextStep, type LineStep } from './waiting.js'

interface Run {
  readonly world: { readonly ports: Pick<Ports, 'now'> }
  readonly signal: AbortSignal
  readonly touch: () => Promise<void>
}

const batch = 100
/** Every place offered and answered too late, and as many tries again because somebody was quicker. */
const mostSteps = 200

/** One step; false when the slot has moved on since it was read, and is to be read again. */
async function takeStep(line: Line, step: LineStep, now: Date): Promise<boolean> {
  const { slot } = line
  switch (step.kind) {
    case 'lapse':
      return lapseOffer(
        slot,
        step.booking,
        now,
        await mailsToLost(slot, [step.booking], 'placeLapsed'),
      )
    case 'offer': {
      const mails = await mailsToBooked(slot, [step.booking], 'placeOffered', (language) => ({
        until: whenText(step.answerBy, slot.zone, language),
      }))
      return offerPlace(slot, step.booking, { answerBy: step.answerBy, now }, mails)
    }
    case 'close':
      return closeLine(slot, step.of, now, await mailsToLost(slot, step.of, 'lineClosed'))
    case 'rest':
      return restLine(line, step.lookAt)
  }
}

/**
 * Does about the line of a slot whatever is due: ends offers nobody answered, offers free places to the first in line, by
 * mail. Harmless to repeat and to do twice at once; what a crash leaves is done by the job. Call it after whatever may have
 * freed a place.
 */
export async function settleLine(slotId: string, ports: Pick<Ports, 'now'>): Promise<void> {
  for (let step = 0; step < mostSteps; step += 1) {
    const line = await findLine(slotId)
    if (!line) return
    const now = ports.now()
    const next = nextStep(line.slot, now)
    if ((await takeStep(line, next, now)) && next.kind === 'rest') return
  }
}

/** Settles every line that is due. */
export async function settleLines({ world: { ports }, signal, touch }: Run): Promise<void> {
  for (;;) {
    const due = signal.aborted ? [] : await dueLines(ports.now(), batch)
    for (const id of due) await settleLine(id, ports)
    if (due.length < batch) return
    await touch()
  }
}
