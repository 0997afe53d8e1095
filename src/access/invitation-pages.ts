import type { Request, Response } from 'express'
import { filtersOf, pageLinks } from '../http/list.js'
import { page, redirect } from '../http/page.js'
import { parse, parseParams } from '../http/parse.js'
import { paths } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import { notFound } from '../problems.js'
import type { World } from '../world.js'
import { acceptInvitation, readInvitation } from './accept-invitation.js'
import type { Actor } from './actor.js'
import { findInvitation, settleInvitation } from './invitation-store.js'
import { invitedRoles } from './invitation.js'
import { invitePerson, inviterOf } from './invite-person.js'
import { listInvitations } from './list-invitations.js'
import {
  acceptInput,
  idParams,
  invitationInput,
  invitationParams,
  invitationsQuery,
} from './manager-input.js'
import { invitationRow, roleOptions } from './manager-view.js'
import { organizationNames } from './organization-names.js'
import { seatsFor } from './seats.js'

/** Inviting people by e-mail, and accepting an invitation. */
export function invitationPages({ ports, secrets }: World) {
  const routes = pageRoutes()

  routes.form(paths.invite, 'manage people', {
    view: 'access/invite',
    title: 'access:invite.title',
    schema: invitationInput,
    show: async (req) => ({
      paths,
      roles: roleOptions(wordsOf(req), invitedRoles),
      organizations: await organizationOptions(actorOf(req)),
    }),
    submit: async (invitation, req) => {
      const moment = { now: ports.now(), secret: secrets.token }
      await invitePerson(invitation, inviterOf(actorOf(req)), moment)
      return { to: paths.invitations, notice: 'access:notice.invited' }
    },
  })

  routes.get(paths.invitations, 'manage people', async (req, res) => {
    await showInvitations(req, res, ports.now())
  })
  routes.get(paths.withdrawInvitation, 'manage people', async (req, res) => {
    const { id } = parseParams(idParams, req.params)
    const invitation = await findInvitation(id, inviterOf(actorOf(req)).communityIds)
    if (!invitation) throw notFound()
    const { email } = invitation
    page(req, res, 'access/withdraw-invitation', { title: 'access:withdraw.title', email, paths })
  })
  routes.post(paths.withdrawInvitation, 'manage people', async (req, res) => {
    const { id } = parseParams(idParams, req.params)
    const { communityIds } = inviterOf(actorOf(req))
    if (!(await settleInvitation({ id, communityIds }, 'withdrawn', ports.now()))) throw notFound()
    redirect(req, res, paths.invitations, 'access:notice.withdrawn')
  })

  routes.form(paths.invitation, 'use a link from a mail', {
    view: 'access/accept-invitation',
    title: 'access:accept.title',
    schema: acceptInput,
    show: async (req) => {
      const { id, token } = parseParams(invitationParams, req.params)
      const { invitation, account } = await readInvitation(id, token, ports.now())
      const names = await organizationNames([invitation.organizationId])
      return {
        email: invitation.email,
        inviter: invitation.inviter,
        role: wordsOf(req).t(`access:role.${invitation.role}`),
        organization: names.get(invitation.organizationId) ?? '',
        isKnown: account !== undefined,
      }
    },
    submit: async (person, req) => {
      const { id, token } = parseParams(invitationParams, req.params)
      await acceptInvitation(id, token, person, ports.now())
      const to = req.user ? paths.home : paths.signIn
      return { to, notice: 'access:notice.accepted' }
    },
  })
  return routes
}

async function organizationOptions(actor: Actor) {
  const { names } = await seatsFor(actor, [])
  return [...names].map(([value, label]) => ({ value, label }))
}

async function showInvitations(req: Request, res: Response, now: Date) {
  const { items, next } = await listInvitations(
    actorOf(req),
    parse(invitationsQuery, filtersOf(req)),
  )
  const names = await organizationNames(items.map((one) => one.organizationId))
  page(req, res, 'access/invitations', {
    title: 'access:invitations.title',
    rows: items.map((one) => invitationRow(one, names, wordsOf(req), now)),
    pages: pageLinks(req, next),
    paths,
  })
}
