import type { Request } from 'express'
import { z } from 'zod'
import { organizationNames } from '../access/organization-names.js'
import { findBadges } from '../badges/badge-store.js'
import { page } from '../http/page.js'
import { parseParams } from '../http/parse.js'
import { paths } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import { notFound } from '../problems.js'
import type { World } from '../world.js'
import { endorseBadge, endorsersOf, ownEndorsement, withdrawEndorsement } from './endorse-badge.js'
import { endorsementBody, endorsementParams } from './endorsement-input.js'
import { endorsementsBy, findEndorsement } from './endorsement-store.js'
import { endorsementFields, endorsementRow } from './endorsement-view.js'

const idOf = (req: Request) => parseParams(endorsementParams, req.params).id

/** Colleges and employers endorse badges; the signed documents are public. */
export function endorsementPages(world: World) {
  const routes = pageRoutes()
  routes.get(paths.endorsements, 'endorse badges', async (req, res) => {
    const [own, badges] = await Promise.all([
      endorsementsBy(endorsersOf(actorOf(req))),
      findBadges(),
    ])
    const rows = own.map((one) => endorsementRow(one, badges, wordsOf(req)))
    page(req, res, 'credentials/endorsements', { title: 'credentials:endorse.title', rows, paths })
  })
  routes.form(paths.newEndorsement, 'endorse badges', {
    view: 'credentials/endorse',
    title: 'credentials:endorse.new',
    schema: endorsementBody,
    show: async (req) => {
      const names = await organizationNames(endorsersOf(actorOf(req)))
      return { fields: endorsementFields(await findBadges(), names, wordsOf(req)), paths }
    },
    submit: async (wanted, req) => {
      await endorseBadge(actorOf(req), wanted, world)
      return { to: paths.endorsements, notice: 'credentials:notice.endorsed' }
    },
  })
  routes.form(paths.withdrawEndorsement, 'endorse badges', {
    view: 'credentials/withdraw-endorsement',
    title: 'credentials:endorse.withdrawTitle',
    schema: z.strictObject({}),
    show: async (req) => {
      const { badge: slug, comment } = await ownEndorsement(actorOf(req), idOf(req))
      const badge = (await findBadges()).find((one) => one.slug === slug)
      return { badge: badge?.name ?? slug, comment, paths }
    },
    submit: async (_, req) => {
      await withdrawEndorsement(actorOf(req), idOf(req), world)
      return { to: paths.endorsements, notice: 'credentials:notice.endorsementWithdrawn' }
    },
  })
  routes.get(paths.endorsement, 'check signatures', async (req, res) => {
    const endorsement = await findEndorsement(idOf(req))
    if (!endorsement) throw notFound()
    res.set({ 'Cache-Control': 'public, max-age=3600', 'Access-Control-Allow-Origin': '*' })
    res.type('application/vc+ld+json').send(endorsement.embedded)
  })
  return routes
}
