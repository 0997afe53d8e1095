import type { Readable } from 'node:stream'
import { TextDecoder } from 'node:util'
import { malformed, tooLarge } from '../problems.js'
import { mostBytes } from './crosswalk-file.js'

/** A small uploaded file as text. Throws too-large over the limit, malformed when it is not UTF-8. */
export async function readText(file: Readable): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of file as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= mostBytes) chunks.push(chunk)
  }
  if (size > mostBytes) throw tooLarge('agreements:import.tooLarge', { most: mostBytes })
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
  } catch {
    throw malformed('agreements:import.notUtf8')
  }
}
