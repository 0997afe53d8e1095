import type { Request } from 'express'
import { findCenter } from '../centers/center-store.js'
import { parseParams } from '../http/parse.js'
import { paths, to, withQuery } from '../http/paths.js'
import { actorOf, type pageRoutes } from '../http/route.js'
import { wordsOf, type Words } from '../http/words.js'
import { mailSoon } from '../messages/deliver-mail.js'
import type { Ports } from '../ports.js'
import { notFound } from '../problems.js'
import { idParams, takeForm, waitForm } from './appointment-input.js'
import { slotFacts } from './appointment-view.js'
import { whenText } from './appointment.js'
import { joinLine } from './join-line.js'
import { readAppointment } from './read-appointment.js'
import { findSlot } from './slot-store.js'
import type { Slot } from './slot.js'
import { takeOffer } from './take-offer.js'
import { lineOf } from './waiting.js'

const idOf = (req: Request) => parseParams(idParams, req.params).id

const consentTo = ({ centerId }: Slot, { href }: Words) =>
  href(withQuery(paths.newConsent, { purpose: 'referral', party: centerId }))

/** A time that a center offers, as somebody sees it before they have a place: not yet where they would be told to come. */
export async function offeredTime(req: Request) {
  const slot = await findSlot(idOf(req))
  if (!slot) throw notFound('appointments:problem.unknownSlot')
  const words = wordsOf(req)
  const { where: _where, ...open } = slot
  const shown = {
    facts: slotFacts(open, await findCenter(slot.centerId), words).slice(0, 3),
    demonstration: slot.demonstration,
    consent: consentTo(slot, words),
    back: words.href(to(paths.centerSlots, { id: slot.centerId })),
  }
  return { slot, shown }
}

/** Waiting for a place in a full slot, and taking one that is offered. */
export function linePages(routes: ReturnType<typeof pageRoutes>, ports: Pick<Ports, 'now'>): void {
  routes.form(paths.waitForSlot, 'book appointments', {
    view: 'appointments/wait',
    title: 'appointments:line.title',
    schema: waitForm,
    show: async (req) => {
      const { slot, shown } = await offeredTime(req)
      return { ...shown, waiting: lineOf(slot).length, priority: slot.priority ?? null }
    },
    submit: async (stated, req) => {
      const { booking } = await joinLine(actorOf(req), idOf(req), stated, ports)
      mailSoon()
      const path = to(paths.appointment, { id: booking.id })
      return { to: path, notice: 'appointments:notice.waiting' }
    },
  })

  routes.form(paths.takeOffer, 'book appointments', {
    view: 'appointments/take',
    title: 'appointments:line.take',
    schema: takeForm,
    show: async (req) => {
      const { slot, booking } = await readAppointment(actorOf(req), idOf(req))
      const words = wordsOf(req)
      const { answerBy } = booking
      return {
        facts: slotFacts(slot, await findCenter(slot.centerId), words),
        until: answerBy ? whenText(answerBy, slot.zone, words.lang) : null,
        consent: consentTo(slot, words),
        leave: words.href(to(paths.cancelAppointment, { id: booking.id })),
        back: words.href(to(paths.appointment, { id: booking.id })),
      }
    },
    submit: async (_form, req) => {
      const { booking } = await takeOffer(actorOf(req), idOf(req), ports)
      mailSoon()
      const path = to(paths.appointment, { id: booking.id })
      return { to: path, notice: 'appointments:notice.booked' }
    },
  })
}
