import type { Request } from 'express'
import { addDays } from '../calendar.js'
import { findCenter } from '../centers/center-store.js'
import { unlistedCenter } from '../centers/unlisted-center.js'
import { filtersOf, pageLinks } from '../http/list.js'
import { page, redirect } from '../http/page.js'
import { parse, parseParams } from '../http/parse.js'
import { paths, to, withQuery } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf, type Words } from '../http/words.js'
import { mailSoon } from '../messages/deliver-mail.js'
import { deskOf, desksOf } from '../referrals/desk.js'
import type { World } from '../world.js'
import {
  calendarQuery,
  cancelSlotForm,
  idParams,
  markForm,
  offerForm,
  offerQuery,
  slotForm,
} from './appointment-input.js'
import { slotFacts } from './appointment-view.js'
import { bookingRow, calendarRow, inOrder, orderFact, slotValues } from './calendar-view.js'
import { markAppointment } from './change-appointment.js'
import { cancelSlot, changeSlot } from './change-slot.js'
import { contactsIn, openCalendar, toCall, unseenUnmailed, type Calendar } from './list-slots.js'
import { offerSlots } from './offer-slots.js'
import { orderOptions, orderPages } from './order-pages.js'
import { readAppointment, readOwnSlot } from './read-appointment.js'
import { mayBeCorrected, modes } from './slot.js'
import { callRows } from './unseen-view.js'

const idOf = (req: Request) => parseParams(idParams, req.params).id

const modeOptions = ({ t }: Words) =>
  modes.map((value) => ({ value, label: t(`appointments:mode.${value}`) }))

/** At which of one's centers the page is asked for. */
const askedCenter = (req: Request) => parse(offerQuery, filtersOf(req)).center

/** Links to the day or week before and after, keeping the view. */
function stepsOf(
  { first, last, today }: Calendar,
  query: { readonly view: string; readonly center?: string | undefined },
  { href }: Words,
) {
  const { view, center } = query
  const link = (on: string) => href(withQuery(paths.calendar, { view, center, on }))
  const other = view === 'week' ? 'day' : 'week'
  return {
    before: link(addDays(first, view === 'week' ? -7 : -1)),
    after: link(addDays(last, 1)),
    today: link(today),
    other: {
      view: other,
      href: href(withQuery(paths.calendar, { view: other, center, on: first })),
    },
  }
}

