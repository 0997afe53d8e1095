import type { Readable } from 'node:stream'
import { malformed, Problem } from '../problems.js'
import { BadgeFileError, fileLimits } from '../credentials/badge-file.js'
import { problemOfFile } from './verify-file.js'

/** A body as bytes, up to the limit of a badge's file. Throws too-large as soon as it is over; the rest is thrown away. */
export async function readSmallBody(
  source: Readable & { readonly headers?: Readonly<Record<string, unknown>> },
  max: number = fileLimits.file,
): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    if (Number(source.headers?.['content-length'] ?? 0) > max) throw tooLargeFile()
    for await (const chunk of source.iterator({ destroyOnReturn: false })) {
      size += (chunk as Buffer).length
      if (size > max) throw tooLargeFile()
      chunks.push(chunk as Buffer)
    }
  } catch (error) {
    source.resume()
    throw error instanceof Problem ? error : malformed('http:problem.brokenUpload')
  }
  return Buffer.concat(chunks)
}

const tooLargeFile = () => problemOfFile(new BadgeFileError('tooLarge', true))
