import type { Request, Response } from 'express'
import { z } from 'zod'
import { findBadge } from '../badges/badge-store.js'
import { page } from '../http/page.js'
import { parse, parseParams, slugText } from '../http/parse.js'
import { paths } from '../http/paths.js'
import { pageRoutes, visitorOf } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import { notFound } from '../problems.js'
import type { World } from '../world.js'
import { bakeCredential } from './bake-credential.js'
import { acceptedTypes, typeOfForm, type CredentialForm } from './credential-file.js'
import { credentialPage } from './credential-page-view.js'
import { openCredential, type OpenedCredential } from './open-credential.js'
import { readCredentialPage } from './read-credential-page.js'
import { readPicture, type PictureFormat } from '../drawing/read-picture.js'
import { credentialParams, credentialQuery } from './share-input.js'

const slugParams = z.strictObject({ slug: slugText })
const versionQuery = z.object({
  version: z.coerce.number().int().positive().optional().catch(undefined),
})

/** A picture is never run as a document of ours, whatever is baked into it. */
const pictureRules = "default-src 'none'; sandbox"

async function sendPicture(req: Request, res: Response, as: PictureFormat) {
  const { slug } = parseParams(slugParams, req.params)
  const badge = await findBadge(slug, parse(versionQuery, req.query).version)
  if (!badge) throw notFound()
  res.set('Cache-Control', 'public, max-age=3600').set('Content-Security-Policy', pictureRules)
  res.type(typeOfForm[as]).send(await readPicture(badge, as))
}

/** The types to choose from, what is usual first: at the API that is the signed document, and never a page. */
const typesFor = (usual: CredentialForm): string[] => {
  const types = Object.keys(acceptedTypes)
  return usual === 'page' ? types : types.filter((type) => acceptedTypes[type] !== 'page')
}

/** Opens the credential that the address names, in the form that its suffix or else the Accept header asks for. */
export async function openAsked(req: Request, usual: CredentialForm, world: World) {
  const { id, suffix } = parseParams(credentialParams, req.params).id
  const type = req.accepts(typesFor(usual))
  const form = suffix ?? (type === false ? usual : (acceptedTypes[type] ?? usual))
  const asked = {
    id,
    format: form,
    channel: usual === 'json' ? 'api' : form === 'page' ? 'view' : 'export',
    through: parse(credentialQuery, req.query).share,
    counts: req.method !== 'HEAD',
  } as const
  const opened = await openCredential(asked, visitorOf(req), world)
  return { form, opened, type: suffix === undefined && type !== false ? type : undefined }
}

/** Sends an opened credential as a file. What is shared may be read by other sites' scripts too: it is public. */
export async function sendCredential(
  req: Request,
  res: Response,
  opened: OpenedCredential,
  form: Exclude<CredentialForm, 'page'>,
  type = typeOfForm[form],
): Promise<void> {
  const file = await bakeCredential(opened, form)
  res.vary('Accept').set('X-Robots-Tag', 'noindex')
  res.set('Cache-Control', req.user ? 'private, no-store' : 'no-cache')
  if (opened.by === 'share') res.set('Access-Control-Allow-Origin', '*')
  if (form === 'png' || form === 'svg') res.set('Content-Security-Policy', pictureRules)
  res.set('Content-Disposition', `inline; filename="${opened.award.badge}.${form}"`)
  res.type(type === 'text/plain' ? 'text/plain; charset=utf-8' : type).send(file)
}

/** One credential, for people and in every signed form; and the pictures of badges. */
export function credentialPages(world: World) {
  const routes = pageRoutes()

  routes.get(paths.credential, 'see credentials', async (req, res) => {
    const { form, opened, type } = await openAsked(req, 'page', world)
    if (form !== 'page') return sendCredential(req, res, opened, form, type)
    const read = await readCredentialPage(opened, world.config.baseUrl)
    const credential = credentialPage(read, wordsOf(req))
    res.vary('Accept').set('X-Robots-Tag', 'noindex')
    page(req, res, 'sharing/show', { title: credential.title, credential })
  })

  routes.get(paths.badgePicture, 'see badges', (req, res) => sendPicture(req, res, 'svg'))
  routes.get(paths.badgePicturePng, 'see badges', (req, res) => sendPicture(req, res, 'png'))

  return routes
}
