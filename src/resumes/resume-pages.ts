import type { Request } from 'express'
import { redirect } from '../http/page.js'
import { parseParams } from '../http/parse.js'
import { paths } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { sendDownload } from '../http/send-download.js'
import { uploadRoute } from '../http/upload-page.js'
import { wordsOf } from '../http/words.js'
import { findLearner } from '../learners/learner-store.js'
import { notAllowed } from '../problems.js'
import type { World } from '../world.js'
import { removeResume } from './keep-resume.js'
import { listReaders } from './list-readers.js'
import { openResume } from './open-resume.js'
import { receiveResume } from './receive-resume.js'
import { resumeParams } from './resume-input.js'
import { ownResumePage } from './resume-view.js'
import { downloadOf } from './resume.js'

/** A learner's résumé: their page of it, and the file for whoever may read it. */
export function resumePages({ ports }: World) {
  const routes = pageRoutes()

  const own = uploadRoute({
    view: 'resumes/own',
    title: 'resumes:own.title',
    show: (req) => showOwn(req, ports.now()),
    submit: async ({ file }, req) => {
      await receiveResume(actorOf(req), file, ports)
      return { to: paths.resume, notice: 'resumes:notice.kept' }
    },
  })
  routes.get(paths.resume, 'keep own resume', own.show)
  routes.upload(paths.resume, 'keep own resume', own.take)
  routes.post(paths.removeResume, 'keep own resume', async (req, res) => {
    await removeResume(actorOf(req), ports)
    redirect(req, res, paths.resume, 'resumes:notice.removed')
  })

  routes.get(paths.resumeFile, 'read a record', async (req, res) => {
    const { id } = parseParams(resumeParams, req.params)
    sendDownload(res, downloadOf(await openResume(actorOf(req), id, ports)))
  })

  return routes
}

async function showOwn(req: Request, now: Date) {
  const learner = await findLearner(actorOf(req).learnerId ?? '')
  if (!learner) throw notAllowed('learners:problem.noLearner')
  const readers = await listReaders(learner.id, now)
  return { resume: ownResumePage(learner.id, learner.resumeFile, readers, wordsOf(req)), paths }
}
