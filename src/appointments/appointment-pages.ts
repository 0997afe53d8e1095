import type { Request } from 'express'
import { findCenter, findCentersByIds } from '../centers/center-store.js'
import { filtersOf, pageLinks } from '../http/list.js'
import { page } from '../http/page.js'
import { parse, parseParams } from '../http/parse.js'
import { paths, to } from '../http/paths.js'
import { actorOf, pageRoutes, visitorOf } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import { mailSoon } from '../messages/deliver-mail.js'
import { notAllowed, notFound } from '../problems.js'
import type { World } from '../world.js'
import {
  bookForm,
  cancelForm,
  idParams,
  moveForm,
  moveQuery,
  ownQuery,
  slotsQuery,
} from './appointment-input.js'
import {
  appointmentPage,
  icsFile,
  ownRow,
  slotFacts,
  slotOption,
  slotRow,
} from './appointment-view.js'
import { bookAppointment } from './book-appointment.js'
import { cancelAppointment, moveAppointment } from './change-appointment.js'
import { contactsIn, listFree, listOwn, listSlots, toCall, unseenUnmailed } from './list-slots.js'
import { linePages, offeredTime } from './line-pages.js'
import { readAppointment, seeAppointment } from './read-appointment.js'
import { isInLine } from './slot.js'
import { unseenNote, callRows } from './unseen-view.js'
import { unseenBy } from './unseen.js'

const idOf = (req: Request) => parseParams(idParams, req.params).id

const ownLearner = (req: Request): string => {
  const { learnerId } = actorOf(req)
  if (learnerId === undefined) throw notAllowed('appointments:problem.learnersOnly')
  return learnerId
}

/** Choosing a time at a center, and one's own appointments; the page of one appointment is for both sides. */
export function appointmentPages({ ports, config }: World) {
  const routes = pageRoutes()

  routes.get(paths.centerSlots, 'see centers', async (req, res) => {
    const query = parse(slotsQuery, filtersOf(req))
    const { center, items, next } = await listSlots(idOf(req), query, ports.now())
    const [words, mayBook] = [wordsOf(req), visitorOf(req)?.learnerId !== undefined]
    page(req, res, 'appointments/slots', {
      title: 'appointments:slots.title',
      titleParams: { center: center.name },
      back: words.href(to(paths.center, { id: center.id })),
      from: query.from ?? '',
      mayBook,
      demonstration: items.some((slot) => slot.demonstration),
      rows: items.map((slot) => slotRow(slot, mayBook, words)),
      pages: pageLinks(req, next),
    })
  })

  routes.get(paths.appointments, 'book appointments', async (req, res) => {
    const query = parse(ownQuery, filtersOf(req))
    const learnerId = ownLearner(req)
    const { items, next } = await listOwn(learnerId, query)
    const centers = await findCentersByIds(items.map(({ centerId }) => centerId))
    const rows = items.flatMap((slot) =>
      slot.bookings
        .filter((booking) => booking.learnerId === learnerId)
        .reverse()
        .map((booking) => ownRow({ slot, booking }, centers.get(slot.centerId), wordsOf(req))),
    )
    const notes = unseenBy(learnerId, items).map((one) =>
      unseenNote(one, centers.get(one.slot.centerId)?.name ?? '', wordsOf(req)),
    )
    const links = pageLinks(req, next)
    page(req, res, 'appointments/own', {
      title: 'appointments:own.title',
      notes,
      rows,
      links,
      paths,
    })
  })

  routes.form(paths.bookSlot, 'book appointments', {
    view: 'appointments/book',
    title: 'appointments:book.title',
    schema: bookForm,
    show: async (req) => (await offeredTime(req)).shown,
    submit: async (_form, req) => {
      const { booking } = await bookAppointment(actorOf(req), idOf(req), ports)
      mailSoon()
      const path = to(paths.appointment, { id: booking.id })
      return { to: path, notice: 'appointments:notice.booked' }
    },
  })

  routes.get(paths.appointment, 'see appointments', async (req, res) => {
    const { side, ...found } = await seeAppointment(actorOf(req), idOf(req))
    const { slot, booking } = found
    const [words, now] = [wordsOf(req), ports.now()]
    const seen = { ...slot, bookings: [booking] }
    const known =
      side === 'center'
        ? await contactsIn(actorOf(req), slot.centerId, [seen], now, 'view')
        : new Map<string, never>()
    const center = await findCenter(slot.centerId)
    const name = known.get(booking.learnerId)?.name
    const shown = appointmentPage(found, side, center, name, now, words)
    const calls = callRows(unseenUnmailed(seen, known), words)
    page(req, res, 'appointments/show', { title: 'appointments:show.title', shown, calls })
  })

  routes.get(paths.appointmentIcs, 'see appointments', async (req, res) => {
    const found = await readAppointment(actorOf(req), idOf(req))
    if (isInLine(found.booking)) throw notFound('appointments:problem.unknown')
    const center = await findCenter(found.slot.centerId)
    const text = icsFile(found, center, config.baseUrl, ports.now(), wordsOf(req))
    res.attachment('appointment.ics').set('Cache-Control', 'private, no-store')
    res.type('text/calendar; charset=utf-8').send(text)
  })

  const factsOf = async (req: Request) => {
    const { slot, side, booking } = await readAppointment(actorOf(req), idOf(req))
    const center = await findCenter(slot.centerId)
    const words = wordsOf(req)
    const back = words.href(to(paths.appointment, { id: idOf(req) }))
    const isWaiting = isInLine(booking)
    const facts = slotFacts(slot, center, words)
    return { slot, booking, side, words, facts, back, isWaiting }
  }

  routes.form(paths.cancelAppointment, 'see appointments', {
    view: 'appointments/cancel',
    title: 'appointments:cancel.title',
    schema: cancelForm,
    show: async (req) => {
      const { slot, booking, words, ...shown } = await factsOf(req)
      const title = `appointments:${shown.isWaiting ? 'line.leave' : 'cancel.title'}`
      const isStaff = shown.side === 'center'
      const called = isStaff ? await toCall(actorOf(req), slot, ports.now(), booking) : []
      return { ...shown, title, calls: callRows(called, words) }
    },
    submit: async ({ reason }, req) => {
      const { booking } = await readAppointment(actorOf(req), idOf(req))
      await cancelAppointment(actorOf(req), idOf(req), reason, ports)
      mailSoon()
      const path = to(paths.appointment, { id: idOf(req) })
      return { to: path, notice: `appointments:notice.${isInLine(booking) ? 'left' : 'cancelled'}` }
    },
  })

  routes.form(paths.moveAppointment, 'book appointments', {
    view: 'appointments/move',
    title: 'appointments:move.title',
    schema: moveForm,
    show: async (req) => {
      const query = parse(moveQuery, filtersOf(req))
      const { slot, facts, back, words } = await factsOf(req)
      const { items, next } = await listFree(slot.centerId, query, ports.now())
      const free = items.filter(({ id }) => id !== slot.id)
      const options = free.map((one) => slotOption(one, words))
      return { facts, back, from: query.from ?? '', options, pages: pageLinks(req, next) }
    },
    submit: async ({ slot }, req) => {
      const { booking } = await moveAppointment(actorOf(req), idOf(req), slot, ports)
      mailSoon()
      const path = to(paths.appointment, { id: booking.id })
      return { to: path, notice: 'appointments:notice.moved' }
    },
  })

  linePages(routes, ports)
  return routes
}
