import { randomBytes } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { Actor } from '../access/actor.js'
import { confirmOwnPassword } from '../access/change-password.js'
import { hashToken } from '../access/one-time-token.js'
import type { Ports } from '../ports.js'
import { notFound } from '../problems.js'
import { linkLasts } from './data-file.js'
import { findByKey, putKey, readStored } from './data-file-store.js'

/**
 * The token of a link to the learner's own file, for the right password; it works for ten minutes, for this learner only.
 * Throws invalid for a wrong password, not-found when no file is ready.
 */
export async function linkToData(
  password: string,
  actor: Actor,
  ports: Pick<Ports, 'now'>,
): Promise<string> {
  await confirmOwnPassword(actor, password)
  const now = ports.now()
  const token = randomBytes(32).toString('base64url')
  const key = { hash: hashToken(token), expiresAt: linkLasts(now) }
  if (actor.learnerId === undefined || !(await putKey(actor.learnerId, key, now))) throw notFound()
  return token
}

/** The file behind such a link. Throws not-found when the link is too old, another's or never was. */
export async function openData(
  token: string,
  { learnerId }: Actor,
  ports: Pick<Ports, 'now'>,
): Promise<Readable> {
  const file =
    learnerId === undefined ? undefined : await findByKey(learnerId, hashToken(token), ports.now())
  if (file?.fileId === undefined) throw notFound('holdings:problem.linkOver')
  return readStored(file.fileId)
}