/** The staff's side: their calendar, offering times, changing and cancelling them, and saying who came. */
export function calendarPages({ ports }: World) {
  const routes = pageRoutes()

  routes.get(paths.calendar, 'offer appointments', async (req, res) => {
    const query = parse(calendarQuery, filtersOf(req))
    const id = deskOf(actorOf(req), query.center).organizationId
    if (await unlistedCenter(id)) {
      redirect(req, res, to(paths.editCenter, { id }), 'centers:notice.first')
      return
    }
    const calendar = await openCalendar(actorOf(req), query, ports)
    const words = wordsOf(req)
    page(req, res, 'appointments/calendar', {
      title: 'appointments:calendar.title',
      center: calendar.center.name,
      span: words.t('appointments:calendar.span', {
        first: words.day(calendar.first),
        last: words.day(calendar.last),
      }),
      demonstration: calendar.slots.some((slot) => slot.demonstration),
      rows: calendar.slots.map((slot) => calendarRow(slot, calendar.names, words)),
      steps: stepsOf(calendar, query, words),
      pages: pageLinks(req, calendar.next),
      offer: words.href(withQuery(paths.offerSlots, { center: query.center })),
    })
  })

  routes.form(paths.offerSlots, 'offer appointments', {
    view: 'appointments/offer',
    title: 'appointments:offer.title',
    schema: offerForm,
    show: async (req) => {
      const asked = askedCenter(req)
      const center = await findCenter(deskOf(actorOf(req), asked).organizationId)
      const words = wordsOf(req)
      return {
        modes: modeOptions(words),
        orders: orderOptions(words),
        center: center?.name ?? '',
        back: words.href(withQuery(paths.calendar, { center: asked })),
      }
    },
    submit: async (form, req) => {
      const center = form.center ?? askedCenter(req)
      const { slots, refused } = await offerSlots(actorOf(req), { ...form, center }, ports)
      const path = withQuery(paths.calendar, { on: form.startsOn, center })
      const notice =
        refused.length > 0 ? 'someOffered' : slots.length > 1 ? 'manyOffered' : 'offered'
      return { to: path, notice: `appointments:notice.${notice}` }
    },
  })

  routes.get(paths.slot, 'offer appointments', async (req, res) => {
    const slot = await readOwnSlot(actorOf(req), idOf(req))
    const known = await contactsIn(actorOf(req), slot.centerId, [slot], ports.now(), 'view')
    const words = wordsOf(req)
    const isToCome = slot.state === 'open' && slot.startsAt > ports.now()
    const chosen = desksOf(actorOf(req)).length > 1 ? slot.centerId : undefined
    const link = (path: string) => words.href(to(path, { id: slot.id }))
    page(req, res, 'appointments/slot', {
      title: 'appointments:slot.title',
      cancelled: slot.state === 'cancelled' ? (slot.reason ?? '') : null,
      demonstration: slot.demonstration,
      facts: [
        ...slotFacts(slot, await findCenter(slot.centerId), words),
        ...orderFact(slot, words),
      ],
      calls: callRows(unseenUnmailed(slot, known), words),
      rows: inOrder(slot).map((one) => bookingRow(one, known.get(one.learnerId)?.name, words)),
      change: isToCome ? link(paths.changeSlot) : null,
      order: isToCome ? link(paths.orderSlot) : null,
      cancel: isToCome ? link(paths.cancelSlot) : null,
      calendar: words.href(withQuery(paths.calendar, { center: chosen })),
    })
  })

  const back = (req: Request) => wordsOf(req).href(to(paths.slot, { id: idOf(req) }))

  routes.form(paths.changeSlot, 'offer appointments', {
    view: 'appointments/change',
    title: 'appointments:change.title',
    schema: slotForm,
    show: async (req) => {
      const slot = await readOwnSlot(actorOf(req), idOf(req))
      const words = wordsOf(req)
      const calls = callRows(await toCall(actorOf(req), slot, ports.now()), words)
      return { slot: slotValues(slot), modes: modeOptions(words), calls, back: back(req) }
    },
    submit: async (form, req) => {
      await changeSlot(actorOf(req), idOf(req), form, ports)
      mailSoon()
      return { to: to(paths.slot, { id: idOf(req) }), notice: 'appointments:notice.changed' }
    },
  })

  routes.form(paths.cancelSlot, 'offer appointments', {
    view: 'appointments/cancel-slot',
    title: 'appointments:cancelSlot.title',
    schema: cancelSlotForm,
    show: async (req) => {
      const slot = await readOwnSlot(actorOf(req), idOf(req))
      const center = await findCenter(slot.centerId)
      const words = wordsOf(req)
      const calls = callRows(await toCall(actorOf(req), slot, ports.now()), words)
      return { facts: slotFacts(slot, center, words), calls, back: back(req) }
    },
    submit: async ({ reason }, req) => {
      await cancelSlot(actorOf(req), idOf(req), reason, ports)
      mailSoon()
      return { to: to(paths.slot, { id: idOf(req) }), notice: 'appointments:notice.slotCancelled' }
    },
  })

  orderPages(routes, ports)

  routes.form(paths.markAppointment, 'offer appointments', {
    view: 'appointments/mark',
    title: 'appointments:mark.title',
    schema: markForm,
    show: async (req) => {
      const { slot, booking } = await readAppointment(actorOf(req), idOf(req))
      const own = await readOwnSlot(actorOf(req), slot.id)
      const words = wordsOf(req)
      return {
        was: mayBeCorrected(booking, ports.now()) ? booking.state : 'booked',
        facts: slotFacts(own, await findCenter(own.centerId), words),
        back: words.href(to(paths.appointment, { id: idOf(req) })),
      }
    },
    submit: async ({ state, was }, req) => {
      const { slot } = await markAppointment(actorOf(req), idOf(req), state, ports, was)
      return { to: to(paths.slot, { id: slot.id }), notice: 'appointments:notice.marked' }
    },
  })

  return routes
}
