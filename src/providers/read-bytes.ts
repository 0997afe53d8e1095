import type { Readable } from 'node:stream'
import { malformed, Problem, tooLarge } from '../problems.js'

export const documentMax = 5 * 1024 * 1024

/**
 * A small upload as text in UTF-8, at most `max` bytes. Throws a Problem when it is larger, in another encoding or breaks
 * off; the rest of the request is read and thrown away.
 */
export async function readText(source: Readable, max = documentMax): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of source.iterator({ destroyOnReturn: false })) {
      size += (chunk as Buffer).length
      if (size > max) throw tooLarge('providers:document.tooLarge', { limit: max / 1024 / 1024 })
      chunks.push(chunk as Buffer)
    }
  } catch (error) {
    source.resume()
    throw error instanceof Problem ? error : malformed('http:problem.brokenUpload')
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
  } catch {
    throw malformed('http:problem.wrongEncoding')
  }
}
