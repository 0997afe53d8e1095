import type { Request, Response } from 'express'
import { statusOf } from '../http/errors.js'
import { filtersOf } from '../http/list.js'
import { page } from '../http/page.js'
import { parse } from '../http/parse.js'
import { paths } from '../http/paths.js'
import { pageRoutes, visitorOf } from '../http/route.js'
import { readSmallForm } from '../http/small-form.js'
import { wordsOf } from '../http/words.js'
import { invalid, Problem } from '../problems.js'
import type { World } from '../world.js'
import { fileLimits } from '../credentials/badge-file.js'
import { verifyFile } from './verify-file.js'
import { verifyForm, verifyQuery } from './verify-input.js'
import { verificationPage } from './verify-view.js'

const mendable = new Set(['invalid', 'too-large', 'malformed', 'not-found', 'too-many'])

/** The form again, with what is wrong at its file or text. */
function showAgain(req: Request, res: Response, problem: Problem, text: string) {
  const field = text === '' ? 'file' : 'text'
  const told =
    problem.errors.length > 0 ? problem.errors : [{ field: '', message: problem.message }]
  const errors = told.map(({ message }) => ({ field, message, params: problem.params }))
  res.status(statusOf(problem))
  page(req, res, 'verification/verify', {
    title: 'verification:form.title',
    errors,
    values: { text },
    paths,
  })
}

async function answer(req: Request, res: Response, world: World) {
  let text = ''
  try {
    const form = await readSmallForm(req, { file: fileLimits.file, field: fileLimits.file })
    const fields = parse(verifyForm, form.fields)
    text = form.file ? '' : (fields.text ?? '').trim()
    const badge = form.file ?? text
    if (badge.length === 0) throw invalid([{ field: 'parse', message: 'verification:file.empty' }])
    const question = {
      badge,
      recipient: fields.email,
      address: req.ip ?? '',
      visitor: visitorOf(req),
    }
    const found = await verifyFile({ ...question, channel: 'view' }, world)
    const verdict = verificationPage(found, wordsOf(req))
    page(req, res, 'verification/verdict', { title: 'verification:result.title', verdict, paths })
  } catch (thrown) {
    if (!(thrown instanceof Problem) || !mendable.has(thrown.kind)) throw thrown
    showAgain(req, res, thrown, text)
  }
}

/** Anybody checks a badge: a form without a token, since it changes nothing, and the verdict as its answer. */
export function verifyPages(world: World) {
  const routes = pageRoutes()
  routes.get(paths.verify, 'check a badge', (req, res) => {
    const { link = '' } = parse(verifyQuery, filtersOf(req))
    page(req, res, 'verification/verify', {
      title: 'verification:form.title',
      values: { text: link },
      paths,
    })
  })
  routes.question(paths.verify, 'check a badge', (req, res) => answer(req, res, world))
  return routes
}
