import { findAward } from '../badges/award-store.js'
import type { Award } from '../badges/badge.js'
import { findLearner } from '../learners/learner-store.js'
import { notFound, refused } from '../problems.js'
import { findCredential, insertCredentials, saveChange } from './credential-store.js'
import { currentCopy, type Copy, type Credential } from './credential.js'
import { endWithdrawn } from './end-withdrawn.js'
import { identityHash } from './identity.js'
import type { SigningWorld } from './open-issuer.js'
import { signAwards, type Signed } from './sign-awards.js'

export interface Issued {
  readonly credential: Credential
  /** The latest copy. */
  readonly copy: Copy
}

/**
 * The credential of an award, signed when there is none, or when the award has changed since: better evidence, or another
 * address of the learner. An older copy then stays good. Never signs a withdrawn award or a suspended credential anew: what
 * was signed before is given back as it is. Safe to repeat, also at once in several processes. Throws not-found for an
 * unknown award, refused for a withdrawn one that was never signed.
 */
export async function issueCredential(awardId: string, world: SigningWorld): Promise<Issued> {
  const award = await findAward(awardId)
  if (!award) throw notFound()
  const known = await findCredential(awardId)
  if (!known && award.state !== 'live') throw refused('credentials:problem.awardWithdrawn')
  if (known && !(await isBehind(known, award))) return issued(known)
  for await (const signed of signAwards(award.communityId, [{ award, known }], world)) {
    await (known ? keepCopy(known, signed) : keepCredential(signed, world))
  }
  const kept = await findCredential(awardId)
  if (!kept) throw new Error(`credential ${awardId} was not kept`)
  return issued(kept)
}

const issued = (credential: Credential): Issued => ({ credential, copy: currentCopy(credential) })

/** Whether the award, or the learner's address, says something else now than the latest copy. */
async function isBehind(known: Credential, award: Award): Promise<boolean> {
  if (known.state !== 'live' || award.state !== 'live') return false
  const copy = currentCopy(known)
  if (copy.evidenceLevel !== award.evidenceLevel || copy.badgeVersion !== award.badgeVersion)
    return true
  const email = (await findLearner(known.learnerId))?.email
  return email !== undefined && identityHash(email, known.salt) !== known.identityHash
}

const keepCopy = (known: Credential, { copy, identityHash }: Signed) =>
  saveChange({ from: known, state: 'live', added: { copy, identityHash } })

async function keepCredential(signed: Signed, world: SigningWorld): Promise<void> {
  await insertCredentials([credentialFrom(signed)])
  await endWithdrawn([signed.award.id], world)
}

/** A credential of one copy, as it is first kept. */
export const credentialFrom = ({ award, copy, issuerId, salt, ...rest }: Signed): Credential => ({
  id: award.id,
  learnerId: award.learnerId,
  communityId: award.communityId,
  badge: award.badge,
  issuerId,
  salt,
  ...(rest.identityHash !== undefined && { identityHash: rest.identityHash }),
  state: 'live',
  copies: [copy],
})
