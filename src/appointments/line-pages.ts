import type { Request } from 'express'
import { findCenter } from '../centers/center-store.js'
import { parseParams } from '../http/parse.js'
import { paths, to } from '../http/paths.js'
import { actorOf, type pageRoutes } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import { mailSoon } from '../messages/deliver-mail.js'
import type { Ports } from '../ports.js'
import { notFound } from '../problems.js'
import { idParams, takeForm, waitForm } from './appointment-input.js'
import { slotFacts } from './appointment-view.js'
import { whenText } from './appointment.js'
import { joinLine } from './join-line.js'
import { readAppointment } from './read-appointment.js'
import { findSlot } from './slot-store.js'
import { takeOffer } from './take-offer.js'
import { lineOf } from './waiting.js'

const idOf = (req: Request) => parseParams(idParams, req.params).id

/** Waiting for a place in a full slot, and taking one that is offered. */
export function linePages(routes: ReturnType<typeof pageRoutes>, ports: Pick<Ports, 'now'>): void {
  routes.form(paths.waitForSlot, 'book appointments', {
    view: 'appointments/wait',
    title: 'appointments:line.title',
    schema: waitForm,
    show: async (req) => {
      const slot = await findSlot(idOf(req))
      if (!slot) throw notFound('appointments:problem.unknownSlot')
      const center = await findCenter(slot.centerId)
      const words = wordsOf(req)
      const { where: _where, ...open } = slot
      return {
        facts: slotFacts(open, center, words).filter((_, at) => at < 3),
        waiting: lineOf(slot).length,
        priority: slot.priority ?? null,
        demonstration: slot.demonstration,
        consent: words.href(`${paths.newConsent}?purpose=referral&party=${slot.centerId}`),
        back: words.href(to(paths.centerSlots, { id: slot.centerId })),
      }
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
        consent: words.href(`${paths.newConsent}?purpose=referral&party=${slot.centerId}`),
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
