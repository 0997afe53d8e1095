import { z } from 'zod'
import type { Actor } from '../access/actor.js'
import { apiRoutes, listAnswer } from '../http/api.js'
import { actorOf } from '../http/route.js'
import { mailSoon } from '../messages/deliver-mail.js'
import type { Ports } from '../ports.js'
import type { World } from '../world.js'
import {
  appointmentsQuery,
  bookBody,
  cancelSlotForm,
  changeBody,
  idParams,
  offerForm,
  orderForm,
  slotForm,
  slotsQuery,
  waitForm,
  type ChangeBody,
} from './appointment-input.js'
import { appointmentAnswer, appointmentJson, slotAnswer, slotJson } from './appointment-view.js'
import { bookAppointment } from './book-appointment.js'
import { cancelAppointment, markAppointment, moveAppointment } from './change-appointment.js'
import { cancelSlot, changeSlot } from './change-slot.js'
import { listAppointments } from './list-appointments.js'
import { listSlots } from './list-slots.js'
import { offerSlots } from './offer-slots.js'
import { joinLine } from './join-line.js'
import { orderLine } from './order-line.js'
import { readOwnSlot } from './read-appointment.js'
import { takeOffer } from './take-offer.js'

const change = (actor: Actor, id: string, asked: ChangeBody, ports: Pick<Ports, 'now'>) => {
  switch (asked.change) {
    case 'cancel':
      return cancelAppointment(actor, id, asked.reason, ports)
    case 'move':
      return moveAppointment(actor, id, asked.slot, ports)
    case 'take':
      return takeOffer(actor, id, ports)
    default:
      return markAppointment(actor, id, asked.change, ports, asked.was)
  }
}

/** Slots and appointments for outside tools. */
export function appointmentApi({ ports }: World) {
  const routes = apiRoutes()

  routes.add({
    method: 'get',
    path: '/centers/{id}/slots',
    action: 'see centers',
    summary: 'Times to come at a center, earliest first; full and cancelled ones too.',
    params: idParams,
    query: slotsQuery,
    answer: listAnswer(slotAnswer),
    errors: [404, 422],
    handle: async ({ params, query }) => {
      const { items, next } = await listSlots(params.id, query, ports.now())
      return { items: items.map(slotJson), next }
    },
  })

  routes.add({
    method: 'post',
    path: '/slots',
    action: 'offer appointments',
    summary:
      'Offers a time once or weekly, by the clock of the center; days that do not work are named.',
    body: offerForm,
    answer: z.object({
      slots: z.array(slotAnswer),
      refused: z.array(z.object({ on: z.string(), field: z.string(), message: z.string() })),
    }),
    status: 201,
    errors: [403, 404, 409, 422],
    handle: async ({ req, body }) => {
      const { slots, refused } = await offerSlots(actorOf(req), body, ports)
      return { slots: slots.map(slotJson), refused }
    },
  })

  routes.add({
    method: 'put',
    path: '/slots/{id}',
    action: 'offer appointments',
    summary: 'Changes a time to come; `version` is the one that was looked at.',
    params: idParams,
    body: slotForm,
    answer: slotAnswer,
    errors: [404, 409, 422],
    handle: async ({ req, params, body }) => {
      await changeSlot(actorOf(req), params.id, body, ports)
      mailSoon()
      return slotJson(await readOwnSlot(actorOf(req), params.id))
    },
  })

  routes.add({
    method: 'put',
    path: '/slots/{id}/line',
    action: 'offer appointments',
    summary:
      'Says who comes first in line, also for the later times of the series; those who wait are told. No `priority`: whoever asked first.',
    params: idParams,
    body: orderForm,
    answer: slotAnswer,
    errors: [404, 409, 422],
    handle: async ({ req, params, body }) => {
      await orderLine(actorOf(req), params.id, body, ports)
      mailSoon()
      return slotJson(await readOwnSlot(actorOf(req), params.id))
    },
  })

  routes.add({
    method: 'post',
    path: '/slots/{id}/cancellations',
    action: 'offer appointments',
    summary: 'Cancels a time to come with every place in it; the learners are told the reason.',
    params: idParams,
    body: cancelSlotForm,
    answer: slotAnswer,
    status: 201,
    errors: [404, 409, 422],
    handle: async ({ req, params, body }) => {
      await cancelSlot(actorOf(req), params.id, body.reason, ports)
      mailSoon()
      return slotJson(await readOwnSlot(actorOf(req), params.id))
    },
  })

  routes.add({
    method: 'get',
    path: '/appointments',
    action: 'see appointments',
    summary:
      'A learner’s own, latest first; for staff those to come at their center, earliest first.',
    query: appointmentsQuery,
    answer: listAnswer(appointmentAnswer),
    errors: [422],
    handle: async ({ req, query }) => {
      const { items, next, names } = await listAppointments(actorOf(req), query, ports)
      const json = items.map((one) => appointmentJson(one, names.get(one.booking.learnerId)))
      return { items: json, next }
    },
  })

  routes.add({
    method: 'post',
    path: '/appointments',
    action: 'book appointments',
    summary: 'Takes a place in a slot; needs consent to that center (contact).',
    body: bookBody,
    answer: appointmentAnswer,
    status: 201,
    errors: [404, 409, 422],
    handle: async ({ req, body }) => {
      const booked = await bookAppointment(actorOf(req), body.slot, ports)
      mailSoon()
      return appointmentJson(booked, actorOf(req).name)
    },
  })

  routes.add({
    method: 'post',
    path: '/slots/{id}/waiting',
    action: 'book appointments',
    summary:
      'Waits for a place in a full slot; again, it may only move up. Where the slot serves by priority, say what applies.',
    params: idParams,
    body: waitForm,
    answer: appointmentAnswer,
    status: 201,
    errors: [403, 404, 409, 422],
    handle: async ({ req, params, body }) => {
      const waiting = await joinLine(actorOf(req), params.id, body, ports)
      mailSoon()
      return appointmentJson(waiting, actorOf(req).name)
    },
  })

  routes.add({
    method: 'post',
    path: '/appointments/{id}/changes',
    action: 'see appointments',
    summary:
      'Cancels or moves an appointment, takes an offered place, leaves a line, or says whether the learner came; for seven days that can be corrected, with `was` as it stood.',
    params: idParams,
    body: changeBody,
    answer: appointmentAnswer,
    status: 201,
    errors: [403, 404, 409, 422],
    handle: async ({ req, params, body }) => {
      const actor = actorOf(req)
      const changed = await change(actor, params.id, body, ports)
      mailSoon()
      const isOwn = actor.learnerId === changed.booking.learnerId
      return appointmentJson(changed, isOwn ? actor.name : undefined)
    },
  })

  return routes
}
