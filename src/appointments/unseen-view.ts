import type { Learner } from '../learners/learner.js'
import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import { whenText, type Appointment } from './appointment.js'

/** What a center did to an appointment, in plain words with the next step; for partials/alert.ejs. */
export function unseenNote({ slot, booking }: Appointment, center: string, words: Words) {
  const { t, lang, href } = words
  const kind = booking.unseen === 'cancelled' && booking.leftLine ? 'line' : booking.unseen
  const key = `appointments:unseen.${kind ?? 'changed'}`
  const mode = t(`appointments:mode.${slot.mode}`)
  const place = slot.where === undefined ? mode : `${mode}, ${slot.where}`
  const when = whenText(slot.startsAt, slot.zone, lang)
  const text = t(`${key}.text`, { when, place })
  return {
    kind: 'warning',
    heading: t(`${key}.heading`, { center }),
    text:
      booking.reason === undefined
        ? text
        : `${text} ${t('appointments:unseen.reason', { reason: booking.reason })}`,
    link: { href: href(to(paths.appointment, { id: booking.id })), text: t(`${key}.link`) },
  }
}

/** Who no mail reaches, to be called: the names and numbers that staff may see. */
export const callRows = (learners: readonly Pick<Learner, 'name' | 'phone'>[], { t }: Words) =>
  learners.map(({ name, phone }) => ({
    name,
    ...(phone === undefined
      ? { text: t('appointments:call.noPhone') }
      : { text: phone, href: `tel:${phone}` }),
  }))
