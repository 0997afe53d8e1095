import type { Request } from 'express'
import { z } from 'zod'
import { apiRoutes } from '../http/api.js'
import { actorOf } from '../http/route.js'
import { sendDownload } from '../http/send-download.js'
import { malformed } from '../problems.js'
import type { World } from '../world.js'
import { removeResume } from './keep-resume.js'
import { openResume, ownResumeFile } from './open-resume.js'
import { receiveResume } from './receive-resume.js'
import { resumeParams } from './resume-input.js'
import { resumeAnswer, resumeJson } from './resume-view.js'
import { contentTypes, downloadOf } from './resume.js'

const fileTypes = [
  contentTypes.pdf,
  contentTypes.docx,
  'text/plain',
  'application/octet-stream',
] as const

/** The file as it comes; packed on the way it could be any size. */
function plainBody(req: Request): Request {
  if ((req.get('content-encoding') ?? 'identity') === 'identity') return req
  throw malformed('http:problem.wrongEncoding')
}

/** A learner's résumé for outside tools. */
export function resumeApi({ ports }: World) {
  const routes = apiRoutes()
  const action = 'keep own resume'
  const own = async (req: Request) =>
    resumeJson(actorOf(req).learnerId ?? '', await ownResumeFile(actorOf(req)))

  routes.add({
    method: 'get',
    path: '/me/resume',
    action,
    summary: 'What is kept of one’s own résumé.',
    answer: resumeAnswer,
    errors: [404],
    handle: ({ req }) => own(req),
  })

  routes.add({
    method: 'put',
    path: '/me/resume',
    action,
    summary:
      'Keeps a résumé in the place of the last one: the bytes of a PDF, a Word document or plain text, 2 MiB at most. What it is is told by its content. Twenty an hour, then 429 with Retry-After.',
    rawBody: { types: fileTypes, limit: 'stream' },
    answer: resumeAnswer,
    errors: [413, 422],
    handle: async ({ req }) => {
      await receiveResume(actorOf(req), plainBody(req), ports)
      return own(req)
    },
  })

  routes.add({
    method: 'delete',
    path: '/me/resume',
    action,
    summary: 'Takes one’s own résumé away; again changes nothing.',
    status: 204,
    handle: async ({ req }) => {
      await removeResume(actorOf(req), ports)
    },
  })

  routes.add({
    method: 'get',
    path: '/learners/{id}/resume',
    action: 'read a record',
    summary: 'The file, byte by byte, under a consent or pairing that covers the résumé.',
    params: resumeParams,
    answer: z.string().meta({ description: 'The file: PDF, Word document or plain text' }),
    errors: [404],
    handle: async ({ req, params, res }) => {
      sendDownload(res, downloadOf(await openResume(actorOf(req), params.id, ports, 'api')))
    },
  })

  return routes
}
