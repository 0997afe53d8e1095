import { randomBytes } from 'node:crypto'
import type { JsonObject } from '../credentials/credential.js'
import { signEmbedded } from '../credentials/embedded-proof.js'
import { identityHash } from '../credentials/identity.js'
import { claimsFor, signJws } from '../credentials/jws.js'
import type { SigningWorld } from '../credentials/open-issuer.js'
import { openKeys } from '../credentials/open-keys.js'
import { signerFor, signerProfile } from '../credentials/sign-statement.js'
import { takeIndices } from '../credentials/take-indices.js'
import { findLearner } from '../learners/learner-store.js'
import { findClaim } from '../claims/claim-store.js'
import type { Claim } from '../claims/claim.js'
import { addCopy, copiesOf } from './credit-copy-store.js'
import { buildCreditDocument, isCurrent, type CreditCopy } from './credit-copy.js'

/**
 * The signed credential of what a claim was given, signed when there is none of that amount yet; undefined while nothing is
 * given. Safe to repeat, also at once in several processes.
 */
export async function issueCredit(
  claimId: string,
  world: SigningWorld,
): Promise<CreditCopy | undefined> {
  for (;;) {
    const claim = await findClaim(claimId)
    if (claim?.granted === undefined) return undefined
    const copies = await copiesOf(claimId)
    const current = copies.findLast((copy) => isCurrent(copy, claim.granted))
    if (current) return current
    const copy = await signCopy(claim, claim.granted, copies, world)
    if (await addCopy(claim, copy)) return copy
  }
}

async function signCopy(
  claim: Claim,
  credits: number,
  copies: readonly CreditCopy[],
  world: SigningWorld,
): Promise<CreditCopy> {
  const signer = await signerFor({ organizationId: claim.collegeId }, world)
  const keys = await openKeys(signer.issuer, world)
  const [place] = await takeIndices(signer.issuer.id, [claim.id], world)
  if (!place) throw new Error('no place in a status list')
  const now = world.ports.now()
  const identity = await identityOf(claim.learnerId)
  const unsigned = buildCreditDocument({
    claim,
    credits,
    baseUrl: world.config.baseUrl,
    issuer: signerProfile(signer, world),
    ...(identity && { identity }),
    validFrom: laterThan(copies.at(-1), now),
    status: { url: place.list.url, index: place.index },
  })
  const [embedded, jws] = await Promise.all([
    signEmbedded(unsigned, keys.Ed25519, now),
    signJws(claimsFor(unsigned), keys.RSA),
  ])
  return {
    number: copies.length + 1,
    credits,
    signedAt: now,
    issuerId: signer.issuer.id,
    ...(signer.onBehalfOf && { signedFor: signer.onBehalfOf.name }),
    statusList: place.list.id,
    statusIndex: place.index,
    embedded: JSON.stringify(embedded),
    jws,
  }
}

async function identityOf(learnerId: string) {
  const email = (await findLearner(learnerId))?.email
  if (email === undefined) return undefined
  const salt = randomBytes(16).toString('hex')
  return { hash: identityHash(email, salt), salt }
}

/** A later copy must have a later validFrom, also within one second: that is how a reader tells which one counts. */
function laterThan(before: CreditCopy | undefined, now: Date): Date {
  const next = before ? Math.floor(before.signedAt.getTime() / 1000) + 1 : 0
  return new Date(Math.max(Math.floor(now.getTime() / 1000), next) * 1000)
}

/** The document of a copy. */
export const documentOfCopy = ({ embedded }: CreditCopy): JsonObject =>
  JSON.parse(embedded) as JsonObject
