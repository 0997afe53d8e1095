import type { Request, Response } from 'express'
import type { z } from 'zod'
import { organizationsOf, type Actor } from '../access/actor.js'
import { findCentersByIds } from '../centers/center-store.js'
import { sendCsv } from '../http/csv.js'
import { filtersOf, pageLinks, sameView } from '../http/list.js'
import { parse, parseParams } from '../http/parse.js'
import { paths, to, withQuery } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import { newId } from '../ids.js'
import { invalid, notFound } from '../problems.js'
import { deskOf, seatedAt } from '../referrals/desk.js'
import type { World } from '../world.js'
import {
  assignInput,
  bulkInput,
  caseCsvQuery,
  caseParams,
  caseQuery,
  centerQuery,
  closeInput,
  emptyInput,
  noteInput,
  planInput,
  stepInput,
  taskInput,
  taskParams,
  viewInput,
} from './case-input.js'
import {
  caseCsvColumns,
  caseCsvRow,
  caseFields,
  casePage,
  caseRow,
  chosenColumns,
  finishPage,
  noteChoices,
  tableColumns,
  viewLinks,
  viewQuery,
} from './case-view.js'
import { closeRefusal } from './case.js'
import { closeCase, openToClose } from './close-case.js'
import { colleagueChoices } from './holder-view.js'
import { dropView, mostViews, saveView, viewsOf } from './desk-memory-store.js'
import { doneByStaff, writePlan } from './keep-plan.js'
import { chosenCases, everyCase, listCases } from './list-cases.js'
import { colleaguesAt, formerColleaguesAt } from './list-colleagues.js'
import { openCasePage } from './open-case.js'
import {
  addNote,
  addTask,
  assign,
  finishTask,
  openTask,
  openToTakeOn,
  takeOn,
  workMany,
} from './work-case.js'

const idOf = (req: Request): string => parseParams(caseParams, req.params).id
const centerOf = (req: Request) => parse(centerQuery, filtersOf(req)).center
const caseOf = (req: Request): string =>
  withQuery(to(paths.staffCase, { id: idOf(req) }), { center: centerOf(req) })
/** Who asks, at the center they ask for. */
const staffOf = (req: Request): Actor => seatedAt(actorOf(req), centerOf(req))

async function showTable(req: Request, { ports }: World) {
  const actor = actorOf(req)
  const words = wordsOf(req)
  const query = parse(caseQuery, filtersOf(req))
  const columns = chosenColumns(query)
  const { items, next } = await listCases(actor, query, 'list', ports)
  const desk = deskOf(actor, query.center)
  const [colleagues, former] = await Promise.all([colleaguesAt(desk), formerColleaguesAt(desk)])
  const desks = await findCentersByIds(organizationsOf(actor, 'staff'))
  const kept = viewQuery(query)
  return {
    columns: tableColumns(columns, words),
    rows: items.map((one) => caseRow(one, columns, words, ports.now(), query.center)),
    views: viewLinks(await viewsOf(actor.accountId), words),
    saveHref: withQuery(words.href(paths.caseViews), { query: kept }),
    action: words.href(kept === '' ? paths.cases : `${paths.cases}?${kept}`),
    filters: {
      action: words.href(paths.cases),
      fields: caseFields(
        query,
        { holders: { colleagues, former }, desks: [...desks.values()] },
        words,
      ),
      clear: words.href(paths.cases),
      csv: sameView(req, paths.casesCsv),
    },
    colleagues: colleagueChoices(colleagues),
    ...noteChoices(words),
    pages: pageLinks(req, next),
  }
}

async function sendTable(req: Request, res: Response, { ports }: World) {
  const words = wordsOf(req)
  const { learners, ...query } = parse(caseCsvQuery, filtersOf(req))
  const actor = actorOf(req)
  deskOf(actor, query.center)
  const cases =
    learners.length > 0
      ? await chosenCases(actor, learners, ports, query.center)
      : everyCase(actor, query, ports)
  const rows = async function* () {
    for await (const one of cases) yield caseCsvRow(one, words, ports.now())
  }
  await sendCsv(res, 'caseload.csv', caseCsvColumns(words), rows())
}

const withLearners = (path: string, learners: readonly string[]) =>
  `${path}${path.includes('?') ? '&' : '?'}${learners.map((id) => `learners=${id}`).join('&')}`

