import type { Request, Response } from 'express'
import { page } from '../http/page.js'
import { parse } from '../http/parse.js'
import { paths } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import type { World } from '../world.js'
import { buildChainFile } from './build-chain-file.js'
import { exportChain } from './export-chain.js'
import { exportPdf } from './export-pdf.js'
import { exportTranscript } from './export-transcript.js'
import { ownBadges } from './own-badges.js'
import { transcriptQuery } from './share-input.js'

/** A download that no cache keeps. */
function sendFile(res: Response, name: string, type: string, file: string | Buffer): void {
  res.set('Cache-Control', 'private, no-store').attachment(name).type(type).send(file)
}

/** Sends the record of whoever asks as a PDF. */
export const sendPdf = (world: World) => async (req: Request, res: Response) => {
  sendFile(res, 'record.pdf', 'pdf', await exportPdf(actorOf(req), wordsOf(req), world))
}

/** Sends it as one HTML file of signed, linked parts. */
export const sendChain = (world: World) => async (req: Request, res: Response) => {
  const words = wordsOf(req)
  const chain = await exportChain(actorOf(req), words, world)
  const { baseUrl } = world.config
  const file = await buildChainFile(chain, world.ports.now(), baseUrl, words)
  sendFile(res, 'record-with-signatures.html', 'html', file)
}

/** Sends a signed transcript of the badges that the query names. */
export const sendTranscript = (world: World) => async (req: Request, res: Response) => {
  const { credentials } = parse(transcriptQuery, req.query)
  const { t } = wordsOf(req)
  const name = (learner: string) => t('sharing:transcript.name', { name: learner })
  const transcript = await exportTranscript(credentials, name, actorOf(req), world)
  sendFile(res, 'transcript.json', 'application/vc+ld+json', JSON.stringify(transcript))
}

/** Taking the whole record along: to read, to hand in, and to be checked by anybody. */
export function takePages(world: World) {
  const routes = pageRoutes()

  routes.get(paths.takeRecord, 'take the record along', (req, res) => {
    page(req, res, 'sharing/take', { title: 'sharing:take.title', paths })
  })
  routes.get(paths.chooseTranscript, 'take the record along', async (req, res) => {
    const awards = (await ownBadges(actorOf(req))).filter(({ state }) => state === 'live')
    const badges = awards.map(({ id, name }) => ({ value: id, label: name }))
    page(req, res, 'sharing/transcript', { title: 'sharing:transcript.title', badges, paths })
  })
  routes.get(paths.recordPdf, 'take the record along', sendPdf(world))
  routes.get(paths.chain, 'take the record along', sendChain(world))
  routes.get(paths.transcript, 'take the record along', sendTranscript(world))

  return routes
}
