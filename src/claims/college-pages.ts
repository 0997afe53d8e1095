import type { Request } from 'express'
import { organizationsOf } from '../access/actor.js'
import { findBadges } from '../badges/badge-store.js'
import { dayOf } from '../calendar.js'
import { sendCsv } from '../http/csv.js'
import { filtersOf, pageLinks, sameView } from '../http/list.js'
import { page } from '../http/page.js'
import { parse, parseParams } from '../http/parse.js'
import { paths, to } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import type { World } from '../world.js'
import { agreementsOfCollege, seriesOfCollege } from '../agreements/agreement-store.js'
import {
  claimParams,
  decisionForm,
  queueQuery,
  settingsForm,
  takeBackForm,
  type QueueQuery,
} from './claim-input.js'
import { claimStates } from './claim.js'
import { saveTarget, targetsOf } from './college-settings-store.js'
import { claimPage, queueRow, takeBackPage } from './credit-page-view.js'
import { agreementRows } from '../crosswalk/crosswalk-view.js'
import { statusWords } from '../credits/credit-view.js'
import { decideClaim } from './decide-claim.js'
import { ownCollege } from '../agreements/keep-course.js'
import { listClaims, waitingClaims, wholeQueue } from './list-claims.js'
import { openClaim } from './open-claim.js'
import { queueFields } from './queue-fields-view.js'
import { longestTarget } from './service-target.js'
import { findGiven, takeBackCredit } from './take-back-credit.js'

async function fieldsOf(req: Request, query: QueueQuery) {
  const colleges = organizationsOf(actorOf(req), 'college')
  const series = (await Promise.all(colleges.map((id) => seriesOfCollege(id)))).flat()
  return queueFields(query, series, wordsOf(req))
}

async function ownAgreements(req: Request, now: Date) {
  const colleges = organizationsOf(actorOf(req), 'college')
  const [lists, badges] = await Promise.all([
    Promise.all(colleges.map((id) => agreementsOfCollege(id))),
    findBadges(),
  ])
  const names = new Map(badges.map(({ slug, name }) => [slug, name]))
  return agreementRows(lists.flat(), names, dayOf(now), wordsOf(req))
}

const idOf = (req: Request): string => parseParams(claimParams, req.params).id

const csvColumns = [
  'learner',
  'course',
  'credits',
  'unit',
  'state',
  'granted',
  'filed',
  'waited',
  'target',
  'appealed',
] as const

/** A college's start page: claims to decide, and its agreements. */
export function collegePages(world: World) {
  const { ports } = world
  const routes = pageRoutes()

  routes.get(paths.college, 'decide on claims', async (req, res) => {
    const query = parse(queueQuery, filtersOf(req))
    const { items, next } = await listClaims(actorOf(req), query, ports.now())
    const words = wordsOf(req)
    page(req, res, 'claims/college', {
      title: 'claims:college.title',
      rows: items.map((item) => queueRow(item, words)),
      waiting: await waitingClaims(actorOf(req)),
      fields: await fieldsOf(req, query),
      words: statusWords(claimStates, words),
      pages: pageLinks(req, next),
      csv: sameView(req, paths.collegeCsv),
      paths,
    })
  })
  routes.get(paths.collegeCsv, 'decide on claims', async (req, res) => {
    const query = parse(queueQuery, filtersOf(req))
    const { t } = wordsOf(req)
    const columns = csvColumns.map((key) => ({ key, header: t(`claims:queueCsv.${key}`) }))
    await sendCsv(res, 'claims.csv', columns, wholeQueue(actorOf(req), query, ports.now()))
  })

  routes.form(paths.collegeClaim, 'decide on claims', {
    view: 'claims/claim',
    title: 'claims:claim.title',
    schema: decisionForm,
    show: async (req) => {
      return {
        claim: claimPage(await openClaim(idOf(req), actorOf(req), world), wordsOf(req)),
        paths,
      }
    },
    submit: async (decision, req) => {
      await decideClaim(idOf(req), decision, actorOf(req), world)
      return { to: paths.college, notice: 'claims:notice.decided' }
    },
  })

  routes.form(paths.takeBackCredit, 'decide on claims', {
    view: 'claims/take-back',
    title: 'claims:takeBack.title',
    schema: takeBackForm,
    show: async (req) => {
      return { claim: takeBackPage(await findGiven(idOf(req), actorOf(req)), wordsOf(req)), paths }
    },
    submit: async ({ reason }, req) => {
      await takeBackCredit(idOf(req), reason, actorOf(req), ports)
      return { to: to(paths.collegeClaim, { id: idOf(req) }), notice: 'claims:notice.takenBack' }
    },
  })

  routes.form(paths.collegeSettings, 'keep agreements', {
    view: 'claims/college-settings',
    title: 'claims:settings.title',
    schema: settingsForm,
    show: async (req) => {
      const id = ownCollege(actorOf(req))
      return { answerWithin: (await targetsOf([id])).get(id), longest: longestTarget, paths }
    },
    submit: async ({ answerWithin }, req) => {
      await saveTarget(ownCollege(actorOf(req)), answerWithin)
      return { to: paths.collegeSettings, notice: 'claims:notice.settings' }
    },
  })

  routes.get(paths.collegeAgreements, 'keep agreements', async (req, res) => {
    const rows = await ownAgreements(req, ports.now())
    page(req, res, 'agreements/agreements', { title: 'agreements:agreements.title', rows, paths })
  })

  return routes
}
