import type { Request, Response } from 'express'
import type { z } from 'zod'
import { Problem } from '../problems.js'
import { statusOf } from './errors.js'
import { page, redirect } from './page.js'
import { parse } from './parse.js'

/** Where a form leads when it worked; `notice` is a locale key `feature:notice.name` shown there once. */
export type Outcome = string | { readonly to: string; readonly notice: string }

/** One page with one form. */
export interface FormPage<T> {
  readonly view: string
  /** Locale key of the page title. */
  readonly title: string
  readonly schema: z.ZodType<T>
  /** What the page shows besides the form; asked again when the form is shown again. May throw a Problem. */
  readonly show?: (req: Request) => object | Promise<object>
  /** The use-case. Throws a Problem to show the form again with its errors; undefined when it has answered itself. */
  readonly submit: (
    input: T,
    req: Request,
    res: Response,
  ) => Outcome | undefined | Promise<Outcome | undefined>
}

const secret = /password/i

function typedValues(body: unknown): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries((body ?? {}) as Record<string, string | string[]>).filter(
      ([field]) => !secret.test(field),
    ),
  )
}

/** Only what the person can mend on this page is shown in the form; the rest goes to the error page. */
const isMendable = (thrown: unknown): thrown is Problem =>
  thrown instanceof Problem && ['invalid', 'refused', 'too-many'].includes(thrown.kind)

/** The GET and POST handlers of a form page. A failed POST answers 422 (or 409, 429) with the page, errors and typed values. */
export function formRoute<T>(form: FormPage<T>) {
  const data = async (req: Request) => {
    req.wantsForm = true
    return { title: form.title, ...(await form.show?.(req)) }
  }
  return {
    show: async (req: Request, res: Response) => page(req, res, form.view, await data(req)),
    take: async (req: Request, res: Response) => {
      try {
        const outcome = await form.submit(parse(form.schema, req.body), req, res)
        if (typeof outcome === 'string') redirect(req, res, outcome)
        else if (outcome) redirect(req, res, outcome.to, outcome.notice)
      } catch (thrown) {
        if (!isMendable(thrown)) throw thrown
        const errors = thrown.errors.length
          ? thrown.errors
          : [{ field: '', message: thrown.message, params: thrown.params }]
        res.status(statusOf(thrown))
        page(req, res, form.view, { ...(await data(req)), errors, values: typedValues(req.body) })
      }
    },
  }
}
