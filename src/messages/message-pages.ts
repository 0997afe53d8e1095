import type { Request, Response } from 'express'
import { managedCommunity } from '../access/managed-community.js'
import { communitiesOf } from '../access/actor.js'
import { decodeTimeCursor, filtersOf, pageLinks, pageOf } from '../http/list.js'
import { page, redirect } from '../http/page.js'
import { parse, parseParams } from '../http/parse.js'
import { paths } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import { notFound, refused } from '../problems.js'
import type { World } from '../world.js'
import { mailSoon } from './deliver-mail.js'
import { messageParams, messagesQuery } from './message-input.js'
import { findMessage, findMessages, reviveMessage } from './message-store.js'
import { messageRow, messageStateOptions, retryView } from './message-view.js'
import type { Message } from './message.js'

async function managedMessage(req: Request): Promise<Message> {
  const { id } = parseParams(messageParams, req.params)
  const message = await findMessage(id, communitiesOf(actorOf(req), 'manager'))
  if (!message) throw notFound()
  return message
}

async function showMessages(req: Request, res: Response) {
  const query = parse(messagesQuery, filtersOf(req))
  const communityId = managedCommunity(actorOf(req), query.community)
  const filter = { communityId, state: query.state }
  const rows = await findMessages(filter, query.limit + 1, decodeTimeCursor(query.cursor))
  const { items, next } = pageOf(rows, query.limit, (one) => [one.createdAt.getTime(), one.id])
  const words = wordsOf(req)
  page(req, res, 'messages/messages', {
    title: 'messages:list.title',
    query,
    rows: items.map((message) => messageRow(message, words)),
    states: messageStateOptions(words),
    pages: pageLinks(req, next),
    paths,
  })
}

/** The mails of a program and what became of them. */
export function messagePages({ ports }: World) {
  const routes = pageRoutes()
  routes.get(paths.messages, 'see messages', showMessages)
  routes.get(paths.retryMessage, 'see messages', async (req, res) => {
    const message = retryView(await managedMessage(req), wordsOf(req))
    page(req, res, 'messages/retry', { title: 'messages:retry.title', message, paths })
  })
  routes.post(paths.retryMessage, 'see messages', async (req, res) => {
    const { id } = await managedMessage(req)
    const own = communitiesOf(actorOf(req), 'manager')
    if (!(await reviveMessage(id, own, ports.now()))) throw refused('messages:problem.notDead')
    mailSoon()
    redirect(req, res, paths.messages, 'messages:notice.retried')
  })
  return routes
}
