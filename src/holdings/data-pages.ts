import { pipeline } from 'node:stream/promises'
import type { Request } from 'express'
import { languageOf } from '../http/language.js'
import { page, redirect } from '../http/page.js'
import { parseParams } from '../http/parse.js'
import { paths, to } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import { hurryJob } from '../jobs.js'
import { notFound } from '../problems.js'
import type { World } from '../world.js'
import { askForData } from './ask-for-data.js'
import { isFetchable } from './data-file.js'
import { findDataFile } from './data-file-store.js'
import { dataFilePage } from './data-view.js'
import { linkToData, openData } from './fetch-data.js'
import { fileParams, passwordOnly } from './holding-input.js'

const ownFile = (req: Request) => findDataFile(actorOf(req).learnerId ?? '')

/** A learner's own data: asked for, watched in the making, and fetched with the password. */
export function dataPages({ ports }: World) {
  const routes = pageRoutes()

  routes.get(paths.myData, 'take own data', async (req, res) => {
    const file = dataFilePage(await ownFile(req), ports.now(), wordsOf(req))
    page(req, res, 'holdings/data', { title: 'holdings:data.title', file, paths })
  })
  routes.post(paths.myData, 'take own data', async (req, res) => {
    await askForData(actorOf(req), languageOf(req), ports)
    await hurryJob('make data files')
    redirect(req, res, paths.myData)
  })

  routes.form(paths.fetchMyData, 'take own data', {
    view: 'holdings/fetch-data',
    title: 'holdings:fetch.title',
    schema: passwordOnly,
    show: async (req) => {
      if (!isFetchable(await ownFile(req), ports.now())) throw notFound('holdings:problem.noFile')
      return { paths }
    },
    submit: async ({ password }, req) =>
      to(paths.myDataFile, { token: await linkToData(password, actorOf(req), ports) }),
  })

  routes.get(paths.myDataFile, 'take own data', async (req, res) => {
    const { token } = parseParams(fileParams, req.params)
    const bytes = await openData(token, actorOf(req), ports)
    res.attachment('my-data.zip').set('Cache-Control', 'private, no-store')
    await pipeline(bytes, res)
  })

  return routes
}
