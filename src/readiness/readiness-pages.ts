import type { Request, Response } from 'express'
import { findBadges } from '../badges/badge-store.js'
import { dayOf } from '../calendar.js'
import { filtersOf } from '../http/list.js'
import { page } from '../http/page.js'
import { parse, parseParams } from '../http/parse.js'
import { paths, to } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import { hurryJob } from '../jobs.js'
import type { World } from '../world.js'
import { listScopes, scopeOf } from './find-scope.js'
import { markParams } from './mark-input.js'
import { openTrial } from './open-trial.js'
import { managedCommunity, publishRules } from './publish-rules.js'
import { ruleVersions } from './rule-store.js'
import { rulesForm, rulesOf, rulesQuery } from './rules-input.js'
import { rulesInForce, scopedInForce, scopeKey } from './rules.js'
import { rulesPage, trialPage } from './rules-view.js'
import { tryRules } from './try-rules.js'

async function showRules(req: Request, now: Date) {
  const communityId = managedCommunity(actorOf(req))
  const [versions, scopes, badges] = await Promise.all([
    ruleVersions(communityId),
    listScopes(communityId),
    findBadges(),
  ])
  const today = dayOf(now)
  const scope = scopeOf(scopes, parse(rulesQuery, filtersOf(req)).scope)
  const inForce = scope
    ? scopedInForce(versions, today).find((one) => scopeKey(one.scope) === scopeKey(scope))
    : rulesInForce(versions, today)
  const shown = { versions, scope, scopes, inForce, badges, today }
  return { page: rulesPage(shown, wordsOf(req)), paths }
}

async function showTrial(req: Request, res: Response, { ports }: World) {
  req.wantsForm = true
  const { trial, ...seen } = await openTrial(idOf(req), actorOf(req), ports)
  const shown = trialPage(trial, seen, wordsOf(req))
  page(req, res, 'readiness/trial', { title: 'readiness:trial.title', trial: shown, paths })
}

const idOf = (req: Request): string => parseParams(markParams, req.params).id

/** A manager edits what job-ready means: change, try it on real people, publish a version. */
export function readinessPages(world: World) {
  const routes = pageRoutes()
  const { ports } = world

  routes.form(paths.readinessRules, 'edit readiness rules', {
    view: 'readiness/rules',
    title: 'readiness:rules.title',
    schema: rulesForm,
    show: (req) => showRules(req, ports.now()),
    submit: async (form, req) => {
      const scope = scopeOf(await listScopes(managedCommunity(actorOf(req))), form.scope)
      const draft = { rules: rulesOf(form, scope), from: form.from, scope }
      const { id } = await tryRules(draft, actorOf(req), ports)
      await hurryJob('try rules')
      return to(paths.rulesTrial, { id })
    },
  })

  routes.get(paths.rulesTrial, 'edit readiness rules', (req, res) => showTrial(req, res, world))

  routes.form(paths.publishRules, 'edit readiness rules', {
    view: 'readiness/publish',
    title: 'readiness:rules.publish',
    schema: rulesQuery,
    show: async (req) => {
      const { trial } = await openTrial(idOf(req), actorOf(req), ports)
      const shown = trialPage(trial, { becomes: [], noLonger: [] }, wordsOf(req))
      return { trial: shown, back: to(paths.rulesTrial, { id: trial.id }) }
    },
    submit: async (_form, req) => {
      const { trial } = await openTrial(idOf(req), actorOf(req), ports)
      await publishRules(trial, actorOf(req), ports)
      await hurryJob('apply rules')
      return { to: paths.readinessRules, notice: 'readiness:notice.published' }
    },
  })
  return routes
}
