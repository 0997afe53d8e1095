import type { Readable } from 'node:stream'
import type { Actor } from '../access/actor.js'
import { countTry } from '../access/throttle-store.js'
import { patienceWithFiles } from '../access/throttle.js'
import type { Ports } from '../ports.js'
import { readBytes } from '../providers/read-bytes.js'
import { keepResume } from './keep-resume.js'
import { mostResumeBytes } from './resume.js'

/**
 * Takes a file somebody sends as their résumé, by page or API. Throws too-many for an account that sends without end,
 * before a byte is read; too-large past the largest size; what keeping it throws.
 */
export async function receiveResume(
  actor: Actor,
  source: Readable,
  ports: Pick<Ports, 'now'>,
): Promise<void> {
  try {
    await countTry(['resume', actor.accountId], patienceWithFiles)
  } catch (thrown) {
    source.resume()
    throw thrown
  }
  await keepResume(actor, await readBytes(source, mostResumeBytes), ports)
}
