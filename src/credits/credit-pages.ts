import type { Request } from 'express'
import { findOrganizations } from '../access/organization-store.js'
import { findBadges } from '../badges/badge-store.js'
import { dayOf } from '../calendar.js'
import { sendCsv } from '../http/csv.js'
import { filtersOf, pageLinks, sameView } from '../http/list.js'
import { page } from '../http/page.js'
import { parse, parseParams } from '../http/parse.js'
import { paths } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import { notFound } from '../problems.js'
import type { World } from '../world.js'
import { findAgreement, versionsOf } from './agreement-store.js'
import { answerClaim } from './answer-claim.js'
import { answerForm, claimBody, claimParams, crosswalkQuery } from './claim-input.js'
import { findClaim } from './claim-store.js'
import { lastReason } from './claim.js'
import { agreementPage, crosswalkFields, crosswalkRow, ownCreditPage } from './credit-page-view.js'
import { crosswalkColumns, crosswalkCsvRows } from './crosswalk-csv.js'
import { fileClaim } from './file-claim.js'
import { listCrosswalk } from './list-crosswalk.js'
import { readOwnCredit } from './read-own-credit.js'

const publishedNames = async (): Promise<Map<string, string>> =>
  new Map((await findBadges()).map(({ slug, name }) => [slug, name]))

async function showOwn(req: Request, { ports }: World) {
  const credit = ownCreditPage(await readOwnCredit(actorOf(req), ports), wordsOf(req))
  return { credit, paths }
}

/** The public crosswalk, and a learner's own credit. */
export function creditPages(world: World) {
  const routes = pageRoutes()
  const today = () => dayOf(world.ports.now())

  routes.get(paths.crosswalk, 'see the crosswalk', async (req, res) => {
    const query = parse(crosswalkQuery, filtersOf(req))
    const [{ items, next }, names, colleges] = await Promise.all([
      listCrosswalk(query, today()),
      publishedNames(),
      findOrganizations({ kind: 'college', state: 'approved' }),
    ])
    const words = wordsOf(req)
    page(req, res, 'credits/crosswalk', {
      title: 'credits:crosswalk.title',
      rows: items.map((agreement) => crosswalkRow(agreement, names, words)),
      fields: crosswalkFields({ ...query, on: query.on ?? today() }, names, colleges, words),
      hasDemonstration: items.some(({ demonstration }) => demonstration),
      pages: pageLinks(req, next),
      csv: sameView(req, paths.crosswalkCsv),
      paths,
    })
  })
  routes.get(paths.crosswalkCsv, 'see the crosswalk', async (req, res) => {
    const query = parse(crosswalkQuery, filtersOf(req))
    const columns = crosswalkColumns(wordsOf(req))
    await sendCsv(res, 'crosswalk.csv', columns, crosswalkCsvRows(query, today()))
  })

  routes.get(paths.publicAgreement, 'see the crosswalk', async (req, res) => {
    const agreement = await findAgreement(parseParams(claimParams, req.params).id)
    if (!agreement) throw notFound()
    const [versions, names] = await Promise.all([versionsOf([agreement.series]), publishedNames()])
    page(req, res, 'credits/agreement', {
      title: `${agreement.course} ${agreement.courseTitle}`,
      agreement: agreementPage(agreement, versions, names, today(), wordsOf(req)),
      paths,
    })
  })

  routes.get(paths.credit, 'claim credit', async (req, res) => {
    page(req, res, 'credits/own', { title: 'credits:own.title', ...(await showOwn(req, world)) })
  })
  routes.form(paths.newClaim, 'claim credit', {
    view: 'credits/own',
    title: 'credits:own.title',
    schema: claimBody,
    show: (req) => showOwn(req, world),
    submit: async ({ agreement }, req) => {
      await fileClaim(agreement, actorOf(req), world.ports)
      return { to: paths.credit, notice: 'credits:notice.filed' }
    },
  })
  routes.form(paths.answerClaim, 'claim credit', {
    view: 'credits/answer',
    title: 'credits:answer.title',
    schema: answerForm,
    show: async (req) => {
      const claim = await findClaim(parseParams(claimParams, req.params).id)
      if (claim?.state !== 'more' || claim.learnerId !== actorOf(req).learnerId) throw notFound()
      return { asked: lastReason(claim), college: claim.collegeName, paths }
    },
    submit: async ({ answer }, req) => {
      const { id } = parseParams(claimParams, req.params)
      await answerClaim(id, answer, actorOf(req), world.ports)
      return { to: paths.credit, notice: 'credits:notice.answered' }
    },
  })

  return routes
}
