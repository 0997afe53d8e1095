import type { Request, Response } from 'express'
import { setPdf } from '../drawing/set-pdf.js'
import { page, redirect } from '../http/page.js'
import { parse, parseParams } from '../http/parse.js'
import { paths, to } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { sendDownload } from '../http/send-download.js'
import { wordsOf } from '../http/words.js'
import type { Problem } from '../problems.js'
import { downloadOf } from '../resumes/resume.js'
import type { World } from '../world.js'
import { openLinkedResume, openPacketResume } from './open-packet-resume.js'
import { openPacket } from './open-packet.js'
import { checkPacketLink, endPacketLink, makePacketLink, openPacketLink } from './packet-links.js'
import { linkForm, linkParams, openForm, tokenParams } from './packet-input.js'
import { linksPart } from './packet-link-view.js'
import { packetLinksOf } from './packet-link-store.js'
import { packetPaper } from './packet-paper-view.js'
import { packetView } from './packet-view.js'
import type { Packet } from './packet.js'
import { idParams } from './referral-input.js'
import { signPacket } from './sign-packet.js'

const idOf = (req: Request): string => parseParams(idParams, req.params).id

/** The packet of a referral: as a page, a PDF, signed JSON, and by a link that ends. */
export function packetPages(world: World) {
  const { ports, config } = world
  const routes = pageRoutes()

  const viewOf = (packet: Packet, req: Request, isByLink = false) =>
    packetView(packet, config.baseUrl, wordsOf(req), isByLink)

  const show = async (req: Request, res: Response, made?: string) => {
    const packet = await openPacket(actorOf(req), idOf(req), 'view', ports)
    const links = await packetLinksOf(packet.referral.id)
    page(req, res, 'referrals/packet', {
      title: 'packet:title',
      titleParams: { name: packet.record.learner.name },
      packet: viewOf(packet, req),
      links: linksPart(packet.referral.id, links, made, wordsOf(req), ports.now()),
      byLink: null,
    })
  }

  const sendPdf = async (packet: Packet, req: Request, res: Response) => {
    const words = wordsOf(req)
    const pdf = await setPdf(packetPaper(viewOf(packet, req), packet.program, words))
    res.set('Cache-Control', 'private, no-store').attachment('packet.pdf').type('pdf').send(pdf)
  }

  routes.get(paths.packet, 'read a referral', (req, res) => show(req, res))
  routes.get(paths.packetPdf, 'read a referral', async (req, res) =>
    sendPdf(await openPacket(actorOf(req), idOf(req), 'export', ports), req, res),
  )
  routes.get(paths.packetJson, 'read a referral', async (req, res) => {
    const packet = await openPacket(actorOf(req), idOf(req), 'export', ports)
    const signed = JSON.stringify(await signPacket(packet, world))
    res.set('Cache-Control', 'private, no-store').attachment('packet.json').type('json')
    res.send(signed)
  })
  routes.get(paths.packetResume, 'read a referral', async (req, res) => {
    const opened = await openPacketResume(actorOf(req), idOf(req), 'export', ports)
    sendDownload(res, downloadOf(opened))
  })

  routes.post(paths.packetLinks, 'answer a referral', async (req, res) => {
    const { days } = parse(linkForm, req.body)
    const { token } = await makePacketLink(actorOf(req), idOf(req), days, ports)
    await show(req, res, `${config.baseUrl}${to(paths.packetLink, { token })}`)
  })
  routes.post(paths.stopPacketLink, 'answer a referral', async (req, res) => {
    const { id, link } = parseParams(linkParams, req.params)
    await endPacketLink(actorOf(req), id, link, ports)
    redirect(req, res, to(paths.packet, { id }), 'packet:notice.stopped')
  })

  const tokenOf = (req: Request) => parseParams(tokenParams, req.params).token
  const quiet = (res: Response) =>
    res.set('X-Robots-Tag', 'noindex').set('Referrer-Policy', 'no-referrer')

  const askName = async (req: Request, res: Response, errors: Problem['errors'] = []) => {
    const { built, link } = await checkPacketLink(tokenOf(req), ports)
    req.wantsForm = true
    quiet(res)
    page(req, res, 'referrals/packet-link', {
      title: 'packet:link.title',
      center: built.packet.center.name,
      until: wordsOf(req).time(link.expiresAt),
      errors,
    })
  }

  routes.get(paths.packetLink, 'open a packet link', (req, res) => askName(req, res))
  routes.post(paths.packetLink, 'open a packet link', async (req, res) => {
    const read = openForm.safeParse(req.body)
    if (!read.success) {
      res.status(422)
      await askName(req, res, [{ field: 'name', message: 'packet:link.nameNeeded' }])
      return
    }
    const { name, format } = read.data
    quiet(res)
    if (format === 'resume') {
      sendDownload(res, downloadOf(await openLinkedResume(tokenOf(req), name, ports)))
      return
    }
    const packet = await openPacketLink(tokenOf(req), name, format, ports)
    if (format === 'pdf') {
      await sendPdf(packet, req, res)
      return
    }
    req.wantsForm = true
    page(req, res, 'referrals/packet', {
      title: 'packet:title',
      titleParams: { name: packet.record.learner.name },
      packet: viewOf(packet, req, true),
      links: null,
      byLink: { name },
    })
  })

  return routes
}
