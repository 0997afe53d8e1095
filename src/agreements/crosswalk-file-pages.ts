import type { Request } from 'express'
import { dayOf } from '../calendar.js'
import { sendCsv } from '../http/csv.js'
import { filtersOf, sameView } from '../http/list.js'
import { page } from '../http/page.js'
import { parse, parseParams } from '../http/parse.js'
import { paths, to } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { uploadRoute } from '../http/upload-page.js'
import { wordsOf } from '../http/words.js'
import type { World } from '../world.js'
import { lastYears } from './academic-year.js'
import { agreementsOfCollege } from './agreement-store.js'
import { crosswalkImportParams, reportQuery } from './crosswalk-file-input.js'
import { importPage, reportCells, reportRow } from './crosswalk-file-view.js'
import { cellsOf, crosswalkFileColumns } from './crosswalk-file.js'
import { importCrosswalk } from './import-crosswalk.js'
import { ownCollege } from './keep-course.js'
import { openCrosswalkImport } from './open-crosswalk-import.js'
import { readCreditReport } from '../claims/read-credit-report.js'
import { readText } from './read-text.js'

const reportColumns = [
  'course',
  'unit',
  'granted',
  'part',
  'refused',
  'credits',
  'revoked',
] as const

/** A college's crosswalk as a file, out and in, and what it gave in a year. */
export function crosswalkFilePages({ ports }: World) {
  const routes = pageRoutes()

  routes.get(paths.agreementsCsv, 'keep agreements', async (req, res) => {
    const agreements = await agreementsOfCollege(ownCollege(actorOf(req)))
    const newest = new Map(agreements.map((one) => [one.series, one]))
    const rows = [...newest.values()].filter(({ retired }) => !retired).map(cellsOf)
    const columns = crosswalkFileColumns.map((key) => ({ key, header: key }))
    await sendCsv(res, 'agreements.csv', columns, rows)
  })

  const upload = uploadRoute({
    view: 'agreements/import-crosswalk',
    title: 'agreements:import.title',
    show: () => ({ columns: crosswalkFileColumns, paths }),
    submit: async ({ file, filename, fields }, req) => {
      const text = await readText(file)
      const dryRun = fields['dryRun'] === 'true'
      const sent = { text, fileName: filename.slice(0, 200), dryRun }
      const { id } = await importCrosswalk(sent, actorOf(req), ports)
      return to(paths.crosswalkImport, { id })
    },
  })
  routes.get(paths.importCrosswalk, 'keep agreements', upload.show)
  routes.upload(paths.importCrosswalk, 'keep agreements', upload.take)

  routes.get(paths.crosswalkImport, 'keep agreements', async (req, res) => {
    const { id } = parseParams(crosswalkImportParams, req.params)
    const shown = importPage(await openCrosswalkImport(id, actorOf(req)), wordsOf(req))
    page(req, res, 'agreements/crosswalk-import', { title: 'agreements:import.done', shown, paths })
  })

  const reported = (req: Request) =>
    readCreditReport(actorOf(req), parse(reportQuery, filtersOf(req)).year, dayOf(ports.now()))
  routes.get(paths.creditReport, 'keep agreements', async (req, res) => {
    const { year, courses, learners } = await reported(req)
    const today = dayOf(ports.now())
    const words = wordsOf(req)
    page(req, res, 'agreements/credit-report', {
      title: 'agreements:report.title',
      year,
      years: [...new Set([year, ...lastYears(today, 6)])].map((value) => ({ value, label: value })),
      rows: courses.map((course) => reportRow(course, words)),
      learners: words.number(learners),
      csv: sameView(req, paths.creditReportCsv),
      paths,
    })
  })
  routes.get(paths.creditReportCsv, 'keep agreements', async (req, res) => {
    const { year, courses } = await reported(req)
    const { t } = wordsOf(req)
    const columns = ['year', ...reportColumns].map((key) => ({
      key,
      header: t(`agreements:reportCsv.${key}`),
    }))
    await sendCsv(
      res,
      `credit-${year}.csv`,
      columns,
      courses.map((one) => reportCells(one, year)),
    )
  })

  return routes
}
