import { dayOf } from '../calendar.js'
import { apiRoutes } from '../http/api.js'
import { actorOf } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import { notFound } from '../problems.js'
import type { World } from '../world.js'
import { cardBody, learnerCardBody, learnerCardParams, lookForm } from './card-input.js'
import {
  cardAddress,
  cardAnswer,
  cardJson,
  madeAnswer,
  madeJson,
  statusAnswer,
  statusJson,
} from './card-view.js'
import { lookUpCard } from './look-up-card.js'
import { makeCardFor, makeOwnCard } from './make-card.js'
import { readCardStatus } from './read-card-status.js'
import { ownCard, stopOwnCard } from './stop-card.js'

/** Printed cards for outside tools: a center's card printer, a kiosk that reads codes. */
export function cardApi(world: World) {
  const { ports, config } = world
  const routes = apiRoutes()

  routes.add({
    method: 'post',
    path: '/me/card',
    action: 'make own card',
    summary:
      'Makes a card that works for 30, 90 (unless given) or 180 days; the one before works no more. Its code is told this once.',
    body: cardBody,
    answer: madeAnswer,
    status: 201,
    errors: [422],
    handle: async ({ body, req }) =>
      madeJson(
        await makeOwnCard(actorOf(req), body, world),
        cardAddress(config.baseUrl, wordsOf(req)),
      ),
  })

  routes.add({
    method: 'get',
    path: '/me/card',
    action: 'make own card',
    summary: "The learner's card, live or not, without its code.",
    answer: cardAnswer,
    errors: [404],
    handle: async ({ req }) => {
      const card = await ownCard(actorOf(req))
      if (!card) throw notFound()
      return cardJson(card, dayOf(ports.now()))
    },
  })

  routes.add({
    method: 'delete',
    path: '/me/card',
    action: 'make own card',
    summary: 'Stops the card at once. Again changes nothing.',
    status: 204,
    handle: async ({ req }) => stopOwnCard(actorOf(req), ports),
  })

  routes.add({
    method: 'post',
    path: '/learners/{id}/card',
    action: 'print cards',
    summary:
      'Makes a card for a learner whose live consent lets the center see progress; it works as long as that consent. `center`: for who works at several.',
    params: learnerCardParams,
    body: learnerCardBody,
    answer: madeAnswer,
    status: 201,
    errors: [404, 422],
    handle: async ({ params, body, req }) =>
      madeJson(
        await makeCardFor(actorOf(req), params.id, body, world),
        cardAddress(config.baseUrl, wordsOf(req)),
      ),
  })

  routes.add({
    method: 'post',
    path: '/card-status',
    action: 'look with a card',
    summary:
      'Where the holder of a card stands, by its code. A wrong, ended or stopped code is the same 422; guesses have to wait.',
    body: lookForm,
    answer: statusAnswer,
    errors: [422],
    handle: async ({ body, req }) => {
      const hash = await lookUpCard(body.code, req.ip ?? '', world)
      return statusJson(await readCardStatus(hash, ports), wordsOf(req))
    },
  })

  return routes
}
