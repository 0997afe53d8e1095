import { z } from 'zod'
import type { Center } from '../centers/center.js'
import { placeOf } from '../centers/center-view.js'
import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import { whenText, type Appointment } from './appointment.js'
import { icsOf } from './ics.js'
import { timeIn } from './series.js'
import {
  bookingStates,
  isInLine,
  mayBeCorrected,
  modes,
  type Booking,
  type Side,
  type Slot,
} from './slot.js'
import { lineOf, openPlaces, placeInLine } from './waiting.js'

/** A slot as anybody reads it: when, how and how many places; never who comes, nor where a call is held. */
export const slotAnswer = z.object({
  id: z.string(),
  center: z.string(),
  startsAt: z.string(),
  endsAt: z.string(),
  zone: z.string(),
  mode: z.enum(modes),
  capacity: z.number(),
  free: z.number(),
  waiting: z.number(),
  priority: z.enum(['adult', 'other']).nullable(),
  state: z.enum(['open', 'cancelled']),
  version: z.number(),
  demonstration: z.boolean(),
})

export const slotJson = (slot: Slot): z.output<typeof slotAnswer> => ({
  id: slot.id,
  center: slot.centerId,
  startsAt: slot.startsAt.toISOString(),
  endsAt: slot.endsAt.toISOString(),
  zone: slot.zone,
  mode: slot.mode,
  capacity: slot.capacity,
  free: slot.state === 'open' ? openPlaces(slot) : 0,
  waiting: lineOf(slot).length,
  priority: slot.priority ?? null,
  state: slot.state,
  version: slot.version,
  demonstration: slot.demonstration,
})

/** `learner` is null to the center where the consent has ended. */
export const appointmentAnswer = z.object({
  id: z.string(),
  slot: slotAnswer,
  state: z.enum(bookingStates),
  where: z.string().nullable(),
  reason: z.string().nullable(),
  bookedAt: z.string(),
  placeInLine: z.number().nullable(),
  answerBy: z.string().nullable(),
  learner: z.object({ id: z.string(), name: z.string() }).nullable(),
})

export const appointmentJson = (
  { slot, booking }: Appointment,
  name: string | undefined,
): z.output<typeof appointmentAnswer> => ({
  id: booking.id,
  slot: slotJson(slot),
  state: booking.state,
  where: slot.where ?? null,
  reason: booking.reason ?? null,
  bookedAt: booking.bookedAt.toISOString(),
  placeInLine: booking.state === 'waiting' ? placeInLine(slot, booking.id) : null,
  answerBy: booking.answerBy?.toISOString() ?? null,
  learner: name === undefined ? null : { id: booking.learnerId, name },
})

const tones = {
  waiting: 'wait',
  offered: 'good',
  booked: 'info',
  cancelled: 'stop',
  lapsed: 'stop',
  attended: 'good',
  no_show: 'wait',
} as const

export const stateTag = ({ state }: Pick<Booking, 'state'>, { t }: Words) => ({
  word: t(`appointments:state.${state}`),
  tone: tones[state],
})

/** From when to when, by the clock of the center. */
export const spanText = ({ startsAt, endsAt, zone }: Slot): string =>
  `${timeIn(startsAt, zone)}–${timeIn(endsAt, zone)}`

/** A slot a learner may choose. */
export const slotRow = (slot: Slot, mayBook: boolean, words: Words) => {
  const { t } = words
  const isOpen = slot.state === 'open'
  const free = openPlaces(slot)
  const waiting = lineOf(slot).length
  const places = !isOpen
    ? t('appointments:slots.cancelled')
    : free > 0
      ? t('appointments:slots.free', { count: free })
      : t(`appointments:slots.${waiting > 0 ? 'fullWaiting' : 'full'}`, { count: waiting })
  const path = free > 0 ? paths.bookSlot : paths.waitForSlot
  return {
    cells: [
      {
        date: slot.startsAt.toISOString(),
        text: whenText(slot.startsAt, slot.zone, words.lang),
      },
      spanText(slot),
      t(`appointments:mode.${slot.mode}`),
      places,
      isOpen && mayBook
        ? {
            links: [
              {
                text: t(`appointments:slots.${free > 0 ? 'book' : 'wait'}`),
                href: words.href(to(path, { id: slot.id })),
              },
            ],
          }
        : null,
    ],
  }
}

/** A slot to move an appointment to, as a choice. */
export const slotOption = ({ id, startsAt, zone, mode }: Slot, { t, lang }: Words) => ({
  value: id,
  label: `${whenText(startsAt, zone, lang)}, ${t(`appointments:mode.${mode}`)}`,
})

/** A learner's appointment in their list. */
export const ownRow = (
  { slot, booking }: Appointment,
  center: Center | undefined,
  words: Words,
) => ({
  cells: [
    {
      text: whenText(slot.startsAt, slot.zone, words.lang),
      href: words.href(to(paths.appointment, { id: booking.id })),
    },
    center?.name ?? '',
    words.t(`appointments:mode.${slot.mode}`),
    { tag: stateTag(booking, words), ...lineText({ slot, booking }, words) },
  ],
})

