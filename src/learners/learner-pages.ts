import type { Request, Response } from 'express'
import { page } from '../http/page.js'
import { paths } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf, type Words } from '../http/words.js'
import { notAllowed } from '../problems.js'
import { forecastView } from '../readiness/forecast-view.js'
import { proofView, scopedProofViews } from '../readiness/proof-view.js'
import { readForecast } from '../readiness/read-forecast.js'
import type { World } from '../world.js'
import { homeView } from './home-view.js'
import { findLearner } from './learner-store.js'
import { openRecord } from './open-record.js'
import { profileInput } from './profile-input.js'
import { readHome } from './read-home.js'
import { recordPage } from './record-page-view.js'
import type { LearnerRecord } from './record.js'
import { updateProfile } from './update-profile.js'

/** The start page of a learner, for the route of /home. */
export const learnerHome =
  ({ ports }: World) =>
  async (req: Request, res: Response): Promise<void> => {
    const home = homeView(await readHome(actorOf(req), ports), wordsOf(req))
    page(req, res, 'learners/home', { title: 'learners:home.title', home })
  }

async function ownRecord(req: Request, { ports }: World) {
  const actor = actorOf(req)
  if (actor.learnerId === undefined) throw notAllowed('learners:problem.noLearner')
  return openRecord(actor, actor.learnerId, ports)
}

const ownProof = ({ proof, scoped = [], portfolioUrl }: LearnerRecord, words: Words) => ({
  proof: proof && proofView(proof, words, true),
  others: scopedProofViews(scoped, words, true),
  hasPortfolio: portfolioUrl !== undefined,
})

/** A learner's own pages: record, readiness, profile. */
export function learnerPages(world: World) {
  const routes = pageRoutes()

  routes.get(paths.record, 'see own record', async (req, res) => {
    const record = recordPage(await ownRecord(req, world), wordsOf(req), true)
    page(req, res, 'learners/record', { title: 'learners:record.title', record, paths })
  })

  routes.get(paths.readiness, 'see own record', async (req, res) => {
    const record = await ownRecord(req, world)
    const forecast = forecastView(await readForecast(record), wordsOf(req))
    const shown = { ...ownProof(record, wordsOf(req)), forecast, paths }
    page(req, res, 'readiness/proof', { title: 'readiness:title', ...shown })
  })

  routes.form(paths.profile, 'edit own profile', {
    view: 'learners/profile',
    title: 'learners:profile.title',
    schema: profileInput,
    show: async (req) => {
      const learner = await findLearner(actorOf(req).learnerId ?? '')
      if (!learner) throw notAllowed('learners:problem.noLearner')
      const { name, email, phone, place, portfolioUrl, resumeUrl, programAgreement } = learner
      const accepted = programAgreement && wordsOf(req).day(programAgreement.acceptedOn)
      return { person: { name, email, phone, place, portfolioUrl, resumeUrl, accepted }, paths }
    },
    submit: async (input, req) => {
      await updateProfile(input, actorOf(req), world.ports)
      return { to: paths.profile, notice: 'learners:notice.profileSaved' }
    },
  })

  return routes
}
