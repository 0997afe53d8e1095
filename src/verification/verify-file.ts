import type { Actor } from '../access/actor.js'
import { countTry } from '../access/throttle-store.js'
import { patienceWithChecks, placeOf } from '../access/throttle.js'
import { Problem } from '../problems.js'
import type { World } from '../world.js'
import { BadgeFileError, type FileFault } from '../credentials/badge-file.js'
import { findIssuerKey } from './find-issuer-key.js'
import { linkedBadge } from './linked-badge.js'
import { readerFor } from './read-address.js'
import { readBadgeFile, readBadgeText } from './read-badge-file.js'
import { verifyCredential, type Verification } from './verify-credential.js'

/** What somebody wants checked. `recipient` and `address` are used and forgotten: never kept, never logged. */
export interface Question {
  readonly badge: Buffer | string
  readonly recipient?: string | undefined
  /** The network address the question comes from. */
  readonly address: string
  readonly visitor: Actor | undefined
  readonly channel: 'view' | 'api'
}

const checkOf: Partial<Record<FileFault, string>> = { tooManyEndorsements: 'endorsements' }

/** A file that cannot be read, as a problem that names the failing check. */
export const problemOfFile = ({ reason, isTooLarge }: BadgeFileError): Problem => {
  const message = `verification:file.${reason}`
  const errors = [{ field: checkOf[reason] ?? 'parse', message }]
  return new Problem(isTooLarge ? 'too-large' : 'invalid', message, errors)
}

/** Runs what may find a file unreadable; throws a Problem that names the failing check instead. */
export async function namingTheCheck<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof BadgeFileError) throw problemOfFile(error)
    throw error
  }
}

/**
 * Checks a badge for anybody: a file, a text, or one of our links (as far as the visitor may open it). Throws invalid or
 * too-large that names the check for what is no badge, too-many for one place that asks without end.
 */
export async function verifyFile(
  { badge, recipient, address, visitor, channel }: Question,
  world: World,
): Promise<Verification> {
  await countTry(['verify', placeOf(address)], patienceWithChecks)
  return namingTheCheck(async () => {
    const sent = typeof badge === 'string' ? readBadgeText(badge) : readBadgeFile(badge)
    const file = await linkedBadge(sent, { visitor, channel }, world)
    return verifyCredential(file, {
      findKey: findIssuerKey,
      read: readerFor(world.config),
      now: world.ports.now(),
      recipient,
    })
  })
}
