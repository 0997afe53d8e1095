import type { Readable } from 'node:stream'
import busboy from 'busboy'
import type { Request } from 'express'
import { malformed, Problem } from '../problems.js'
import { isCsrfToken } from './sessions.js'

export interface Upload {
  /** Text fields that came before the file. */
  readonly fields: Readonly<Record<string, string>>
  /** Undefined when the form came without a file. The stream must be consumed. */
  readonly file: Readable | undefined
  readonly filename: string
}

const lostToken = () => new Problem('not-allowed', 'http:problem.lostToken')

/**
 * Reads a multipart form up to its file. Throws not-allowed when the CSRF token is missing, wrong or comes after the file;
 * malformed when the request is no multipart form.
 */
export function receiveUpload(req: Request): Promise<Upload> {
  if (!req.is('multipart/form-data')) return Promise.reject(malformed('http:problem.notMultipart'))
  return new Promise((resolve, reject) => {
    const fields: Record<string, string> = {}
    const reader = busboy({
      headers: req.headers,
      limits: { files: 1, fields: 20, fieldSize: 100_000, parts: 30 },
      defParamCharset: 'utf8',
    })
    const fail = (problem: Error) => {
      req.unpipe(reader)
      req.resume()
      reject(problem)
    }
    const finish = (file: Readable | undefined, filename: string) => {
      const { _csrf: token = '', ...rest } = fields
      if (isCsrfToken(req, token)) resolve({ fields: rest, file, filename })
      else fail(lostToken())
    }
    reader.on('field', (name, value) => {
      if (name !== '__proto__') fields[name] = value
    })
    reader.on('file', (_name, file, info) => {
      // A browser sends an empty part without a name when no file was chosen.
      const filename = info.filename
      if (filename === undefined) file.resume()
      else finish(file, filename)
    })
    reader.on('error', () => fail(malformed('http:problem.brokenUpload')))
    reader.on('close', () => finish(undefined, ''))
    req.on('aborted', () => fail(malformed('http:problem.brokenUpload')))
    req.pipe(reader)
  })
}
