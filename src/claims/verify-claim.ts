import { findIssuerKey } from '../verification/find-issuer-key.js'
import { readerFor } from '../verification/read-address.js'
import type { JsonRecord } from '../verification/read-badge-file.js'
import { verdictWord, type VerdictWord } from '../verification/verdict.js'
import { verifyCredential } from '../verification/verify-credential.js'
import { issueCredential } from '../credentials/issue-credential.js'
import { Problem } from '../problems.js'
import type { World } from '../world.js'
import type { Claim } from './claim.js'

/** What the check of one claimed badge's signed document came to, now. */
export interface VerifiedBadge {
  readonly awardId: string
  /** False when it must not be counted: forged, withdrawn, on hold, expired, or no longer there. */
  readonly counts: boolean
  readonly word: VerdictWord
}

/** Checks the signed document of every badge of a claim anew, as anybody could: signature, key, status and dates. */
export async function verifyClaim(claim: Claim, world: World): Promise<VerifiedBadge[]> {
  const checked: VerifiedBadge[] = []
  for (const { awardId } of claim.badges) checked.push(await verifyBadge(awardId, world))
  return checked
}

async function verifyBadge(awardId: string, world: World): Promise<VerifiedBadge> {
  const token = await signedBadge(awardId, world)
  if (token === undefined) return { awardId, counts: false, word: 'withdrawn' }
  const document = JSON.parse(token) as JsonRecord
  const file = { source: 'json', payload: { kind: 'document', document }, hasMore: false } as const
  const verdict = await verifyCredential(file, {
    findKey: findIssuerKey,
    read: readerFor(world.config),
    now: world.ports.now(),
  })
  return { awardId, counts: verdict.overall !== 'fail', word: verdictWord(verdict) }
}

/** The latest signed copy; undefined for an award that was withdrawn before anything was signed. */
async function signedBadge(awardId: string, world: World): Promise<string | undefined> {
  try {
    return (await issueCredential(awardId, world)).copy.embedded
  } catch (error) {
    if (error instanceof Problem && error.kind !== 'invalid') return undefined
    throw error
  }
}
