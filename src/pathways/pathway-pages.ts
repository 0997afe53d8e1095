import type { Request } from 'express'
import { dayOf } from '../calendar.js'
import { sendCsv } from '../http/csv.js'
import { filtersOf, pageLinks } from '../http/list.js'
import { page } from '../http/page.js'
import { parse, parseParams } from '../http/parse.js'
import { paths, to } from '../http/paths.js'
import { actorOf, pageRoutes, visitorOf } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import { invalid } from '../problems.js'
import type { World } from '../world.js'
import { agreementsOfCollege } from '../agreements/agreement-store.js'
import { offeredOn } from '../agreements/agreement.js'
import { applyToPathway, leavePathway } from './apply-to-pathway.js'
import { decideApplication } from './decide-application.js'
import { ownCollege } from '../agreements/keep-course.js'
import { openPathway, pathwayOfCollege } from './open-pathway.js'
import {
  applicationsQuery,
  applyBody,
  decideForm,
  leaveForm,
  pathwayForm,
  pathwayParams,
} from './pathway-input.js'
import { pathwaysFrom, pathwaysOfCollege } from './pathway-store.js'
import {
  applicationRow,
  applicationTag,
  pathwayPage,
  pathwayRow,
  planOptions,
} from './pathway-view.js'
import { applicationMoves, applicationStates, mostPlaces } from './pathway.js'
import { everyApplication, listApplications, readPathway } from './read-pathway.js'

const idOf = (req: Request) => parseParams(pathwayParams, req.params).id

const csvColumns = [
  'learner',
  'state',
  'place',
  'applied',
  'done',
  'courses',
  'quarter',
  'semester',
]

async function desk(req: Request, now: Date) {
  const { state = 'applied', ...query } = parse(applicationsQuery, filtersOf(req))
  const found = await listApplications(idOf(req), { ...query, state }, actorOf(req), { now })
  const words = wordsOf(req)
  const moves = applicationMoves[state]
  return {
    pathway: found.pathway,
    state,
    states: applicationStates.map((value) => ({ value, label: applicationTag(value, words).word })),
    rows: found.page.items.map((item) => applicationRow(item, moves.length > 0, words)),
    decisions: moves.map((value) => ({
      value,
      label: words.t(`pathways:applicationDecision.${value}`),
    })),
    pages: pageLinks(req, found.page.next),
    csv: words.href(`${to(paths.pathwayCsv, { id: idOf(req) })}?state=${state}`),
    paths,
  }
}

/** Accelerated pathways: for everybody, for learners who apply, and on the college's desk. */
export function pathwayPages({ ports }: World) {
  const routes = pageRoutes()

  routes.get(paths.pathways, 'see pathways', async (req, res) => {
    const pathways = await pathwaysFrom(dayOf(ports.now()))
    const rows = pathways.map((one) => pathwayRow(one, paths.pathway, wordsOf(req)))
    page(req, res, 'pathways/pathways', {
      title: 'pathways:pathways.title',
      rows,
      isDesk: false,
      paths,
    })
  })
  routes.get(paths.pathway, 'see pathways', async (req, res) => {
    const shown = pathwayPage(await readPathway(idOf(req), visitorOf(req), ports), wordsOf(req))
    page(req, res, 'pathways/pathway', { title: shown.heading, pathway: shown, paths })
  })
  routes.form(paths.applyToPathway, 'apply to pathways', {
    view: 'pathways/apply',
    title: 'pathways:apply.title',
    schema: applyBody,
    show: async (req) => {
      const { pathway } = await readPathway(idOf(req), visitorOf(req), ports)
      return { pathway, paths }
    },
    submit: async ({ why }, req) => {
      await applyToPathway(idOf(req), why, actorOf(req), ports)
      return { to: to(paths.pathway, { id: idOf(req) }), notice: 'pathways:notice.applied' }
    },
  })
  routes.form(paths.leavePathway, 'apply to pathways', {
    view: 'pathways/leave',
    title: 'pathways:leave.title',
    schema: leaveForm,
    show: async (req) => {
      const { pathway } = await readPathway(idOf(req), visitorOf(req), ports)
      return { pathway, paths }
    },
    submit: async (_form, req) => {
      await leavePathway(idOf(req), actorOf(req), ports)
      return { to: to(paths.pathway, { id: idOf(req) }), notice: 'pathways:notice.left' }
    },
  })

  routes.get(paths.collegePathways, 'run pathways', async (req, res) => {
    const pathways = await pathwaysOfCollege(ownCollege(actorOf(req)))
    const rows = pathways.map((one) => pathwayRow(one, paths.collegePathway, wordsOf(req)))
    page(req, res, 'pathways/pathways', {
      title: 'pathways:pathways.title',
      rows,
      isDesk: true,
      paths,
    })
  })
  routes.form(paths.newPathway, 'run pathways', {
    view: 'pathways/new-pathway',
    title: 'pathways:newPathway.title',
    schema: pathwayForm,
    show: async (req) => {
      const own = await agreementsOfCollege(ownCollege(actorOf(req)))
      const offered = offeredOn(own, dayOf(ports.now()))
      return { plan: planOptions(offered, wordsOf(req)), most: mostPlaces, paths }
    },
    submit: async (form, req) => {
      const { id } = await openPathway(actorOf(req), form)
      return { to: to(paths.collegePathway, { id }), notice: 'pathways:notice.pathwayOpened' }
    },
  })
  routes.form(paths.collegePathway, 'run pathways', {
    view: 'pathways/college-pathway',
    title: 'pathways:pathway.title',
    schema: decideForm,
    show: (req) => desk(req, ports.now()),
    submit: async ({ applications, ...decision }, req) => {
      await pathwayOfCollege(idOf(req), actorOf(req))
      if (applications.length === 0)
        throw invalid([{ field: 'applications', message: 'pathways:error.pick' }])
      for (const id of applications) await decideApplication(id, decision, actorOf(req), ports)
      return {
        to: to(paths.collegePathway, { id: idOf(req) }),
        notice: 'pathways:notice.decidedAll',
      }
    },
  })
  routes.get(paths.pathwayCsv, 'run pathways', async (req, res) => {
    const { state = 'accepted' } = parse(applicationsQuery, filtersOf(req))
    await pathwayOfCollege(idOf(req), actorOf(req))
    const { t } = wordsOf(req)
    const columns = csvColumns.map((key) => ({ key, header: t(`pathways:pathwayCsv.${key}`) }))
    await sendCsv(
      res,
      'pathway.csv',
      columns,
      everyApplication(idOf(req), state, actorOf(req), ports.now()),
    )
  })

  return routes
}
