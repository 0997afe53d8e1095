import type { Readable } from 'node:stream'
import { malformed, Problem, tooLarge } from '../problems.js'

export const documentMax = 5 * 1024 * 1024

/**
 * A small upload, at most `max` bytes. Throws a Problem when it is larger or breaks off; the rest of the request is read and
 * thrown away.
 */
export async function readBytes(source: Readable, max = documentMax): Promise<Buffer> {
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
  return Buffer.concat(chunks)
}

/** The same as text in UTF-8; throws a Problem for another encoding too. */
export async function readText(source: Readable, max = documentMax): Promise<string> {
  const bytes = await readBytes(source, max)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw malformed('http:problem.wrongEncoding')
  }
}
