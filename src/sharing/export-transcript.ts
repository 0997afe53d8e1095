import type { Actor } from '../access/actor.js'
import { awardsOf } from '../badges/award-store.js'
import { claimsOf } from '../claims/claim-store.js'
import { documentOfCopy, issueCredit } from '../credits/issue-credit.js'
import { newId } from '../ids.js'
import { findLearner } from '../learners/learner-store.js'
import { invalid, notAllowed } from '../problems.js'
import type { JsonObject } from '../credentials/credential.js'
import { issueCredential } from '../credentials/issue-credential.js'
import type { SigningWorld } from '../credentials/open-issuer.js'
import { signDocument } from '../credentials/sign-statement.js'
import { buildTranscript, type TranscriptParts } from './transcript.js'

/**
 * A signed transcript of the badges the learner chose among their own live ones; their credentials are signed first where
 * they were not yet. Throws invalid for a badge that is not theirs, or was withdrawn or suspended.
 */
export async function exportTranscript(
  credentialIds: readonly string[],
  name: (learnerName: string) => string,
  actor: Actor,
  world: SigningWorld,
): Promise<JsonObject> {
  const learner = actor.learnerId === undefined ? undefined : await findLearner(actor.learnerId)
  if (!learner) throw notAllowed('learners:problem.noLearner')
  const awards = new Map((await awardsOf(learner.id)).map((award) => [award.id, award]))
  const badges: { slug: string; document: JsonObject }[] = []
  for (const [at, id] of [...new Set(credentialIds)].entries()) {
    const award = awards.get(id)
    const issued = award && (await issueCredential(id, world))
    if (issued?.credential.state !== 'live')
      throw invalid([{ field: `credentials[${at}]`, message: 'sharing:error.notYours' }])
    const document = JSON.parse(issued.copy.embedded) as JsonObject
    badges.push({ slug: issued.credential.badge, document })
  }
  const unsigned = buildTranscript({
    id: `urn:uuid:${newId()}`,
    name: name(learner.name),
    learnerId: learner.id,
    at: world.ports.now(),
    baseUrl: world.config.baseUrl,
    badges,
    granted: await grantedOf(learner.id, world),
  })
  return signDocument({ communityId: learner.communityId }, unsigned, world)
}

/** What colleges gave the learner, each with its signed document. */
async function grantedOf(learnerId: string, world: SigningWorld) {
  const granted: TranscriptParts['granted'][number][] = []
  for (const claim of await claimsOf(learnerId)) {
    const copy = await issueCredit(claim.id, world)
    if (copy) granted.push({ claim, document: documentOfCopy(copy) })
  }
  return granted
}
