import type {} from 'express-session'
import type { Request, Response } from 'express'
import { dayOf } from '../calendar.js'
import { drawQr } from '../drawing/draw-qr.js'
import { statusOf } from '../http/errors.js'
import { filtersOf } from '../http/list.js'
import { page, redirect } from '../http/page.js'
import { parse, parseParams } from '../http/parse.js'
import { paths, to, withQuery } from '../http/paths.js'
import { promised } from '../http/promised.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { idleMinutes, shareSession } from '../http/shared-session.js'
import { readSmallForm } from '../http/small-form.js'
import { wordsOf } from '../http/words.js'
import { firstName } from '../learners/learner.js'
import { Problem } from '../problems.js'
import type { World } from '../world.js'
import { cardForm, learnerCardParams, learnerCardQuery, lookForm } from './card-input.js'
import { cardAddress, cardFormPart, madePage, ownCardPage, statusPage } from './card-view.js'
import { lookUpCard } from './look-up-card.js'
import { learnerForCard, makeCardFor, makeOwnCard, type MadeCard } from './make-card.js'
import { readCardStatus } from './read-card-status.js'
import { ownCard, stopOwnCard } from './stop-card.js'

declare module 'express-session' {
  interface SessionData {
    /** Whose status this browser may see for a while: the hash of the code that was typed. */
    card?: { hash: string; until: string }
  }
}

const mendable = new Set(['invalid', 'malformed', 'too-large', 'too-many'])

/** Shows the question again with what is wrong; the code that was typed is not shown to whoever comes next. */
function askAgain(req: Request, res: Response, thrown: unknown) {
  if (!(thrown instanceof Problem) || !mendable.has(thrown.kind)) throw thrown
  const { message, params } = thrown.errors[0] ?? thrown
  if (thrown.kind === 'too-many') res.set('Retry-After', String(params?.['seconds'] ?? 60))
  res.status(statusOf(thrown))
  const errors = [{ field: 'code', message, ...(params && { params }) }]
  page(req, res, 'cards/look', { title: 'cards:look.title', errors, paths })
}

/** The code goes into the session and not into an address or a form that can be sent again. It signs nobody in. */
async function keepLook(req: Request, hash: string, now: Date) {
  if (!req.user) {
    await promised((done) => req.session.regenerate(done))
    shareSession(req, now)
  }
  const until = new Date(now.getTime() + idleMinutes * 60_000)
  req.session.card = { hash, until: until.toISOString() }
}

/** Printed cards: the learner's own, one that staff print, and the public page where a code is typed. */
export function cardPages(world: World) {
  const { ports, config } = world
  const routes = pageRoutes()
  const today = () => dayOf(ports.now())

  const showMade = async (req: Request, res: Response, made: MadeCard) => {
    const address = cardAddress(config.baseUrl, wordsOf(req))
    const card = madePage(made, await drawQr(address), address, wordsOf(req))
    page(req, res, 'cards/made', { title: 'cards:made.title', card })
    return undefined
  }

  routes.form(paths.myCard, 'make own card', {
    view: 'cards/own',
    title: 'cards:own.title',
    schema: cardForm,
    show: async (req) => {
      const actor = actorOf(req)
      const name = firstName(actor.name)
      return { ...ownCardPage(await ownCard(actor), name, today(), wordsOf(req)), paths }
    },
    submit: async (asked, req, res) =>
      showMade(req, res, await makeOwnCard(actorOf(req), asked, world)),
  })
  routes.post(paths.stopMyCard, 'make own card', async (req, res) => {
    await stopOwnCard(actorOf(req), ports)
    redirect(req, res, paths.myCard, 'cards:notice.stopped')
  })

  routes.form(paths.learnerCard, 'print cards', {
    view: 'cards/for-learner',
    title: 'cards:forLearner.title',
    schema: cardForm,
    show: async (req) => {
      const [center, now] = [askedCenter(req), ports.now()]
      const { learner } = await learnerForCard(actorOf(req), idOf(req), now, center)
      const person = withQuery(to(paths.staffLearner, { id: learner.id }), { center })
      const back = { href: wordsOf(req).href(person) }
      const form = cardFormPart(firstName(learner.name), wordsOf(req))
      return { titleParams: { name: learner.name }, back: { ...back, text: learner.name }, form }
    },
    submit: async (form, req, res) => {
      const asked = { ...form, center: askedCenter(req) }
      return showMade(req, res, await makeCardFor(actorOf(req), idOf(req), asked, world))
    },
  })

  routes.get(paths.card, 'look with a card', (req, res) => {
    page(req, res, 'cards/look', { title: 'cards:look.title', paths })
  })
  routes.question(paths.card, 'look with a card', async (req, res) => {
    try {
      const { fields } = await readSmallForm(req, { file: 1024, field: 1024 })
      const hash = await lookUpCard(parse(lookForm, fields).code, req.ip ?? '', world)
      await keepLook(req, hash, ports.now())
      redirect(req, res, paths.cardStatus)
    } catch (thrown) {
      askAgain(req, res, thrown)
    }
  })
  routes.get(paths.cardStatus, 'look with a card', (req, res) => showStatus(req, res, world))

  return routes
}

const idOf = (req: Request): string => parseParams(learnerCardParams, req.params).id

const askedCenter = (req: Request) => parse(learnerCardQuery, filtersOf(req)).center

async function showStatus(req: Request, res: Response, { ports }: World) {
  const { card } = req.session
  const now = ports.now()
  if (!card || now.toISOString() >= card.until) {
    redirect(req, res, paths.card)
    return
  }
  try {
    const status = statusPage(await readCardStatus(card.hash, ports), now, wordsOf(req))
    page(req, res, 'cards/status', { title: 'cards:status.title', status })
  } catch (thrown) {
    delete req.session.card
    askAgain(req, res, thrown)
  }
}