/** Where somebody stands in line, or until when they may answer; nothing for who does neither. */
function lineText({ slot, booking }: Appointment, { t, lang }: Words): { sub?: string } {
  if (booking.state === 'waiting')
    return { sub: t('appointments:line.place', { place: placeInLine(slot, booking.id) }) }
  if (booking.state !== 'offered' || !booking.answerBy) return {}
  const until = whenText(booking.answerBy, slot.zone, lang)
  return { sub: t('appointments:line.until', { until }) }
}

const whereText = (slot: Slot, center: Center | undefined, words: Words): string =>
  slot.where ??
  (slot.mode === 'in-person' && center
    ? placeOf(center, words)
    : words.t('appointments:show.whereUnknown'))

/** The facts of an appointment or of a slot. */
export const slotFacts = (slot: Slot, center: Center | undefined, words: Words) => [
  {
    term: words.t('appointments:show.when'),
    text: `${whenText(slot.startsAt, slot.zone, words.lang)} (${spanText(slot)})`,
  },
  { term: words.t('appointments:show.center'), text: center?.name ?? '' },
  { term: words.t('appointments:show.mode'), text: words.t(`appointments:mode.${slot.mode}`) },
  { term: words.t('appointments:show.where'), text: whereText(slot, center, words) },
  { term: words.t('appointments:show.host'), text: slot.hostName },
]

/** The page of one appointment, for the side that looks. */
export function appointmentPage(
  { slot, booking }: Appointment,
  side: Side,
  center: Center | undefined,
  name: string | undefined,
  now: Date,
  words: Words,
) {
  const { t, href } = words
  const { id } = booking
  const isBooked = booking.state === 'booked'
  const isToCome = isBooked && slot.startsAt > now
  const waits = isInLine(booking) && slot.startsAt > now
  const link = (path: string) => href(to(path, { id }))
  return {
    tag: stateTag(booking, words),
    demonstration: slot.demonstration,
    facts: [
      ...slotFacts(slot, center, words),
      ...(side === 'center'
        ? [{ term: t('appointments:show.learner'), text: name ?? t('appointments:show.hidden') }]
        : []),
      ...(booking.reason === undefined
        ? []
        : [{ term: t('appointments:show.reason'), text: booking.reason }]),
    ],
    note: side === 'learner' && booking.unseen === 'changed' ? changedNote(words) : null,
    line: waits ? (lineText({ slot, booking }, words).sub ?? null) : null,
    why:
      slot.priority && side === 'learner' && slot.startsAt > now && booking.state === 'waiting'
        ? {
            text: t(`appointments:priority.why.${slot.priority}`),
            href: href(to(paths.waitForSlot, { id: slot.id })),
          }
        : null,
    take: waits && booking.state === 'offered' ? link(paths.takeOffer) : null,
    leave: waits && side === 'learner' ? link(paths.cancelAppointment) : null,
    ics: waits || booking.state === 'lapsed' ? null : link(paths.appointmentIcs),
    cancel: isToCome ? link(paths.cancelAppointment) : null,
    move: isToCome && side === 'learner' ? link(paths.moveAppointment) : null,
    again:
      side === 'learner' && (booking.state === 'cancelled' || booking.state === 'lapsed')
        ? {
            text: endedText(booking, words),
            href: href(to(paths.centerSlots, { id: slot.centerId })),
          }
        : null,
    mark:
      side === 'center' && booking.state === 'booked' && slot.startsAt <= now
        ? link(paths.markAppointment)
        : null,
    correct: side === 'center' && mayBeCorrected(booking, now) ? link(paths.markAppointment) : null,
    back:
      side === 'learner'
        ? { href: href(paths.appointments), text: t('appointments:own.title') }
        : { href: href(to(paths.slot, { id: slot.id })), text: t('appointments:slot.title') },
  }
}

const changedNote = ({ t }: Words) => ({
  kind: 'warning',
  text: t('appointments:unseen.changed.here'),
})

/** What became of a place that is lost, and what comes next. */
const endedText = ({ state, leftLine, cancelledBy }: Booking, { t }: Words): string => {
  if (state === 'lapsed') return t('appointments:ended.lapsed')
  return t(`appointments:ended.${leftLine && cancelledBy === 'learner' ? 'left' : 'cancelled'}`)
}

/** The calendar file. It may be synced to places we do not know, so it names the center, and no learner. */
export function icsFile(
  { slot, booking }: Appointment,
  center: Center | undefined,
  baseUrl: string,
  now: Date,
  words: Words,
): string {
  const where = slot.where ?? (slot.mode === 'in-person' ? center?.address : undefined)
  const isCancelled = booking.state === 'cancelled'
  return icsOf({
    uid: `${booking.id}@${new URL(baseUrl).hostname}`,
    stamp: now,
    startsAt: slot.startsAt,
    endsAt: slot.endsAt,
    sequence: slot.version - 1 + (isCancelled ? 1 : 0),
    isCancelled,
    summary: words.t('appointments:ics.summary', { center: center?.name ?? '' }),
    description: words.t(`appointments:mode.${slot.mode}`),
    ...(where !== undefined && { location: where }),
    url: `${baseUrl}${words.href(to(paths.appointment, { id: booking.id }))}`,
  })
}
