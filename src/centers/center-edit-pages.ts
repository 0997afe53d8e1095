import type { Request, Response } from 'express'
import { statusOf } from '../http/errors.js'
import { page, redirect } from '../http/page.js'
import { parse, parseParams } from '../http/parse.js'
import { paths, to } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import { Problem } from '../problems.js'
import type { World } from '../world.js'
import { editPage, previewPage } from './center-edit-view.js'
import { entryForm } from './center-form-input.js'
import { centerParams } from './center-input.js'
import { keepEntry, keptCenter, previewEntry } from './keep-center.js'

const idOf = (req: Request) => parseParams(centerParams, req.params).id

/** Staff change their center's entry: the form, then how it would read, then it is kept. */
export function centerEditPages({ ports }: Pick<World, 'ports'>) {
  const routes = pageRoutes()

  const showForm = async (req: Request, res: Response, problem?: Problem) => {
    const center = await keptCenter(actorOf(req), idOf(req))
    const errors = problem?.errors.length
      ? problem.errors
      : problem
        ? [{ field: '', message: problem.message }]
        : []
    page(req, res, 'centers/edit', {
      title: 'centers:edit.title',
      edit: editPage(center, wordsOf(req)),
      errors,
      values: problem ? (req.body as Record<string, unknown>) : {},
    })
  }

  routes.get(paths.editCenter, 'keep centers', (req, res) => showForm(req, res))

  routes.post(paths.editCenter, 'keep centers', async (req, res) => {
    try {
      const [actor, id, form] = [actorOf(req), idOf(req), parse(entryForm, req.body)]
      if (form.step === 'save') {
        await keepEntry(actor, id, form, ports)
        redirect(req, res, to(paths.center, { id }), 'centers:notice.saved')
        return
      }
      const { before, after } = await previewEntry(actor, id, form, ports)
      const preview = previewPage(before, after, form, ports.now(), wordsOf(req))
      page(req, res, 'centers/preview', { title: 'centers:preview.title', preview })
    } catch (thrown) {
      if (!(thrown instanceof Problem) || !['invalid', 'refused'].includes(thrown.kind))
        throw thrown
      res.status(statusOf(thrown))
      await showForm(req, res, thrown)
    }
  })

  return routes
}
