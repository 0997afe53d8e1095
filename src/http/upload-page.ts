import type { Request, Response } from 'express'
import { invalid, Problem, type FieldError } from '../problems.js'
import { statusOf } from './errors.js'
import type { Outcome } from './form.js'
import { languageOf, say } from './language.js'
import { page, redirect } from './page.js'
import type { Upload } from './upload.js'

/** An upload whose file came. */
export type FileUpload = Upload & { readonly file: NonNullable<Upload['file']> }

/** One page with one form that sends a file, named `file`, as its last field. */
export interface UploadPage {
  readonly view: string
  /** Locale key of the page title. */
  readonly title: string
  /** What the page shows besides the form. May throw a Problem. */
  readonly show?: (req: Request) => object | Promise<object>
  /** The use-case; must consume the file. Throws a Problem to show the form again with its errors. */
  readonly submit: (upload: FileUpload, req: Request) => Promise<Outcome>
}

const mendable = new Set(['malformed', 'invalid', 'refused', 'too-large', 'too-many'])

/** The errors of a file in words, each with its place in the file: `badges[3].earned_date: …`. */
function errorsOf(req: Request, problem: Problem): FieldError[] {
  const language = languageOf(req)
  if (problem.errors.length === 0) {
    return [{ field: 'file', message: say(language, problem.message, problem.params) }]
  }
  return problem.errors.map(({ field, message, params }) => {
    const words = say(language, message, params)
    return { field: 'file', message: field === 'file' ? words : `${field}: ${words}` }
  })
}

/** The GET and POST handlers of an upload page; a refused file answers with the page and what is wrong with it. */
export function uploadRoute(form: UploadPage) {
  const data = async (req: Request) => ({ title: form.title, ...(await form.show?.(req)) })
  return {
    show: async (req: Request, res: Response) => {
      page(req, res, form.view, await data(req))
    },
    take: async (req: Request, res: Response, upload: Upload) => {
      try {
        const { file } = upload
        if (!file) throw invalid([{ field: 'file', message: 'http:field.required' }])
        const outcome = await form.submit({ ...upload, file }, req)
        if (typeof outcome === 'string') redirect(req, res, outcome)
        else redirect(req, res, outcome.to, outcome.notice)
      } catch (thrown) {
        if (!(thrown instanceof Problem) || !mendable.has(thrown.kind)) throw thrown
        res.status(statusOf(thrown))
        if (thrown.kind === 'too-many')
          res.set('Retry-After', String(thrown.params['seconds'] ?? 60))
        const shown = await data(req)
        page(req, res, form.view, {
          ...shown,
          errors: errorsOf(req, thrown),
          values: upload.fields,
        })
      }
    },
  }
}
