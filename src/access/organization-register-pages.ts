import type { Request } from 'express'
import { languageOf } from '../http/language.js'
import { paths } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import type { World } from '../world.js'
import { newOrganizationInput, ownOrganizationInput } from './manager-input.js'
import { kindOptions } from './manager-view.js'
import { selfRegisteredKinds } from './organization.js'
import { onlyProgram, programChoices } from './program-choice.js'
import { registerOrganization } from './register-organization.js'

const choices = async (req: Request) => ({
  paths,
  kinds: kindOptions(wordsOf(req), selfRegisteredKinds),
  programs: await programChoices(),
})

/** An organization registers itself, by somebody new or by somebody signed in. */
export function organizationRegisterPages({ ports, secrets }: World) {
  const routes = pageRoutes()
  const circumstance = (req: Request) => ({
    address: req.ip ?? '',
    now: ports.now(),
    secret: secrets.token,
  })

  routes.form(paths.registerOrganization, 'register an organization', {
    view: 'access/register-organization',
    title: 'access:registerOrganization.title',
    schema: newOrganizationInput,
    show: async (req) => ({ ...(await choices(req)), isNew: true }),
    submit: async ({ kind, organizationName, url, city, communityId, ...person }, req) => {
      const organization = {
        ...{ kind, name: organizationName, url, city },
        communityId: communityId ?? (await onlyProgram()),
      }
      const by = { ...person, language: languageOf(req) }
      await registerOrganization(organization, by, circumstance(req))
      return paths.registered
    },
  })

  routes.form(paths.newOrganization, 'register own organization', {
    view: 'access/register-organization',
    title: 'access:registerOrganization.title',
    schema: ownOrganizationInput,
    show: async (req) => ({ ...(await choices(req)), isNew: false }),
    submit: async ({ kind, organizationName, url, city, communityId }, req) => {
      const organization = {
        ...{ kind, name: organizationName, url, city },
        communityId: communityId ?? (await onlyProgram()),
      }
      await registerOrganization(organization, actorOf(req).accountId, circumstance(req))
      return { to: paths.settings, notice: 'access:notice.organizationRegistered' }
    },
  })
  return routes
}
