import type { Request } from 'express'
import { parseParams } from '../http/parse.js'
import { paths, to } from '../http/paths.js'
import { actorOf, type pageRoutes } from '../http/route.js'
import { wordsOf, type Words } from '../http/words.js'
import { mailSoon } from '../messages/deliver-mail.js'
import type { Ports } from '../ports.js'
import { idParams, orderForm } from './appointment-input.js'
import { slotFacts } from './appointment-view.js'
import { mostInSeries, orderLine } from './order-line.js'
import { readOwnSlot } from './read-appointment.js'
import { laterInSeries } from './slot-store.js'
import { lineOf } from './waiting.js'

const idOf = (req: Request) => parseParams(idParams, req.params).id

/** Whom a time may serve first when it is full. */
export const orderOptions = ({ t }: Words) =>
  ['', 'adult', 'other'].map((value) => ({
    value,
    label: t(`appointments:priority.order.${value || 'none'}`),
  }))

/** Saying who comes first in line for a time that is offered already. */
export function orderPages(routes: ReturnType<typeof pageRoutes>, ports: Pick<Ports, 'now'>): void {
  routes.form(paths.orderSlot, 'offer appointments', {
    view: 'appointments/order',
    title: 'appointments:priority.title',
    schema: orderForm,
    show: async (req) => {
      const slot = await readOwnSlot(actorOf(req), idOf(req))
      const words = wordsOf(req)
      return {
        facts: slotFacts(slot, undefined, words).slice(0, 1),
        orders: orderOptions(words),
        value: slot.priority ?? '',
        waiting: lineOf(slot).length,
        later: (await laterInSeries(slot, mostInSeries)).length,
        back: words.href(to(paths.slot, { id: slot.id })),
      }
    },
    submit: async (form, req) => {
      const count = await orderLine(actorOf(req), idOf(req), form, ports)
      mailSoon()
      const notice = count > 1 ? 'manyOrdered' : 'ordered'
      return { to: to(paths.slot, { id: idOf(req) }), notice: `appointments:notice.${notice}` }
    },
  })
}
