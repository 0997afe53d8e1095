import type { Request } from 'express'
import { dayOf } from '../calendar.js'
import { filtersOf } from '../http/list.js'
import { parse } from '../http/parse.js'
import { paths } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import type { World } from '../world.js'
import { previewLimit, previewRules } from './preview-rules.js'
import { managedCommunity, publishRules } from './publish-rules.js'
import { ruleVersions } from './rule-store.js'
import { rulesForm, rulesOf } from './rules-input.js'
import { rulesInForce } from './rules.js'
import { formOf, rulesPage } from './rules-view.js'

async function showRules(req: Request, now: Date) {
  const communityId = managedCommunity(actorOf(req))
  const versions = await ruleVersions(communityId)
  const today = dayOf(now)
  const isPreview = req.method === 'GET' && 'from' in filtersOf(req)
  const form = isPreview
    ? parse(rulesForm, filtersOf(req))
    : formOf(rulesInForce(versions, today)?.rules ?? [], today)
  const effect = isPreview ? await previewRules(communityId, rulesOf(form)) : undefined
  return { page: rulesPage(versions, form, today, wordsOf(req)), effect, previewLimit, paths }
}

/** A manager edits what job-ready means: change, see the effect on real people, publish a version. */
export function readinessPages({ ports }: World) {
  const routes = pageRoutes()
  routes.form(paths.readinessRules, 'edit readiness rules', {
    view: 'readiness/rules',
    title: 'readiness:rules.title',
    schema: rulesForm,
    show: (req) => showRules(req, ports.now()),
    submit: async (form, req) => {
      await publishRules(rulesOf(form), form.from, actorOf(req), ports)
      return { to: paths.readinessRules, notice: 'readiness:notice.published' }
    },
  })
  return routes
}
