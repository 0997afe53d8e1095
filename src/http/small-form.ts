import busboy from 'busboy'
import type { Request } from 'express'
import { malformed, Problem, tooLarge } from '../problems.js'

/** A multipart form that was read whole into memory; the order of its fields does not matter. */
export interface SmallForm {
  readonly fields: Readonly<Record<string, string>>
  /** Undefined when no file was chosen, or an empty one. */
  readonly file?: Buffer
}

export interface SmallFormLimits {
  /** Bytes of the file, and of each text field. */
  readonly file: number
  readonly field: number
}

/**
 * Reads a small multipart form, for a form that changes nothing and so needs no CSRF token. Memory stays within the
 * limits. Throws too-large (naming the field), malformed for another kind of request.
 */
export function readSmallForm(req: Request, limits: SmallFormLimits): Promise<SmallForm> {
  if (!req.is('multipart/form-data')) return Promise.reject(malformed('http:problem.notMultipart'))
  return new Promise((resolve, reject) => {
    const fields: Record<string, string> = {}
    const chunks: Buffer[] = []
    const reader = busboy({
      headers: req.headers,
      limits: { files: 1, fileSize: limits.file, fields: 20, fieldSize: limits.field, parts: 30 },
      defParamCharset: 'utf8',
    })
    const fail = (problem: Problem) => {
      req.unpipe(reader)
      req.resume()
      reject(problem)
    }
    reader.on('field', (name, value, { valueTruncated }) => {
      if (valueTruncated) fail(tooLarge('http:problem.tooLarge'))
      else if (name !== '__proto__') fields[name] = value
    })
    reader.on('file', (_name, file) => {
      file.on('data', (chunk: Buffer) => chunks.push(chunk))
      file.on('limit', () => fail(tooLarge('http:problem.tooLarge')))
    })
    reader.on('error', () => fail(malformed('http:problem.brokenUpload')))
    req.on('aborted', () => fail(malformed('http:problem.brokenUpload')))
    reader.on('close', () => {
      const file = Buffer.concat(chunks)
      resolve({ fields, ...(file.length > 0 && { file }) })
    })
    req.pipe(reader)
  })
}