/** The caseload of a center: table, kept views, acts on many, and the page of one case. */
export function casePages(world: World) {
  const routes = pageRoutes()
  const { ports } = world

  routes.get(paths.casesCsv, 'work a caseload', (req, res) => sendTable(req, res, world))
  routes.form(paths.cases, 'work a caseload', {
    view: 'caseload/cases',
    title: 'caseload:cases.title',
    schema: bulkInput,
    show: (req) => showTable(req, world),
    submit: async (input, req) => {
      const query = parse(caseQuery, filtersOf(req))
      const { center } = query
      if (input.act === 'refer')
        return withLearners(
          withQuery(paths.bulkReferral, { from: 'cases', center }),
          input.learners,
        )
      if (input.act === 'export')
        return withLearners(withQuery(paths.casesCsv, { center }), input.learners)
      await workMany(actorOf(req), input, ports, center)
      const kept = viewQuery(query)
      const back = kept === '' ? paths.cases : `${paths.cases}?${kept}`
      return { to: back, notice: `caseload:notice.${input.act}` }
    },
  })

  routes.form(paths.caseViews, 'work a caseload', {
    view: 'caseload/views',
    title: 'caseload:views.title',
    schema: viewInput,
    show: async (req) => {
      const { query = '' } = filtersOf(req)
      const views = await viewsOf(actorOf(req).accountId)
      const back = paths.cases
      return { query: String(query).slice(0, 1000), views: viewLinks(views, wordsOf(req)), back }
    },
    submit: async ({ name, query }, req) => {
      const asked = Object.fromEntries(new URLSearchParams(query))
      const columns = new URLSearchParams(query).getAll('columns')
      const kept = viewQuery(parse(caseQuery, { ...asked, columns }))
      const view = { id: newId(), accountId: actorOf(req).accountId, name, query: kept }
      if (!(await saveView(view)))
        throw invalid([
          { field: 'name', message: 'caseload:views.full', params: { most: mostViews } },
        ])
      return {
        to: kept === '' ? paths.cases : `${paths.cases}?${kept}`,
        notice: 'caseload:notice.kept',
      }
    },
  })

  routes.form(paths.dropCaseView, 'work a caseload', {
    view: 'caseload/drop-view',
    title: 'caseload:views.drop',
    schema: emptyInput,
    show: async (req) => {
      const view = (await viewsOf(actorOf(req).accountId)).find(({ id }) => id === idOf(req))
      if (!view) throw notFound()
      return { name: view.name, back: paths.caseViews }
    },
    submit: async (_form, req) => {
      if (!(await dropView(actorOf(req).accountId, idOf(req)))) throw notFound()
      return { to: paths.caseViews, notice: 'caseload:notice.dropped' }
    },
  })

  routes.form(paths.takeOn, 'work a caseload', {
    view: 'caseload/take-on',
    title: 'caseload:takeOn.title',
    schema: emptyInput,
    show: async (req) => {
      const { name } = await openToTakeOn(staffOf(req), idOf(req))
      const back = withQuery(to(paths.staffLearner, { id: idOf(req) }), { center: centerOf(req) })
      return { name, back }
    },
    submit: async (_form, req) => {
      await takeOn(staffOf(req), idOf(req), ports)
      return { to: caseOf(req), notice: 'caseload:notice.taken' }
    },
  })

  routes.form(paths.closeCase, 'work a caseload', {
    view: 'caseload/close',
    title: 'caseload:close.title',
    schema: closeInput,
    show: async (req) => {
      const { learner, one } = await openToClose(staffOf(req), idOf(req), ports)
      const { name } = learner
      return { titleParams: { name }, name, refusal: closeRefusal(one), back: caseOf(req) }
    },
    submit: async ({ reason }, req) => {
      await closeCase(staffOf(req), idOf(req), reason, ports)
      return { to: caseOf(req), notice: 'caseload:notice.closed' }
    },
  })

  routes.form(paths.finishTask, 'work a caseload', {
    view: 'caseload/finish-task',
    title: 'caseload:task.finish',
    schema: emptyInput,
    show: async (req) => {
      const { id, task } = parseParams(taskParams, req.params)
      return { task: finishPage(await openTask(staffOf(req), id, task), caseOf(req), wordsOf(req)) }
    },
    submit: async (_form, req) => {
      const { id, task } = parseParams(taskParams, req.params)
      await finishTask(staffOf(req), id, task, ports)
      return { to: caseOf(req), notice: 'caseload:notice.taskDone' }
    },
  })

  oneCase(routes, world)
  return routes
}

/** Every small form of the page of one case; a wrong input shows the whole page again. */
function oneCase(routes: ReturnType<typeof pageRoutes>, { ports }: World): void {
  const show = async (req: Request) => {
    const actor = staffOf(req)
    const opened = await openCasePage(actor, idOf(req), ports)
    const shown = casePage(opened, actor, wordsOf(req), ports.now())
    return { titleParams: { name: shown.name }, shown }
  }
  const form = <T>(
    path: string,
    schema: z.ZodType<T>,
    notice: string,
    act: (actor: Actor, id: string, input: T) => Promise<void>,
  ) => {
    routes.form(path, 'work a caseload', {
      view: 'caseload/case',
      title: 'caseload:case.title',
      schema,
      show,
      submit: async (input, req) => {
        await act(staffOf(req), idOf(req), input)
        return { to: caseOf(req), notice: `caseload:notice.${notice}` }
      },
    })
  }
  form(paths.staffCase, noteInput, 'note', (actor, id, input) => addNote(actor, id, input, ports))
  form(paths.caseNotes, noteInput, 'note', (actor, id, input) => addNote(actor, id, input, ports))
  form(paths.assignCase, assignInput, 'assign', (actor, id, { assignTo }) =>
    assign(actor, id, assignTo, ports),
  )
  form(paths.caseTasks, taskInput, 'task', (actor, id, input) => addTask(actor, id, input, ports))
  form(paths.casePlan, planInput, 'plan', (actor, id, input) => writePlan(actor, id, input, ports))
  form(paths.casePlanSteps, stepInput, 'stepDone', (actor, id, { step }) =>
    doneByStaff(actor, id, step, ports),
  )
}
